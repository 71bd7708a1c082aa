// Crude, stratified and standardised comparisons of responders, and how they are written down. The
// counting is responders_data.cpp's, the arithmetic stats'.
#include "entact/answer/responders_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "entact/answer/ancova_command.h"
#include "entact/answer/json_number.h"
#include "entact/answer/responders_data.h"
#include "entact/answer/row_conditions.h"
#include "entact/io/csv.h"
#include "entact/num/distributions.h"
#include "entact/report/number_text.h"
#include "entact/stats/exact_table.h"
#include "entact/stats/proportion.h"
#include "entact/stats/risk_interval.h"
#include "entact/stats/standardised_risk.h"
#include "entact/stats/stratified_risk.h"
#include "entact/stats/two_by_two_pool.h"

namespace entact {
namespace {

using Eigen::Index;
using Json = nlohmann::ordered_json;

Json interval_json(double value, const Interval& interval) {
  return {{"estimate", json_number(value)},
          {"ci_low", json_number(interval.low)},
          {"ci_high", json_number(interval.high)},
          {"interval", interval.method}};
}

/// Estimate and standard error; for a log also the ratio.
Json wald_json(double value, double se, bool log_scale, double level) {
  const double half = normal_quantile((1 + level) / 2) * se;
  Json json{{"estimate", json_number(value)},
            {"se", json_number(se)},
            {"ci_low", json_number(value - half)},
            {"ci_high", json_number(value + half)},
            {"z", json_number(value / se)},
            {"p", json_number(two_sided_p(value / se, std::numeric_limits<double>::infinity()))}};
  if (!log_scale) return json;
  json["scale"] = "log";
  json["ratio"] = json_number(std::exp(value));
  json["ratio_low"] = json_number(std::exp(value - half));
  json["ratio_high"] = json_number(std::exp(value + half));
  return json;
}

/// What the method says, or null where it has no answer.
template <typename Method>
Json if_any(const Method& method) {
  try {
    return method();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unanswerable) throw;
    return nullptr;
  }
}

Json crude_json(const TwoByTwo& t, double level) {
  const double p1 = t.events1 / t.n1, p2 = t.events2 / t.n2, rd = p1 - p2;
  const double rr = p1 / p2, odds = p1 / (1 - p1) / (p2 / (1 - p2));
  const FisherExact fisher = fisher_exact(t, level);
  Json json{{"rd_newcombe", interval_json(rd, newcombe_risk_difference(t, level))},
            {"rd_score", interval_json(rd, score_risk_difference(t, level))},
            {"rr_score", interval_json(rr, score_risk_ratio(t, level))},
            {"or_score", interval_json(odds, score_odds_ratio(t, level))},
            {"fisher", interval_json(fisher.odds_ratio, fisher.interval)}};
  json["fisher"]["p"] = json_number(fisher.p);
  json["barnard_p"] = if_any([&] { return json_number(barnard_exact_p(t)); });
  return json;
}

Json test_json(const ChiSquared& test) {
  return {{"statistic", json_number(test.statistic)}, {"df", test.df}, {"p", json_number(test.p)}};
}

Json pooled_json(const PooledCounts& pooled, bool log_scale, double level) {
  return wald_json(pooled.estimate.value, pooled.estimate.se, log_scale, level);
}

Json stratified_json(const RespondersData& data, const std::string& arm,
                     const std::vector<std::string>& strata, double level) {
  std::vector<TwoByTwo> tables;
  Json rows = Json::array();
  for (const std::string& stratum : std::set<std::string>(strata.begin(), strata.end())) {
    const TwoByTwo t = data.table(arm, stratum, strata);
    rows.push_back({{"stratum", stratum},
                    {"events", t.events1},
                    {"n", t.n1},
                    {"reference_events", t.events2},
                    {"reference_n", t.n2}});
    if (t.n1 > 0 && t.n2 > 0) tables.push_back(t);
  }
  Json json{{"strata", rows}, {"informative", tables.size()}};
  const auto limits = [](const StratifiedDifference& d) {
    return interval_json(d.value, d.interval);
  };
  json["rd"] =
      if_any([&] { return pooled_json(mantel_haenszel_risk_difference(tables), false, level); });
  json["rd_newcombe"] = if_any([&] { return limits(stratified_newcombe(tables, level)); });
  json["rd_score"] = if_any([&] { return limits(stratified_score(tables, level)); });
  json["rr"] = if_any([&] { return pooled_json(mantel_haenszel_risk_ratio(tables), true, level); });
  json["or"] = if_any([&] { return pooled_json(mantel_haenszel_odds_ratio(tables), true, level); });
  json["cmh"] = if_any([&] { return test_json(mantel_haenszel_test(tables, false)); });
  json["cmh_continuity"] = if_any([&] { return test_json(mantel_haenszel_test(tables)); });
  json["breslow_day"] = if_any([&] { return test_json(breslow_day_test(tables)); });
  json["tarone"] = if_any([&] { return test_json(tarone_test(tables)); });
  return json;
}

/// The logistic model, and its standardised risks.
struct Adjusted {
  Json model{};
  StandardisedRisks risks{};
  std::vector<std::string> reservations{};
};

Json coefficient_json(const LogisticFit& fit, const Design& design, Index j, double level) {
  Json json{{"term", design.columns[static_cast<std::size_t>(j)]}};
  const bool infinite = std::find(fit.infinite.begin(), fit.infinite.end(), static_cast<int>(j)) !=
                        fit.infinite.end();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double value = infinite ? std::copysign(std::numeric_limits<double>::infinity(),
                                                fit.direction[static_cast<std::size_t>(j)])
                                : fit.beta[j];
  if (infinite)
    json.update({{"estimate", json_number(value)},
                 {"se", nullptr},
                 {"ci_low", nullptr},
                 {"ci_high", nullptr},
                 {"z", nullptr},
                 {"p", json_number(nan)}});
  else
    json.update(wald_json(value, std::sqrt(fit.vcov(j, j)), false, level));
  return json;
}

Adjusted adjusted(const RespondersData& data, const RespondersRequest& request) {
  const std::string text = fmt::format("{} ~ {} + {}", quoted_name(data.response),
                                       quoted_name(data.arm), request.covariates);
  const ModelFormula formula = parse_formula(text);
  require(!formula.covariance, "answer.responders.request",
          "--covariates takes terms, not a covariance of visits", ErrorKind::usage);
  const Design design = make_design(
      formula, data.rows.table, {.reference = {{data.arm, data.arms[0]}}, .factors = {data.arm}});
  Adjusted result;
  std::string estimation = request.estimation == "firth" ? "firth" : "ml";
  LogisticFit fit = fit_logistic(design.x, design.y, {.firth = estimation == "firth"});
  if (fit.separated && request.estimation == "auto") {
    std::vector<std::string> infinite;
    for (int j : fit.infinite) infinite.push_back(design.columns[static_cast<std::size_t>(j)]);
    result.reservations.push_back(
        fmt::format("the outcome is separated ({} would be infinite), so the model was fitted with "
                    "Firth's penalty; see the exact and stratified results too",
                    fmt::join(infinite, ", ")));
    estimation = "firth";
    fit = fit_logistic(design.x, design.y, {.firth = true});
  }
  for (const std::string& word : fit.fit.reservations) result.reservations.push_back(word);
  for (const std::string& name : design.aliased)
    result.reservations.push_back(
        fmt::format("'{}' follows from the columns before it and was left out", name));
  const auto left = static_cast<Index>(data.responded.size()) - design.y.size();
  if (left > 0)
    result.reservations.push_back(fmt::format(
        "{} participants with a response lack a covariate and stay out of the model", left));
  const RiskVariance variance =
      request.variance == "delta" ? RiskVariance::delta : RiskVariance::robust;
  result.risks = standardised_risks(design, data.rows.table, fit, data.arm, variance);
  result.model = {
      {"formula", fmt::format("{} ~ {} + {}", data.words, data.arm, request.covariates)},
      {"estimation", estimation},
      {"variance", request.variance},
      {"n_observations", design.y.size()},
      {"coefficients", Json::array()},
      {"log_likelihood", json_number(fit.log_likelihood)},
      {"aliased", design.aliased}};
  for (Index j = 0; j < fit.beta.size(); ++j)
    result.model["coefficients"].push_back(coefficient_json(fit, design, j, request.level));
  result.model["fit"] = {{"converged", fit.fit.converged},
                         {"iterations", fit.fit.iterations},
                         {"gradient", json_number(fit.gradient)},
                         {"separated", fit.separated},
                         {"warnings", result.reservations}};
  return result;
}

Json standardised_json(const Adjusted& model, const std::string& arm, double level) {
  const auto which = std::find(model.risks.arms.begin(), model.risks.arms.end(), arm);
  if (which == model.risks.arms.end()) return nullptr;  // all of its rows lack a covariate
  const auto a = static_cast<Index>(which - model.risks.arms.begin());
  const RiskContrast c = risk_contrast(model.risks, a);
  return {{"risk", json_number(model.risks.risk[a])},
          {"reference_risk", json_number(model.risks.risk[0])},
          {"rd", wald_json(c.difference, c.difference_se, false, level)},
          {"rr", wald_json(c.log_ratio, c.log_ratio_se, true, level)},
          {"or", wald_json(c.log_odds_ratio, c.log_odds_ratio_se, true, level)}};
}

std::string number(const Json& json, const char* key, int decimals = 3) {
  if (!json.contains(key) || json[key].is_null()) return "none";
  if (json[key].is_string()) return json[key] == "inf" ? "infinite" : "−infinite";
  return decimal_text(json[key].get<double>(), decimals);
}

std::string line(const std::string& name, const Json& json, const char* value = "estimate",
                 const char* low = "ci_low", const char* high = "ci_high") {
  if (json.is_null()) return fmt::format("  {:<44}no answer\n", name);
  std::string text = fmt::format("  {:<44}{} [{}, {}]", name, number(json, value),
                                 number(json, low), number(json, high));
  if (json.contains("p") && json["p"].is_number()) text += ", p " + p_text(json["p"].get<double>());
  return text + "\n";
}

std::string comparison_text(const Json& c) {
  std::string text = fmt::format("\n{}\n", c["label"].get<std::string>());
  const Json& crude = c["crude"];
  text += line("risk difference, Newcombe", crude["rd_newcombe"]);
  text += line("risk difference, Miettinen-Nurminen", crude["rd_score"]);
  text += line("risk ratio, score", crude["rr_score"]);
  text += line("odds ratio, Fisher exact", crude["fisher"]);
  if (crude["barnard_p"].is_number())
    text += fmt::format("  {:<44}{}\n", "unconditional exact p (Barnard)",
                        p_text(crude["barnard_p"].get<double>()));
  if (c.contains("stratified")) {
    const Json& s = c["stratified"];
    text += line("stratified risk difference, Mantel-Haenszel", s["rd"]);
    text += line("stratified risk difference, Newcombe", s["rd_newcombe"]);
    text += line("stratified risk difference, score", s["rd_score"]);
    text +=
        line("stratified odds ratio, Mantel-Haenszel", s["or"], "ratio", "ratio_low", "ratio_high");
    if (s["breslow_day"].is_object())
      text += fmt::format("  {:<44}{}\n", "equal odds ratios, p (Breslow-Day)",
                          p_text(s["breslow_day"]["p"].get<double>()));
  }
  if (c.contains("standardised") && c["standardised"].is_object()) {
    text += line("standardised risk difference", c["standardised"]["rd"]);
    text += line("standardised risk ratio", c["standardised"]["rr"], "ratio", "ratio_low",
                 "ratio_high");
  }
  return text;
}

std::string csv_row(const std::string& label, const std::string& what, const Json& json) {
  const auto cell = [&](const char* key) {
    return json.is_null() || !json.contains(key) || json[key].is_null() ? ""
           : json[key].is_string() ? json[key].get<std::string>()
                                   : fmt::format("{:.17g}", json[key].get<double>());
  };
  return fmt::format("{},{},{},{},{},{}\n", csv_field(label), what, cell("estimate"),
                     cell("ci_low"), cell("ci_high"), cell("p"));
}

std::string comparisons_csv(const Json& result) {
  std::string csv = "comparison,quantity,estimate,ci_low,ci_high,p\n";
  for (const Json& c : result["comparisons"])
    for (const char* part : {"crude", "stratified", "standardised"})
      if (c.contains(part) && c[part].is_object())
        for (const auto& [key, value] : c[part].items())
          if (value.is_object() && value.contains("estimate"))
            csv += csv_row(c["label"], fmt::format("{}_{}", part, key), value);
  return csv;
}

void check_request(const RespondersRequest& request) {
  check_level(request.level);
  require(
      request.estimation == "auto" || request.estimation == "ml" || request.estimation == "firth",
      "answer.responders.request",
      fmt::format("--estimation is auto, ml or firth; saw '{}'", request.estimation),
      ErrorKind::usage);
  require(request.variance == "robust" || request.variance == "delta", "answer.responders.request",
          fmt::format("--variance is robust or delta; saw '{}'", request.variance),
          ErrorKind::usage);
}

}  // namespace

Answer responders_answer(const TrialTable& given, const RespondersRequest& request) {
  check_request(request);
  const RespondersData data = responders_data(given, request);
  Answer answer;
  Json result{{"response", data.words},
              {"arm", data.arm},
              {"reference", data.arms[0]},
              {"level", request.level},
              {"missing", request.missing}};
  result["arms"] = Json::array();
  answer.text = fmt::format("Response: {}; missing responses: {}\n\n", data.words,
                            request.missing == "exclude" ? "left out" : "counted as no response");
  for (std::size_t a = 0; a < data.arms.size(); ++a) {
    const TwoByTwo t = data.table(data.arms[a]);
    const double n = t.n1, events = t.events1;
    const Interval ci = wilson(events, n, request.level);
    Json row{{"arm", data.arms[a]}, {"n", n}, {"events", events}, {"missing", data.missing[a]}};
    row["risk"] = json_number(events / n);
    row["ci_low"] = ci.low;
    row["ci_high"] = ci.high;
    result["arms"].push_back(row);
    answer.text +=
        fmt::format("  {:<28}{:.0f} of {:.0f}, {} % [{}, {}]\n", data.arms[a], events, n,
                    percent_text(events / n, 1), percent_text(ci.low, 1), percent_text(ci.high, 1));
  }
  std::vector<std::string> strata;
  if (!request.strata.empty()) {
    strata = level_column(data.rows, request.strata);
    const auto unknown = std::count(strata.begin(), strata.end(), "");
    for (std::string& stratum : strata)
      if (stratum.empty()) stratum = "(missing)";
    if (unknown > 0)
      answer.reservations.push_back(fmt::format(
          "{} participants lack '{}' and form a stratum of their own", unknown, request.strata));
  }
  std::optional<Adjusted> model;
  if (!request.covariates.empty()) model = adjusted(data, request);
  result["comparisons"] = Json::array();
  for (std::size_t a = 1; a < data.arms.size(); ++a) {
    Json comparison{{"label", data.arms[a] + " - " + data.arms[0]},
                    {"crude", crude_json(data.table(data.arms[a]), request.level)}};
    if (!strata.empty())
      comparison["stratified"] = stratified_json(data, data.arms[a], strata, request.level);
    if (model) comparison["standardised"] = standardised_json(*model, data.arms[a], request.level);
    answer.text += comparison_text(comparison);
    result["comparisons"].push_back(comparison);
  }
  if (model) {
    result["model"] = model->model;
    answer.reservations.insert(answer.reservations.end(), model->reservations.begin(),
                               model->reservations.end());
  }
  answer.result_json = result.dump();
  answer.csv = comparisons_csv(result);
  answer.inputs = {{given.input.first, given.input.second}};
  return answer;
}

Answer responders_file(const std::string& path, const RespondersRequest& request) {
  const TrialTable data = read_trial_table(path);
  return naming_file(path,
                     [&] { return responders_answer(file_where(data, request.where), request); });
}

}  // namespace entact
