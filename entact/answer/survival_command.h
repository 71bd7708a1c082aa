#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/answer/survival_rows.h"
#include "entact/stats/kaplan_meier.h"

namespace entact {

/// `entact survival`: time to an event of the participants in a table.
struct SurvivalRequest {
  std::string formula{};  ///< R's; or the columns one by one:
  std::string time{}, start{}, event{};
  /// Value of the event column that means censored; without it CNSR is read as CDISC defines it (0
  /// event, above 0 censored) and any other column as R does (1 event, 0 censored).
  std::optional<double> censored{};
  std::string covariates{};  ///< right side of a formula: "ARM + AGE"
  std::string by{};      ///< groups of the curves and tests; by default the first term if it is one
  std::string strata{};  ///< names joined by `+`
  std::string cluster{};
  SurvivalColumns columns{};
  std::vector<std::string> where{};                ///< only rows with COLUMN=VALUE
  std::map<std::string, std::string> reference{};  ///< level to compare with, by variable
  std::string ties = "efron";                      ///< efron, breslow, exact (SAS), discrete
  bool robust = false;
  std::string conf_type = "log-log";  ///< log-log, log, plain, logit
  double level = 0.95;
  std::optional<double> rmst{};  ///< restriction time
  std::string test = "logrank";  ///< logrank or fh(rho,gamma)
  std::vector<double> times{};   ///< at which the curves are printed
  bool competing = false;        ///< the event column holds causes 1..k
  int cause = 1;                 ///< that the hazard ratio is of, where causes compete
  std::string model = "cox";     ///< cox, or fine-gray where causes compete
  bool recurrent = false;        ///< a participant may have the event again and again
  /// Scores of the groups for the log-rank test of a trend: "0,40,80", or "order" for 1, 2, ...
  std::string trend{};
};

/// Reads the CSV file and analyses it.
///
/// JSON keys of the result: rows, events, time, event, level, conf_type, by, groups[{name, rows,
/// events, quantiles[{probability, time, ci_low, ci_high}], at[{time, at_risk, survival, se,
/// ci_low, ci_high}], risk_table[{time, at_risk, survival, ci_low, ci_high}] at round times,
/// rmst{tau, estimate, se, ci_low, ci_high}}], rmst_differences[{group, versus, estimate, se,
/// ci_low, ci_high, p}], test{name, rho, gamma, stratified, statistic, df, p, groups[{name,
/// observed, expected}], trend{scores[], z, p}}, cox{ties, variance, clusters, reference{},
/// coefficients[{term, estimate, se, model_se, z, p, ci_low, ci_high, scale, hazard_ratio,
/// hazard_ratio_ci_low, hazard_ratio_ci_high}], aliased[], log_likelihood, null_log_likelihood,
/// likelihood_ratio{statistic, df, p}, wald{}, score{}, robust_score{}, concordance{estimate, se},
/// proportionality{scale, terms[{term, statistic, df, p}], global{}}, fit{}}. Where causes compete
/// the groups have incidence[{cause, events, at[{time, at_risk, incidence, se, ci_low, ci_high}]}]
/// in place of quantiles, at and rmst, and the incidence of `cause` in risk_table; gray[{cause,
/// statistic, df, p}] is in place of test, and the Cox model is of the hazard of `cause` with the
/// others censored; fine_gray{cause, reference{}, coefficients[{term, estimate, se, model_se, z, p,
/// ci_low, ci_high, scale, subdistribution_hazard_ratio, ..._ci_low, ..._ci_high}], log_likelihood,
/// null_log_likelihood, wald{}, fit{}} is in its place if asked for. Where events recur the groups
/// have mean_cumulative[{time, at_risk, mean, se, ci_low, ci_high}], at the times asked for and the
/// last, and the mean in risk_table, and the Cox model is that of Andersen and Gill. Missing is
/// null: a median that is not reached. The CSV has the curves, one row a time.
///
/// @throws Error "answer.survival.columns" (usage) if formula and columns are both given or
/// neither, "answer.survival.option" (usage) for an unknown option value or options that do not go
/// together, "answer.survival.censored" (input) if --censored leaves more than one other value; as
/// survival_rows, covariates and the analyses of stats
Answer survival_file(const std::string& path, const SurvivalRequest& request);

/// The same of a table at hand.
Answer survival_answer(const SurvivalFile& file, const SurvivalRequest& request);

/// What the request asks for as a formula.
SurvivalFormula formula_of(const SurvivalRequest& request);

}  // namespace entact
