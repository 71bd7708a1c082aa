#pragma once

#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/answer/trial_table.h"
#include "entact/stats/linear_model.h"
#include "entact/stats/marginal_means.h"

namespace entact {

/// `entact ancova`: a linear model of a trial's outcome, at once or at each visit by itself.
struct AncovaRequest {
  std::string formula{};                 ///< 'CHG ~ BASE + ARM'
  std::string by{};                      ///< a fit for each level of this column: AVISIT
  std::vector<std::string> where{};      ///< only rows with COLUMN=VALUE
  std::vector<std::string> visits{};     ///< only these levels of `by`, or of AVISIT without it
  std::string arm{};                     ///< empty: the first of arm_names() in the formula
  std::vector<std::string> reference{};  ///< "PLACEBO" for the arm, "SEX=F" for another factor
  std::vector<std::string> factors{};    ///< numeric columns to treat as factors
  std::string interaction{};             ///< column: do the differences depend on it?
  std::vector<std::string> cluster{};    ///< one or two columns
  std::string vcov{};                    ///< empty: classical; with clusters cr2, with two ways cr1
  std::string weights{};                 ///< column of weights
  std::string margins = "equal";  ///< of least-squares means: equal, observed, counterfactual
  double level = 0.95;
};

/// JSON keys of the result: formula, model, vcov_type, level, by, coefficients[{visit?, term,
/// estimate, se, df, t, p, ci_low, ci_high}], lsmeans[{arm, visit, estimate, se, df, ci_low,
/// ci_high}], contrasts[{label, visit, estimate, se, df, ci_low, ci_high, t, p}], terms[{visit?,
/// term, type2, type3: {f, df1, df2, p}}], interaction{column, formula, tests[{visit, f, df1, df2,
/// p}]} with --interaction, and fits[{visit, vcov, sigma, r_squared, n_observations,
/// n_subjects, clusters, aliased, covariates, weights, fit: {converged, warnings}}].
///
/// @throws Error "answer.ancova.formula" (usage) for a covariance term, or no arm where --arm names
///         none; as the parts
/// @checked reference/ancova (R)
Answer ancova_answer(const TrialTable& data, const AncovaRequest& request);

/// Reads the file and answers; messages name it.
Answer ancova_file(const std::string& path, const AncovaRequest& request);

/// Options of a design from the words of a command line: "PLACEBO" is the reference of the arm,
/// "SEX=F" of another factor.
DesignOptions design_options(const std::vector<std::string>& reference,
                             const std::vector<std::string>& factors, const std::string& arm);

/// @throws Error "answer.table.margins" (usage)
MarginWeights margin_weights(const std::string& name);

}  // namespace entact
