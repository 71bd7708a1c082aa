#include "entact/answer/impute_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "entact/answer/impute_document.h"
#include "entact/answer/impute_result.h"
#include "entact/answer/impute_tipping.h"
#include "entact/answer/impute_words.h"
#include "entact/answer/json_number.h"
#include "entact/base/error.h"
#include "entact/io/csv.h"
#include "entact/io/number.h"
#include "entact/report/number_text.h"
#include "entact/stats/count_imputation.h"
#include "entact/stats/imputation_design.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Json = nlohmann::ordered_json;

/// All that one run knows.
struct Run {
  ImputeRequest request{};
  AnalysisWords words{};
  std::string arm{};
  std::vector<std::string> arms{};  ///< the reference first
  std::vector<int> arm_of{};
  std::vector<std::string> coefficients{};
  CountData data{};
  CountAnalysis analysis{};
  CountImputationOptions how{};
  CountImputations made{};
  std::vector<PooledImputation> pooled{};
};

void check_options(const ImputeRequest& r) {
  const char* code = "answer.impute.counts";
  require(
      !r.exposure.empty() && !r.planned.empty(), code,
      "counts need --exposure, the column of the time observed, and --planned, the time that was "
      "planned: a number or a column",
      ErrorKind::usage);
  require(r.method == "bayes" && (r.resample.empty() || r.resample == "rubin"), code,
          "counts are imputed by draws from the posterior and pooled by Rubin's rules: leave out "
          "--method and --resample",
          ErrorKind::usage);
  require(r.visits.empty() && r.fallback.empty() && r.at.empty(), code,
          "--visits, --at and --fallback have no meaning for counts: leave them out; a factor of "
          "the later rate is --delta ARM=FACTOR, a grid of them --tipping ARM=FROM:TO:STEP",
          ErrorKind::usage);
}

VectorXd column_of(const Table& table, const std::string& name) {
  const std::vector<double>& values = table.numbers(name);
  for (std::size_t row = 0; row < values.size(); ++row)
    require(std::isfinite(values[row]), "stats.count.value",
            fmt::format("row {}: {} is missing", row + 1, name));
  return Eigen::Map<const VectorXd>(values.data(), static_cast<Index>(values.size()));
}

VectorXd planned_of(const Table& table, const std::string& word) {
  const auto number = parse_number(word);
  return number ? VectorXd::Constant(static_cast<Index>(table.rows()), *number)
                : column_of(table, word);
}

void set_arms(Run& run, const Table& table) {
  const FactorValues arms = factor_values(table.column(run.arm));
  run.arms = {run.request.reference};
  for (const std::string& level : arms.levels)
    if (level != run.request.reference) run.arms.push_back(level);
  require(run.arms.size() == arms.levels.size(), "stats.impute.reference",
          fmt::format("column '{}' has no arm '{}'", run.arm, run.request.reference),
          ErrorKind::usage);
  for (const int code : arms.codes) {
    require(code >= 0, "stats.impute.arm", "a participant has no arm");
    run.arm_of.push_back(static_cast<int>(
        std::find(run.arms.begin(), run.arms.end(), arms.levels[static_cast<std::size_t>(code)]) -
        run.arms.begin()));
  }
}

Design design_of(const Run& run, const ModelFormula& formula, const Table& table) {
  require(!formula.covariance, "answer.impute.counts",
          "the model of counts has one row a participant, and no covariance term",
          ErrorKind::usage);
  Design design = make_design(formula, table,
                              {.reference = {{run.arm, run.arms.front()}}, .factors = {run.arm}});
  require(design.rows.size() == table.rows(), "stats.impute.covariate",
          "a count or covariate is missing in some participants; every one is imputed");
  return design;
}

void set_designs(Run& run, const Table& table) {
  const ModelFormula formula = parse_formula(run.request.formula);
  const auto columns = columns_of(formula);
  require(std::find(columns.begin(), columns.end(), run.arm) != columns.end() &&
              run.words.formula.response == formula.response,
          "stats.impute.formula",
          fmt::format("the imputation model needs the arm '{}' and the response of the analysis",
                      run.arm),
          ErrorKind::usage);
  const Design model = design_of(run, formula, table);
  run.coefficients = model.columns;
  run.data.events = column_of(table, formula.response);
  run.data.x = model.x;
  run.data.x_reference = rows_as(model, table, run.arm, run.arms.front());
  const Design analysis = design_of(run, run.words.formula, table);
  run.analysis.x = analysis.x;
  for (const std::string& arm : run.arms)
    run.analysis.as_arm.push_back(rows_as(analysis, table, run.arm, arm));
}

void set_participants(Run& run, const Table& table, const Table& events) {
  const bool named = table.has("USUBJID");
  const FactorValues ids = named ? factor_values(table.column("USUBJID")) : FactorValues{};
  std::map<std::string, Index> place;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string id = named ? ids.levels[static_cast<std::size_t>(ids.codes[row])]
                                 : fmt::format("row {}", row + 1);
    require(place.emplace(id, static_cast<Index>(row)).second, "stats.impute.duplicate",
            fmt::format("participant {} has two rows; counts have one a participant", id));
    run.data.participants.push_back(id);
  }
  const StrategyWords strategies = strategies_in(run.request.strategy);
  run.data.strategy.assign(table.rows(), strategies.usual.value_or(ImputationStrategy::mar));
  if (events.columns.empty()) return;
  for (const IntercurrentEvent& event : events_of(events, "USUBJID", "", strategies)) {
    const auto found = place.find(event.participant);
    require(found != place.end(), "stats.impute.event",
            fmt::format("an event names participant '{}', whom the data lack", event.participant));
    run.data.strategy[static_cast<std::size_t>(found->second)] = event.strategy;
  }
}

void multiply_later_rate(CountData& data, const Run& run, std::ptrdiff_t arm, double factor) {
  for (Index i = 0; i < data.factor.size(); ++i)
    if (run.arm_of[static_cast<std::size_t>(i)] == arm) data.factor[i] *= factor;
}

void set_factors(Run& run) {
  run.data.factor = VectorXd::Ones(run.data.events.size());
  for (const std::string& word : run.request.delta) {
    const auto at = word.rfind('=');
    const auto factor = at == std::string::npos ? std::nullopt : parse_number(word.substr(at + 1));
    const auto arm = std::find(run.arms.begin(), run.arms.end(), word.substr(0, at));
    require(factor && arm != run.arms.end(), "answer.impute.delta",
            fmt::format("of counts write ARM=FACTOR of the later rate; saw '{}'", word),
            ErrorKind::usage);
    multiply_later_rate(run.data, run, arm - run.arms.begin(), *factor);
  }
}

bool incomplete(const CountData& d, Index i) { return d.exposure[i] < d.planned[i]; }

/// The strategies of those who left, by arm.
std::map<std::pair<ImputationStrategy, int>, int> strategies_by_arm(const Run& run) {
  std::map<std::pair<ImputationStrategy, int>, int> counts;
  for (Index i = 0; i < run.data.events.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (incomplete(run.data, i)) ++counts[{run.data.strategy[at], run.arm_of[at]}];
  }
  return counts;
}

/// In the words of ICH E9(R1); of nobody where nobody left.
std::set<std::string> estimand_strategies(const Run& run) {
  std::set<std::string> words;
  for (const auto& [key, count] : strategies_by_arm(run))
    words.insert(run.request.estimand.empty() ? std::string(estimand_words(key.first))
                                              : run.request.estimand);
  return words;
}

std::string intercurrent_events(const Run& run) {
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

std::vector<Parameter> parameters_of(const Run& run) {
  std::vector<Parameter> parameters;
  for (std::size_t a = 1; a < run.arms.size(); ++a)
    parameters.push_back({run.arms[a], run.arms[0], "rate ratio"});
  for (const std::string& arm : run.arms)
    parameters.push_back({arm, "", "rate at mean covariates"});
  return parameters;
}

Json result_row(const Run& run, const Parameter& parameter, const PooledImputation& pooled) {
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

Json incomplete_json(const Run& run) {
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

Json model_json(const Run& run) {
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

FactorAxis factor_axis(const Run& run, std::size_t which) {
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
Json factors_json(const Run& run) {
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

std::string model_words(const Run& run) {
  return fmt::format("multiple imputation of counts ({}), {} draws, Rubin's rules",
                     run.how.poisson ? "Poisson" : "negative binomial", run.how.draws);
}

Json result_json(const Run& run) {
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

std::string people_text(const Run& run, const Json& result) {
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

std::string csv_of(const Json& result) {
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

}  // namespace

Answer impute_counts_answer(const Table& table, const Table& events, const ImputeRequest& request) {
  check_options(request);
  Run run{.request = request, .words = analysis_words(request.analysis)};
  run.arm = impute_arm_column(table, request);
  set_arms(run, table);
  set_designs(run, table);
  run.data.exposure = column_of(table, request.exposure);
  run.data.planned = planned_of(table, request.planned);
  set_participants(run, table, events);
  set_factors(run);
  run.how = {.poisson = run.words.kind == AnalysisWords::Kind::poisson,
             .draws = request.draws,
             .seed = request.seed,
             .threads = request.threads};
  run.made = impute_counts(run.data, run.how);
  run.pooled = pool_counts(run.data, run.made, run.analysis, run.how, request.level);
  const Json result = result_json(run);
  Answer answer{.result_json = result.dump(),
                .text = people_text(run, result),
                .csv = csv_of(result),
                .reservations = run.made.fit.reservations};
  answer.document = impute_document(result, answer.reservations);
  return answer;
}

}  // namespace entact
