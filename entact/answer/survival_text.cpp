#include <fmt/format.h>

#include <cmath>

#include "entact/answer/survival_results.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

std::string level_text(const SurvivalResults& results) {
  return fmt::format("{:g} %", 100 * results.request.level);
}

std::string reached(double time) {
  return std::isnan(time) ? "not reached" : significant_text(time, 5);
}

std::string between(double low, double high, int decimals) {
  return fmt::format("[{}, {}]", decimal_text(low, decimals), decimal_text(high, decimals));
}

/// "p = 0.02", "p < 0.001".
std::string p_words(double p) {
  const std::string text = p_text(p);
  return text.rfind("<", 0) == 0 ? "p " + text : "p = " + text;
}

std::string group_text(const SurvivalGroup& group, const SurvivalResults& results) {
  const SurvivalQuantile& median = group.quantiles[1];
  std::string text = fmt::format("{}: {} rows, {} events\n", group.name, group.rows, group.events) +
                     fmt::format("  median time to the event {} [{}, {}]\n", reached(median.time),
                                 reached(median.low), reached(median.high));
  for (const CurvePoint& point : group.at)
    text += fmt::format("  without the event at {:g}: {} % {} ({:g} at risk)\n", point.time,
                        percent_text(point.survival, 1),
                        between(100 * point.low, 100 * point.high, 1), point.at_risk);
  if (group.restricted_mean)
    text += fmt::format("  mean time without the event up to {:g}: {} {}\n", *results.request.rmst,
                        decimal_text(group.restricted_mean->value, 2),
                        between(group.restricted_mean->low, group.restricted_mean->high, 2));
  return text;
}

std::string differences_text(const SurvivalResults& results) {
  std::string text;
  for (std::size_t k = 0; k < results.mean_differences.size(); ++k) {
    const MeanDifference& d = results.mean_differences[k];
    text += fmt::format("mean time without the event, {} minus {}: {} {}, {}\n",
                        results.groups[k + 1].name, results.groups[0].name,
                        decimal_text(d.value, 2), between(d.low, d.high, 2), p_words(d.p));
  }
  return text;
}

std::string log_rank_text(const SurvivalResults& results) {
  if (!results.log_rank) return "";
  const LogRank& test = *results.log_rank;
  std::string text = fmt::format("\n{} of equal hazards by {}: chi-squared {} with {} df, {}\n",
                                 test_words(results), results.by, decimal_text(test.statistic, 3),
                                 decimal_text(test.df, 0), p_words(test.p));
  if (results.trend)
    text += fmt::format("its test for a trend over the groups, scores {:g}: z {}, {}\n",
                        fmt::join(results.trend_scores, ", "), decimal_text(results.trend->z, 3),
                        p_words(results.trend->p));
  return text;
}

std::string ties_words(CoxTies ties) {
  switch (ties) {
    case CoxTies::efron:
      return "Efron's ties";
    case CoxTies::breslow:
      return "Breslow's ties";
    case CoxTies::exact:
      return "exact marginal likelihood of ties (SAS TIES=EXACT)";
    case CoxTies::discrete:
      return "discrete time (R's ties = \"exact\", SAS TIES=DISCRETE)";
  }
  return "";
}

std::string model_line(const SurvivalResults& results) {
  const CoxResults& cox = *results.cox;
  std::string text = fmt::format("\nCox model, {}", ties_words(cox.fit.how.ties));
  if (results.request.competing)
    text += fmt::format(", hazard of cause {} (other causes censored)", results.request.cause);
  if (results.request.recurrent) text += ", recurrent events as Andersen and Gill";
  if (results.stratified) text += ", stratified";
  if (cox.fit.how.robust)
    text += cox.clusters.empty() ? ", robust standard errors"
                                 : fmt::format(", robust standard errors by {} ({} clusters)",
                                               cox.clusters, cox.fit.clusters);
  for (const auto& [variable, level] : cox.reference)
    text += fmt::format("; {} against {}", variable, level);
  return text + "\n";
}

std::string cox_text(const SurvivalResults& results) {
  if (!results.cox) return "";
  const CoxFit& fit = results.cox->fit;
  std::string text = model_line(results);
  text += fmt::format("  {:<28}{:>12}  {:<20}{:>10}{:>10}{:>10}\n", "", "hazard ratio",
                      level_text(results) + " interval", "log HR", "se", "p");
  for (const CoxCoefficient& c : fit.coefficients)
    text += fmt::format("  {:<28}{:>12}  {:<20}{:>10}{:>10}{:>10}\n", c.name.substr(0, 27),
                        decimal_text(std::exp(c.value), 3),
                        between(std::exp(c.low), std::exp(c.high), 3), decimal_text(c.value, 4),
                        decimal_text(c.se, 4), p_text(c.p));
  const auto line = [](const char* name, const CoxTest& test) {
    return fmt::format("  {:<28}chi-squared {} with {} df, {}\n", name,
                       decimal_text(test.statistic, 3), decimal_text(test.df, 0), p_words(test.p));
  };
  text += line("likelihood ratio", fit.likelihood_ratio) + line("Wald", fit.wald) +
          line("score", fit.score);
  if (fit.robust_score)
    text += line("robust score", *fit.robust_score) +
            "  (the likelihood ratio and score tests take rows as independent, the Wald and robust "
            "score tests do not)\n";
  text += fmt::format("  {:<28}{} (se {})\n", "concordance",
                      decimal_text(results.cox->concordance.value, 4),
                      decimal_text(results.cox->concordance.se, 4));
  if (!results.cox->proportionality) return text;
  const Proportionality& test = *results.cox->proportionality;
  text += "  is the hazard ratio constant in time?\n";
  for (std::size_t j = 0; j < test.tests.size(); ++j)
    text += line(("  " + test.names[j].substr(0, 24)).c_str(), test.tests[j]);
  return text + line("  all together", test.global);
}

std::string interval_words(const std::string& conf_type) {
  return conf_type == "plain" ? "plain (Greenwood)" : conf_type;
}

}  // namespace

std::string survival_text(const SurvivalResults& results) {
  std::string text =
      fmt::format("Time to event ({}, {}): {} rows, {} events; {} intervals, {} for the curves\n\n",
                  results.formula.stop, results.formula.event.column, results.rows, results.events,
                  level_text(results), interval_words(results.request.conf_type));
  if (results.request.competing)
    return text + incidence_text(results) + cox_text(results) + fine_gray_text(results);
  if (results.request.recurrent) return text + recurrent_text(results) + cox_text(results);
  for (const SurvivalGroup& group : results.groups) text += group_text(group, results);
  return text + differences_text(results) + log_rank_text(results) + cox_text(results);
}

}  // namespace entact
