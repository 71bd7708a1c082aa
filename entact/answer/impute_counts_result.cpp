#include "entact/answer/impute_counts_result.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "entact/answer/impute_result.h"
#include "entact/answer/impute_tipping.h"
#include "entact/answer/json_number.h"
#include "entact/base/error.h"
#include "entact/io/csv.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Eigen::Index;
using Json = nlohmann::ordered_json;

bool incomplete(const CountData& d, Index i) { return d.exposure[i] < d.planned[i]; }

/// The strategies of those who left, by arm.
std::map<std::pair<ImputationStrategy, int>, int> strategies_by_arm(const CountsRun& run) {
  std::map<std::pair<ImputationStrategy, int>, int> counts;
  for (Index i = 0; i < run.data.events.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (incomplete(run.data, i)) ++counts[{run.data.strategy[at], run.arm_of[at]}];
  }
  return counts;
}

/// In the words of ICH E9(R1); of nobody where nobody left.
std::set<std::string> estimand_strategies(const CountsRun& run) {
  std::set<std::string> words;
  for (const auto& [key, count] : strategies_by_arm(run))
    words.insert(run.request.estimand.empty() ? std::string(estimand_words(key.first))
                                              : run.request.estimand);
  return words;
}

std::string intercurrent_events(const CountsRun& run) {
  std::set<std::string> words;
  for (const auto& [key, count] : strategies_by_arm(run))
    words.insert(fmt::format("{}: {}",
                             run.request.estimand.empty() ? estimand_words(key.first)
                                                          : std::string_view(run.request.estimand),
                             strategy_words(key.first)));
  std::string text =
      words.empty() ? "nobody left early" : fmt::format("{}", fmt::join(words, "; "));
  return (run.data.factor.array() == 1).all() ? text : text + ", later rates multiplied";
}

struct Parameter {
  std::string arm{}, comparator{}, summary{};
};

std::vector<Parameter> parameters_of(const CountsRun& run) {
  std::vector<Parameter> parameters;
  for (std::size_t a = 1; a < run.arms.size(); ++a)
    parameters.push_back({run.arms[a], run.arms[0], "rate ratio"});
  for (const std::string& arm : run.arms)
    parameters.push_back({arm, "", "rate at mean covariates"});
  return parameters;
}

Json result_row(const CountsRun& run, const Parameter& parameter, const PooledImputation& pooled) {
  const std::string label =
      parameter.comparator.empty() ? parameter.arm : parameter.arm + " / " + parameter.comparator;
  Json row{{"label", label},
           {"visit", ""},
           {"arm", parameter.arm},
           {"comparator", parameter.comparator},
           {"summary", parameter.summary},
           {"scale", "log"}};
  row.update(pooled_json(pooled));
  row.update(ratio_json(pooled));
  row.update(variance_json(pooled));
  row["estimand"] =
      estimand_json({.population = "all participants of the table",
                     .treatment = parameter.arm,
                     .comparator = parameter.comparator,
                     .variable = run.words.formula.response + " over the time planned",
                     .intercurrent_events = intercurrent_events(run),
                     .summary = parameter.summary});
  return row;
}

Json incomplete_json(const CountsRun& run) {
  Json rows = Json::array();
  for (std::size_t a = 0; a < run.arms.size(); ++a) {
    int n = 0, left = 0;
    double events = 0, observed = 0, planned = 0;
    for (Index i = 0; i < run.data.events.size(); ++i) {
      if (run.arm_of[static_cast<std::size_t>(i)] != static_cast<int>(a)) continue;
      ++n;
      left += incomplete(run.data, i) ? 1 : 0;
      events += run.data.events[i];
      observed += run.data.exposure[i];
      planned += run.data.planned[i];
    }
    rows.push_back({{"arm", run.arms[a]},
                    {"n", n},
                    {"incomplete", left},
                    {"events", events},
                    {"observed", observed},
                    {"planned", planned}});
  }
  return rows;
}

Json model_json(const CountsRun& run) {
  const CountFit& fit = run.made.model;
  Json coefficients = Json::array();
  for (Index j = 0; j < fit.beta.size(); ++j)
    coefficients.push_back({{"term", run.coefficients[static_cast<std::size_t>(j)]},
                            {"estimate", json_number(fit.beta[j])},
                            {"se", json_number(std::sqrt(fit.vcov(j, j)))}});
  return {{"coefficients", coefficients},
          {"dispersion", json_number(fit.dispersion)},
          {"log_likelihood", json_number(fit.log_likelihood)},
          {"gradient", json_number(fit.gradient)}};
}

// A factor of the later rate of one arm, or of none.
struct FactorAxis {
  std::string name{};
  std::ptrdiff_t arm = -1;
  std::vector<double> factors{1};
};

FactorAxis factor_axis(const CountsRun& run, std::size_t which) {
  if (which >= run.request.tipping.size()) return {};
  const ArmGrid grid = arm_grid(run.request.tipping[which]);
  const auto arm = std::find(run.arms.begin(), run.arms.end(), grid.arm);
  require(arm != run.arms.end() && grid.values.front() > 0, "answer.impute.tipping",
          fmt::format("of counts write ARM=FROM:TO:STEP, positive factors of an arm's later rate; "
                      "saw '{}'",
                      run.request.tipping[which]),
          ErrorKind::usage);
  return {grid.arm, arm - run.arms.begin(), grid.values};
}

/// The first rate ratio where later rates are multiplied; the same random numbers in every cell.
Json factors_json(const CountsRun& run) {
  require(run.request.tipping.size() <= 2, "answer.impute.tipping",
          "a tipping-point grid has two arms at most", ErrorKind::usage);
  const FactorAxis x = factor_axis(run, 0), y = factor_axis(run, 1);
  const TippingPoint found = tipping_grid(x.factors, y.factors, [&](double fx, double fy) {
    CountData data = run.data;
    multiply_later_rate(data, run, x.arm, fx);
    multiply_later_rate(data, run, y.arm, fy);
    return pool_counts(data, impute_counts(data, run.how), run.analysis, run.how, run.request.level)
        .front();
  });
  return tipping_json(found, {.label = run.arms[1] + " / " + run.arms[0],
                              .x = x.name,
                              .y = y.name,
                              .kind = TippingKind::rates});
}

std::string model_words(const CountsRun& run) {
  return fmt::format("multiple imputation of counts ({}), {} draws, Rubin's rules",
                     run.how.poisson ? "Poisson" : "negative binomial", run.how.draws);
}

}  // namespace

void multiply_later_rate(CountData& data, const CountsRun& run, std::ptrdiff_t arm, double factor) {
  for (Index i = 0; i < data.factor.size(); ++i)
    if (run.arm_of[static_cast<std::size_t>(i)] == arm) data.factor[i] *= factor;
}

Json counts_result(const CountsRun& run) {
  Json results = Json::array(), events = Json::array();
  const auto parameters = parameters_of(run);
  for (std::size_t k = 0; k < parameters.size(); ++k)
    results.push_back(result_row(run, parameters[k], run.pooled[k]));
  for (const auto& [key, count] : strategies_by_arm(run))
    events.push_back({{"strategy", to_text(key.first)},
                      {"arm", run.arms[static_cast<std::size_t>(key.second)]},
                      {"n", count}});
  Json result{
      {"method", run.how.poisson ? "poisson" : "negative-binomial"},
      {"model", model_words(run)},
      {"formula", run.request.formula},
      {"analysis", run.request.analysis},
      {"level", run.request.level},
      {"seed", run.request.seed},
      {"n_subjects", run.data.events.size()},
      {"arms", run.arms},
      {"reference", run.arms.front()},
      {"n_incomplete", incomplete_json(run)},
      {"events", events},
      {"intercurrent_events", intercurrent_events(run)},
      {"estimand_strategies", estimand_strategies(run)},
      {"results", results},
      {"imputation_model", model_json(run)},
      {"prior", "asymptotic normal posterior of coefficients and log dispersion"},
      {"fit", {{"converged", run.made.fit.converged}, {"warnings", run.made.fit.reservations}}}};
  if (!run.request.tipping.empty()) result["tipping"] = factors_json(run);
  return result;
}

std::string counts_text(const CountsRun& run, const Json& result) {
  std::string text = fmt::format("{}\n{}\nestimand: {}\n", model_words(run), run.request.analysis,
                                 intercurrent_events(run));
  for (const Json& row : result["n_incomplete"])
    text += fmt::format(
        "{}: {} participants, {} observed for less than planned; {} events in {} of "
        "{} time\n",
        row["arm"].get<std::string>(), row["n"].get<int>(), row["incomplete"].get<int>(),
        row["events"].get<double>(), decimal_text(row["observed"].get<double>(), 1),
        decimal_text(row["planned"].get<double>(), 1));
  text += fmt::format("\n{:<30}{:>10}{:>22}{:>9}\n", "rate or ratio", "estimate", "interval", "p");
  for (const Json& row : result["results"])
    text += fmt::format("{:<30}{:>10}{:>22}{:>9}\n", row["label"].get<std::string>(),
                        decimal_text(row["ratio"].get<double>(), 3),
                        fmt::format("[{}, {}]", decimal_text(row["ratio_low"].get<double>(), 3),
                                    decimal_text(row["ratio_high"].get<double>(), 3)),
                        row["comparator"] == "" ? "" : p_text(row["p"].get<double>()));
  return text + tipping_text(result);
}

std::string counts_csv(const Json& result) {
  std::string csv =
      "label,arm,comparator,estimate,se,df,ci_low,ci_high,p,ratio,ratio_low,ratio_high\n";
  for (const Json& row : result["results"]) {
    csv += fmt::format("{},{},{}", csv_field(row["label"].get<std::string>()),
                       csv_field(row["arm"].get<std::string>()),
                       csv_field(row["comparator"].get<std::string>()));
    for (const char* key :
         {"estimate", "se", "df", "ci_low", "ci_high", "p", "ratio", "ratio_low", "ratio_high"})
      csv += row[key].is_number() ? fmt::format(",{:.17g}", row[key].get<double>())
                                  : fmt::format(",{}", row[key].is_string() ? "inf" : "");
    csv += "\n";
  }
  return csv;
}

}  // namespace entact
