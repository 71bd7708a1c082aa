#include "entact/answer/survival_results.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/cox_json.h"
#include "entact/answer/json_number.h"
#include "entact/io/csv.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const CoxTest& test) {
  return {{"statistic", json_number(test.statistic)},
          {"df", json_number(test.df)},
          {"p", json_number(test.p)}};
}

Json json_of(const RestrictedMean& mean) {
  return {{"tau", mean.tau},
          {"estimate", json_number(mean.value)},
          {"se", json_number(mean.se)},
          {"ci_low", json_number(mean.low)},
          {"ci_high", json_number(mean.high)}};
}

Json json_of(const SurvivalGroup& group) {
  Json json{{"name", group.name}, {"rows", group.rows}, {"events", group.events}};
  json["quantiles"] = Json::array();
  for (const SurvivalQuantile& q : group.quantiles)
    json["quantiles"].push_back({{"probability", q.probability},
                                 {"time", json_number(q.time)},
                                 {"ci_low", json_number(q.low)},
                                 {"ci_high", json_number(q.high)}});
  json["at"] = Json::array();
  for (const CurvePoint& point : group.at)
    json["at"].push_back({{"time", point.time},
                          {"at_risk", json_number(point.at_risk)},
                          {"survival", json_number(point.survival)},
                          {"se", json_number(point.se)},
                          {"ci_low", json_number(point.low)},
                          {"ci_high", json_number(point.high)}});
  json["risk_table"] = Json::parse(risk_json(group, "survival"));
  if (group.restricted_mean) json["rmst"] = json_of(*group.restricted_mean);
  return json;
}

Json differences(const SurvivalResults& results) {
  Json json = Json::array();
  for (std::size_t k = 0; k < results.mean_differences.size(); ++k) {
    const MeanDifference& d = results.mean_differences[k];
    json.push_back({{"group", results.groups[k + 1].name},
                    {"versus", results.groups[0].name},
                    {"estimate", json_number(d.value)},
                    {"se", json_number(d.se)},
                    {"ci_low", json_number(d.low)},
                    {"ci_high", json_number(d.high)},
                    {"p", json_number(d.p)}});
  }
  return json;
}

Json json_of(const LogRank& test, const SurvivalResults& results) {
  Json json{{"name", test_words(results)},
            {"rho", test.how.rho},
            {"gamma", test.how.gamma},
            {"stratified", results.stratified},
            {"statistic", json_number(test.statistic)},
            {"df", json_number(test.df)},
            {"p", json_number(test.p)}};
  json["groups"] = Json::array();
  for (std::size_t g = 0; g < results.groups.size(); ++g)
    json["groups"].push_back(
        {{"name", results.groups[g].name},
         {"observed", json_number(test.observed(static_cast<Eigen::Index>(g)))},
         {"expected", json_number(test.expected(static_cast<Eigen::Index>(g)))}});
  if (results.trend)
    json["trend"] = {{"scores", results.trend_scores},
                     {"z", json_number(results.trend->z)},
                     {"p", json_number(results.trend->p)}};
  return json;
}

Json json_of(const CoxResults& cox, const SurvivalResults& results) {
  const CoxFit& fit = cox.fit;
  Json json{{"ties", results.request.ties},
            {"variance", fit.how.robust ? "robust" : "model"},
            {"clusters", fit.how.robust ? Json(fit.clusters) : Json(nullptr)},
            {"reference", cox.reference}};
  json["coefficients"] = Json::array();
  for (const CoxCoefficient& c : fit.coefficients)
    json["coefficients"].push_back(coefficient_json(c, "hazard_ratio"));
  json["aliased"] = fit.aliased;
  json["null_log_likelihood"] = json_number(fit.null_log_likelihood);
  json["log_likelihood"] = json_number(fit.log_likelihood);
  json["likelihood_ratio"] = json_of(fit.likelihood_ratio);
  json["wald"] = json_of(fit.wald);
  json["score"] = json_of(fit.score);
  if (fit.robust_score) json["robust_score"] = json_of(*fit.robust_score);
  json["concordance"] = {{"estimate", json_number(cox.concordance.value)},
                         {"se", json_number(cox.concordance.se)}};
  if (cox.proportionality) {
    Json terms = Json::array();
    for (std::size_t j = 0; j < cox.proportionality->tests.size(); ++j) {
      Json term{{"term", cox.proportionality->names[j]}};
      term.update(json_of(cox.proportionality->tests[j]));
      terms.push_back(term);
    }
    json["proportionality"] = {
        {"scale", "km"}, {"terms", terms}, {"global", json_of(cox.proportionality->global)}};
  }
  json["fit"] = {{"converged", fit.fit.converged},
                 {"iterations", fit.fit.iterations},
                 {"gradient", json_number(fit.gradient)},
                 {"warnings", fit.fit.reservations}};
  return json;
}

std::string number(double value) { return std::isnan(value) ? "" : fmt::format("{:.17g}", value); }

}  // namespace

std::string risk_json(const SurvivalGroup& group, const char* share) {
  Json table = Json::array();
  for (const CurvePoint& point : group.risk)
    table.push_back({{"time", point.time},
                     {"at_risk", json_number(point.at_risk)},
                     {share, json_number(point.survival)},
                     {"ci_low", json_number(point.low)},
                     {"ci_high", json_number(point.high)}});
  return table.dump();
}

std::string survival_json(const SurvivalResults& results) {
  Json json{{"rows", results.rows},
            {"events", results.events},
            {"time", results.formula.stop},
            {"event", results.formula.event.column},
            {"level", results.request.level},
            {"conf_type", results.request.conf_type},
            {"by", results.by.empty() ? Json(nullptr) : Json(results.by)}};
  json["groups"] = Json::array();
  if (results.request.competing)
    json.update(Json::parse(incidence_json(results)));
  else if (results.request.recurrent)
    json.update(Json::parse(recurrent_json(results)));
  else
    for (const SurvivalGroup& group : results.groups) json["groups"].push_back(json_of(group));
  if (!results.mean_differences.empty()) json["rmst_differences"] = differences(results);
  if (results.log_rank) json["test"] = json_of(*results.log_rank, results);
  if (results.cox) json["cox"] = json_of(*results.cox, results);
  if (results.fine_gray)
    json["fine_gray"] = Json::parse(fine_gray_json(*results.fine_gray, results.request.cause));
  return json.dump();
}

std::string survival_csv(const SurvivalResults& results) {
  if (results.request.competing) return incidence_csv(results);
  if (results.request.recurrent) return recurrent_csv(results);
  std::string csv =
      "group,time,at_risk,events,censored,survival,se,ci_low,ci_high,cumulative_hazard\n";
  for (const SurvivalGroup& group : results.groups) {
    const SurvivalCurve& c = group.curve;
    for (std::size_t i = 0; i < c.time.size(); ++i)
      csv += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", csv_field(group.name),
                         number(c.time[i]), number(c.at_risk[i]), number(c.events[i]),
                         number(c.censored[i]), number(c.survival[i]), number(c.se[i]),
                         number(c.low[i]), number(c.high[i]), number(c.cumulative_hazard[i]));
  }
  return csv;
}

std::string test_words(const SurvivalResults& results) {
  const LogRankOptions& how = results.log_rank->how;
  const std::string name =
      how.rho == 0 && how.gamma == 0
          ? "log-rank test"
          : fmt::format("Fleming-Harrington G({}, {}) test", how.rho, how.gamma);
  return (results.stratified ? "stratified " : "") + name;
}

}  // namespace entact
