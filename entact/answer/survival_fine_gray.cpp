// The answer of `entact survival --competing --model fine-gray`.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/cox_json.h"
#include "entact/answer/json_number.h"
#include "entact/answer/survival_covariates.h"
#include "entact/answer/survival_results.h"
#include "entact/base/error.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

void add_fine_gray(SurvivalResults& results, const SurvivalFile& file, const SurvivalRows& rows) {
  const SurvivalFormula& formula = results.formula;
  require(!formula.terms.empty(), "answer.survival.option",
          "--model fine-gray needs covariates: name them in the formula or with --covariates",
          ErrorKind::usage);
  const bool more = results.request.robust || !formula.cluster.empty() || !rows.offset.empty();
  require(!more, "answer.survival.option",
          "--model fine-gray takes no clusters and no offset, and its variance is robust already",
          ErrorKind::usage);
  Covariates made = covariates(file, formula.terms, rows.row, results.request.reference);
  FineGrayResults fine_gray{.reference = std::move(made.reference)};
  fine_gray.fit =
      fit_fine_gray({.survival = rows.data, .x = std::move(made.x), .names = std::move(made.names)},
                    results.causes, results.request.cause, results.request.level);
  const auto& notes = fine_gray.fit.fit.reservations;
  results.notes.insert(results.notes.end(), notes.begin(), notes.end());
  results.fine_gray = std::move(fine_gray);
}

std::string fine_gray_json(const FineGrayResults& results, int cause) {
  const FineGrayFit& fit = results.fit;
  Json json{{"cause", cause}, {"reference", results.reference}, {"coefficients", Json::array()}};
  for (const CoxCoefficient& c : fit.coefficients)
    json["coefficients"].push_back(coefficient_json(c, "subdistribution_hazard_ratio"));
  json["null_log_likelihood"] = json_number(fit.null_log_likelihood);
  json["log_likelihood"] = json_number(fit.log_likelihood);
  json["wald"] = {{"statistic", json_number(fit.wald.statistic)},
                  {"df", json_number(fit.wald.df)},
                  {"p", json_number(fit.wald.p)}};
  json["fit"] = {{"converged", fit.fit.converged},
                 {"iterations", fit.fit.iterations},
                 {"warnings", fit.fit.reservations}};
  return json.dump();
}

std::string fine_gray_text(const SurvivalResults& results) {
  if (!results.fine_gray) return "";
  const FineGrayFit& fit = results.fine_gray->fit;
  std::string text =
      fmt::format("\nFine and Gray's model of the incidence of cause {}", results.request.cause);
  for (const auto& [variable, level] : results.fine_gray->reference)
    text += fmt::format("; {} against {}", variable, level);
  text += fmt::format("\n  {:<28}{:>12}  {:<20}{:>10}{:>10}{:>10}\n", "", "ratio of shd",
                      fmt::format("{:g} % interval", 100 * results.request.level), "log ratio",
                      "se", "p");
  for (const CoxCoefficient& c : fit.coefficients)
    text += fmt::format("  {:<28}{:>12}  {:<20}{:>10}{:>10}{:>10}\n", c.name.substr(0, 27),
                        decimal_text(std::exp(c.value), 3),
                        fmt::format("[{}, {}]", decimal_text(std::exp(c.low), 3),
                                    decimal_text(std::exp(c.high), 3)),
                        decimal_text(c.value, 4), decimal_text(c.se, 4), p_text(c.p));
  text += fmt::format("  {:<28}chi-squared {} with {} df, p {}\n", "Wald",
                      decimal_text(fit.wald.statistic, 3), decimal_text(fit.wald.df, 0),
                      p_text(fit.wald.p));
  return text +
         "  (shd: subdistribution hazard. The ratio has the sign of the difference in incidence; "
         "it is no effect on the rate among those still free of the event)\n";
}

}  // namespace entact
