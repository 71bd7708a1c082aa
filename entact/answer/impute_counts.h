#pragma once

// `entact impute` of counts of events; other endpoints are impute_command.cpp.

#include <string>

#include "entact/answer/impute_command.h"

namespace entact {

/// The column of the arms.
/// @throws Error "answer.impute.arm" (usage) unless named or the only one of the usual names
std::string impute_arm_column(const Table& table, const ImputeRequest& request);

/// Events of a table with one row a participant, imputed from the end of what was observed to the
/// end planned, analysed by regression and pooled by Rubin's rules.
///
/// JSON keys of the result: method, model, formula, analysis, level, seed, arms, reference,
/// n_subjects, n_incomplete[{arm, n, incomplete, events, observed, planned}], events[{strategy,
/// arm, n}], intercurrent_events, estimand_strategies[], results[{label, visit, arm, comparator,
/// summary, scale, estimate, se, df, ci_low, ci_high, p, ratio, ratio_low, ratio_high, within,
/// between, missing_share, estimand{}}], imputation_model{coefficients[], dispersion,
/// log_likelihood, gradient}, prior, tipping{label, visit, x, y, kind, axis, cells[], contour[],
/// figure} (factors of the later rate) and fit{}. Estimates are on the log scale, `ratio` is the
/// rate ratio, or of one arm the rate; visits are empty.
///
/// @param events  strategy by participant (columns USUBJID, STRATEGY, REASON); no table: that of
///                `strategy` for everybody observed for less than planned
/// @throws Error "answer.impute.counts" (usage) on an option that is missing or has no meaning
///         here; as the words of `entact impute`, make_design(), impute_counts() and the analysis
Answer impute_counts_answer(const Table& table, const Table& events, const ImputeRequest& request);

}  // namespace entact
