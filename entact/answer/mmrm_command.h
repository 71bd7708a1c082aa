#pragma once

#include <string>

#include "entact/answer/answer.h"
#include "entact/answer/mmrm_model.h"

namespace entact {

/// JSON keys of the result: formula, model, structure, tried[{structure, reason}], df, vcov_type,
/// level, coefficients[{term, estimate, se, df, ci_low, ci_high, t, p}], aliased[], vcov, visits[],
/// covariance[{group, matrix}] (these two empty with free times: sp_exp at more places than
/// MmrmOptions::most_in_common), parameters[{group, name, value}], log_likelihood, aic, bic,
/// n_subjects, n_observations, lsmeans[{arm, visit, estimate, se, df, ci_low, ci_high}],
/// contrasts[{label, visit, estimate, se, df, ci_low, ci_high, t, p}], slopes[{label, estimate, se,
/// df, ci_low, ci_high, t, p}] and slope{column, from, at} with --slope, interaction{column,
/// formula, tests[{visit, f, df1, df2, p}]} with --interaction, margins{weights, covariates},
/// terms[{term, f, df1, df2, p}], compare[{structure, log_likelihood, parameters, aic, bic, lr,
/// lr_df, lr_p}], residuals[{subject, visit, residual, normal_score}] and fit{converged,
/// iterations, gradient, warnings[]}.
///
/// @throws as fit_mmrm_rows and MmrmInference; "answer.mmrm.contrast" (usage); "answer.mmrm.slope"
/// (usage) without an arm or a column; as with_interaction
/// @checked reference/mmrm (R mmrm)
Answer mmrm_answer(const TrialTable& data, const MmrmRequest& request);

/// Reads the file and answers; messages name it.
Answer mmrm_file(const std::string& path, const MmrmRequest& request);

}  // namespace entact
