#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/base/table.h"
#include "entact/stats/imputation_model.h"

namespace entact {

/// `entact impute`: missing outcomes of a trial imputed, analysed and pooled.
struct ImputeRequest {
  std::string formula{};  ///< imputation model, with us(AVISIT | USUBJID)
  /// 'ancova: CHG ~ BASE + ARM', 'responders <= -10: CHG ~ BASE + ARM', 'mmrm: FORMULA', 'counts:
  /// FORMULA' or 'poisson: FORMULA'
  std::string analysis{};
  std::string df = "satterthwaite";     ///< of an mmrm analysis, as `entact mmrm` names them
  std::string arm{};                    ///< column; empty: ARM, TRT01P or TRTP, the one there is
  std::string reference{};              ///< arm that strategies copy and others are compared with
  std::vector<std::string> where{};     ///< only rows of the data with COLUMN=VALUE
  std::vector<std::string> visits{};    ///< in order of time; empty: see imputation_model()
  std::string ice{};                    ///< CSV file of intercurrent events
  std::vector<std::string> strategy{};  ///< "JR", and "REASON=CR" for events of that reason
  std::string fallback{};               ///< strategy where RETRIEVED has too few; empty: none
  int least_retrieved = 5;              ///< fewer followed in an arm are too few
  bool binary = false;                  ///< the outcome is 0 or 1
  std::string exposure{};               ///< of counts: column of the time observed
  std::string planned{};                ///< of counts: the time planned, a number or a column
  std::string estimand{};               ///< in E9(R1) words; empty: as the strategies imply
  std::string method = "bayes";
  std::string resample{};  ///< empty: rubin, or the jackknife of conditional means
  int draws = 500;
  std::uint64_t seed = 1;
  int burn_in = 200, burn_between = 10, chains = 4;
  /// "MDMA=3", "MDMA@W18=3" or a CSV file: added to imputed values, of binary outcomes to their log
  /// odds (completed_binary() says of what); of counts "MDMA=1.5", a factor of the later rate
  std::vector<std::string> delta{};
  std::vector<std::string> tipping{};  ///< one or two of "MDMA=0:20:2"
  std::string at{};                    ///< visit of the tipping-point analysis; empty: the last
  double failure = 0;                  ///< outcome under the composite strategy
  double level = 0.95;
  int threads = 0;
};

/// Imputes a trial; an analysis of counts of events is answered by impute_counts_answer().
///
/// JSON keys of the result: method, model, formula, analysis, level, seed, visits, visit_order,
/// arms, reference, n_subjects, n_missing[{arm, visit, n, missing}], events[{strategy, reason?,
/// arm, n}], retrieved[{arm, visit, followed, to_impute}] (of RETRIEVED events),
/// intercurrent_events, estimand_strategies[], results[{label, visit, arm, comparator, summary,
/// estimate, se, df, ci_low, ci_high, p, within, between, missing_share, estimand{}}],
/// imputation_model{coefficients[], covariance[], structure, log_likelihood, iterations, gradient},
/// prior, diagnostics{}, tipping{label, visit, x, y, kind, axis, cells[], contour[], figure} and
/// fit{}.
///
/// @param events  rows of the ICE table (columns of participant and visit as in the data, STRATEGY
///                and REASON if there); no table: dropout is the event if a strategy is asked for
/// @throws Error "answer.impute.analysis", "answer.impute.arm", "answer.impute.delta",
///         "answer.impute.estimand", "answer.impute.strategy", "answer.impute.tipping" (usage) on
///         words that cannot be read; as imputation_model(), impute() and the analysis
Answer impute_answer(const Table& table, const Table& events, const ImputeRequest& request);

/// Reads the files (CSV) and imputes.
Answer impute_file(const std::string& path, const ImputeRequest& request);

}  // namespace entact
