// `entact impute` of counts: options and table to what the statistics need. What came of it as
// JSON, text and CSV is impute_counts_result.cpp.
#include "entact/answer/impute_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "entact/answer/impute_counts_result.h"
#include "entact/answer/impute_document.h"
#include "entact/base/error.h"
#include "entact/io/number.h"
#include "entact/stats/imputation_design.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Json = nlohmann::ordered_json;

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

void set_arms(CountsRun& run, const Table& table) {
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

Design design_of(const CountsRun& run, const ModelFormula& formula, const Table& table) {
  require(!formula.covariance, "answer.impute.counts",
          "the model of counts has one row a participant, and no covariance term",
          ErrorKind::usage);
  Design design = make_design(formula, table,
                              {.reference = {{run.arm, run.arms.front()}}, .factors = {run.arm}});
  require(design.rows.size() == table.rows(), "stats.impute.covariate",
          "a count or covariate is missing in some participants; every one is imputed");
  return design;
}

void set_designs(CountsRun& run, const Table& table) {
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

void set_participants(CountsRun& run, const Table& table, const Table& events) {
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

void set_factors(CountsRun& run) {
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

}  // namespace

Answer impute_counts_answer(const Table& table, const Table& events, const ImputeRequest& request) {
  check_options(request);
  CountsRun run{.request = request, .words = analysis_words(request.analysis)};
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
  const Json result = counts_result(run);
  Answer answer{.result_json = result.dump(),
                .text = counts_text(run, result),
                .csv = counts_csv(result),
                .reservations = run.made.fit.reservations};
  answer.document = impute_document(result, answer.reservations);
  return answer;
}

}  // namespace entact
