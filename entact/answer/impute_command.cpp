// Options in, imputed and pooled answers out. The arithmetic is stats/imputation*.h and
// tipping_point.h; what the options mean is impute_words.h; here they meet, and are written down.
#include "entact/answer/impute_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <utility>

#include "entact/answer/dataset_file.h"
#include "entact/answer/impute_counts.h"
#include "entact/answer/impute_document.h"
#include "entact/answer/impute_words.h"
#include "entact/answer/json_number.h"
#include "entact/answer/row_conditions.h"
#include "entact/base/error.h"
#include "entact/io/csv.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"
#include "entact/stats/imputation.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Json = nlohmann::ordered_json;

/// All that one run of the command knows.
struct Run {
  ImputeRequest request{};
  AnalysisWords analysis_words{};
  ImputationModel model{};
  std::vector<IntercurrentEvent> events{};
  MatrixXd delta{};
  ImputationOptions how{};
  Imputations imputations{};
  ImputedAnalysis analysis{};
  std::vector<PooledImputation> pooled{};
  std::vector<std::string> notes{};
};

}  // namespace

std::string impute_arm_column(const Table& table, const ImputeRequest& request) {
  if (!request.arm.empty()) return request.arm;
  std::vector<std::string> there;
  for (const char* name : {"ARM", "TRT01P", "TRTP"})
    if (table.has(name)) there.emplace_back(name);
  require(there.size() == 1, "answer.impute.arm",
          there.empty() ? "name the column of the arms with --arm: there is no ARM, TRT01P or TRTP"
                        : fmt::format("name the column of the arms with --arm: there are {}",
                                      fmt::join(there, " and ")),
          ErrorKind::usage);
  return there.front();
}

namespace {

ImputationOptions options_of(const ImputeRequest& request, const ImputationModel& model) {
  ImputationOptions how{.method = imputation_method(request.method),
                        .draws = request.draws,
                        .seed = request.seed,
                        .burn_in = request.burn_in,
                        .burn_between = request.burn_between,
                        .chains = request.chains,
                        .strata = model.arm_of,
                        .threads = request.threads};
  const bool means = how.method == ImputationMethod::conditional_mean;
  how.rule =
      pooling_rule(!request.resample.empty() ? request.resample : (means ? "jackknife" : "rubin"));
  return how;
}

/// The sentence about what Rubin's variance means where strategies copy the reference.
void note_anchoring(Run& run) {
  const bool copies =
      std::any_of(run.model.data.strategy.begin(), run.model.data.strategy.end(), [](auto s) {
        return s == ImputationStrategy::jr || s == ImputationStrategy::cr ||
               s == ImputationStrategy::cir;
      });
  if (copies && run.how.rule == PoolingRule::rubin)
    run.notes.emplace_back(
        "Rubin's variance of reference-based imputation is information-anchored: it keeps the "
        "share "
        "of information that is missing under MAR, and is larger than the variance over repeated "
        "trials, which conditional means with the jackknife or bootstrap estimate");
}

void note_dropout(Run& run, const std::optional<ImputationStrategy>& dropout) {
  if (dropout && *dropout != ImputationStrategy::mar)
    run.notes.push_back(fmt::format(
        "no table of events was given: dropout (values missing to the last visit) is the event, {}",
        strategy_words(*dropout)));
}

std::optional<ImputationStrategy> fallback_of(const ImputeRequest& request) {
  if (request.fallback.empty()) return std::nullopt;
  return imputation_strategy(request.fallback);
}

void read_words(Run& run, const Table& table, const Table& events) {
  const ImputeRequest& request = run.request;
  run.analysis_words = analysis_words(request.analysis);
  const ModelFormula formula = parse_formula(request.formula);
  const StrategyWords strategies = strategies_in(request.strategy);
  const bool listed = !events.columns.empty();
  if (listed && formula.covariance)
    run.events =
        events_of(events, formula.covariance->subject, formula.covariance->visit, strategies);
  const auto dropout = listed ? std::nullopt : strategies.usual;
  run.model = imputation_model(formula, table,
                               {.arm = impute_arm_column(table, request),
                                .reference = request.reference,
                                .visits = request.visits,
                                .dropout = dropout,
                                .failure = request.failure,
                                .binary = request.binary,
                                .least_retrieved = request.least_retrieved,
                                .fallback = fallback_of(request)},
                               run.events);
  note_dropout(run, dropout);
  run.notes.insert(run.notes.end(), run.model.notes.begin(), run.model.notes.end());
  run.delta = delta_words(run.model, request.delta);
}

/// The analysis at these visits (empty: all), and where the last of them begins among parameters.
struct VisitsAnalysed {
  ImputedAnalysis analysis{};
  std::size_t first = 0;
};

VisitsAnalysed analysis_at(const Run& run, const std::vector<std::string>& visits) {
  const AnalysisWords& words = run.analysis_words;
  if (words.kind != AnalysisWords::Kind::mmrm)
    return {visit_analysis(run.model, words.formula, visits, words.responders), 0};
  VisitsAnalysed made{mmrm_analysis(run.model, words.formula, df_named(run.request.df)), 0};
  const auto& parameters = made.analysis.parameters;
  while (!visits.empty() && made.first < parameters.size() &&
         parameters[made.first].visit != visits.front())
    ++made.first;
  require(made.first < parameters.size(), "answer.impute.tipping",
          "--at names no visit: '" + (visits.empty() ? "" : visits.front()) + "'",
          ErrorKind::usage);
  return made;
}

/// The strategies in use: those of the events, or MAR where there is none.
std::set<ImputationStrategy> strategies_used(const ImputationModel& model) {
  std::set<ImputationStrategy> used;
  for (std::size_t i = 0; i < model.data.strategy.size(); ++i)
    if (model.data.first_affected[i] < model.data.m()) used.insert(model.data.strategy[i]);
  if (used.empty()) used.insert(ImputationStrategy::mar);
  return used;
}

/// In the words of ICH E9(R1): as the request says, else as the strategies imply.
std::vector<std::string> estimand_strategies(const Run& run) {
  if (!run.request.estimand.empty()) return {run.request.estimand};
  std::vector<std::string> words;
  for (const ImputationStrategy strategy : strategies_used(run.model)) {
    const std::string word(estimand_words(strategy));
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

std::string intercurrent_events(const Run& run) {
  std::vector<std::string> assumptions;
  for (const ImputationStrategy strategy : strategies_used(run.model))
    assumptions.emplace_back(strategy_words(strategy));
  std::string text = fmt::format("{}", fmt::join(estimand_strategies(run), ", "));
  text += fmt::format(": {}", fmt::join(assumptions, ", "));
  return run.delta.isZero(0) ? text : text + ", imputed values shifted";
}

Estimand estimand_of(const Run& run, const AnalysisParameter& parameter) {
  return {.population = "all participants of the table",
          .treatment = parameter.arm,
          .comparator = parameter.comparator,
          .variable = run.model.formula.response + " at " + parameter.visit,
          .intercurrent_events = intercurrent_events(run),
          .summary = parameter.summary};
}

std::string label_of(const AnalysisParameter& parameter) {
  return parameter.comparator.empty() ? parameter.arm
                                      : parameter.arm + " - " + parameter.comparator;
}

Json estimand_json(const Estimand& estimand) {
  return {{"population", estimand.population},
          {"treatment", estimand.treatment},
          {"comparator", estimand.comparator},
          {"variable", estimand.variable},
          {"intercurrent_events", estimand.intercurrent_events},
          {"summary", estimand.summary}};
}

Json pooled_json(const PooledImputation& pooled) {
  return {{"estimate", json_number(pooled.estimate)},
          {"se", json_number(pooled.se)},
          {"df", json_number(pooled.df)},
          {"ci_low", json_number(pooled.low)},
          {"ci_high", json_number(pooled.high)},
          {"p", json_number(pooled.p)}};
}

Json results_json(const Run& run) {
  Json results = Json::array();
  for (std::size_t k = 0; k < run.pooled.size(); ++k) {
    const AnalysisParameter& parameter = run.analysis.parameters[k];
    Json row{{"label", label_of(parameter)},
             {"visit", parameter.visit},
             {"arm", parameter.arm},
             {"comparator", parameter.comparator},
             {"summary", parameter.summary}};
    row.update(pooled_json(run.pooled[k]));
    row["within"] = json_number(run.pooled[k].within);
    row["between"] = json_number(run.pooled[k].between);
    row["missing_share"] = json_number(run.pooled[k].missing_share);
    row["estimand"] = estimand_json(estimand_of(run, parameter));
    results.push_back(row);
  }
  return results;
}

Json missing_json(const ImputationModel& model) {
  Json rows = Json::array();
  for (std::size_t arm = 0; arm < model.arms.size(); ++arm)
    for (Index visit = 0; visit < model.data.m(); ++visit) {
      int n = 0, missing = 0;
      for (Index i = 0; i < model.data.n(); ++i)
        if (model.arm_of[static_cast<std::size_t>(i)] == static_cast<int>(arm)) {
          ++n;
          missing += std::isnan(model.data.y(i, visit)) ? 1 : 0;
        }
      rows.push_back({{"arm", model.arms[arm]},
                      {"visit", model.data.visits[static_cast<std::size_t>(visit)]},
                      {"n", n},
                      {"missing", missing}});
    }
  return rows;
}

Json events_json(const Run& run) {
  std::map<std::string, std::string> reasons;
  for (const IntercurrentEvent& event : run.events) reasons[event.participant] = event.reason;
  std::map<std::tuple<std::string, std::string, std::string>, int> counts;
  const ImputationModel& model = run.model;
  for (std::size_t i = 0; i < model.data.participants.size(); ++i)
    if (model.data.first_affected[i] < model.data.m())
      ++counts[{std::string(to_text(model.data.strategy[i])), reasons[model.data.participants[i]],
                model.arms[static_cast<std::size_t>(model.arm_of[i])]}];
  Json rows = Json::array();
  for (const auto& [key, count] : counts)
    rows.push_back({{"strategy", std::get<0>(key)},
                    {"reason", std::get<1>(key)},
                    {"arm", std::get<2>(key)},
                    {"n", count}});
  return rows;
}

Json retrieved_json(const ImputationModel& model) {
  Json rows = Json::array();
  for (const RetrievedCount& count : model.retrieved)
    rows.push_back({{"arm", count.arm},
                    {"visit", count.visit},
                    {"followed", count.followed},
                    {"to_impute", count.to_impute}});
  return rows;
}

Json matrix_json(const MatrixXd& matrix) {
  Json rows = Json::array();
  for (Index r = 0; r < matrix.rows(); ++r) {
    Json row = Json::array();
    for (Index c = 0; c < matrix.cols(); ++c) row.push_back(json_number(matrix(r, c)));
    rows.push_back(row);
  }
  return rows;
}

Json model_json(const Run& run) {
  const MmrmFit& reml = run.imputations.reml;
  Json coefficients = Json::array(), covariances = Json::array();
  for (Index j = 0; j < reml.beta.size(); ++j)
    coefficients.push_back({{"term", run.model.coefficients[static_cast<std::size_t>(j)]},
                            {"estimate", json_number(reml.beta(j))},
                            {"se", json_number(std::sqrt(reml.beta_vcov(j, j)))}});
  for (const MatrixXd& covariance : reml.covariance) covariances.push_back(matrix_json(covariance));
  return {{"coefficients", coefficients},
          {"covariance", covariances},
          {"structure", name_of(run.model.data.covariance)},
          {"log_likelihood", json_number(reml.log_likelihood)},
          {"iterations", reml.fit.iterations},
          {"gradient", json_number(reml.gradient)}};
}

void add_diagnostics(const Run& run, Json& json) {
  if (run.how.method == ImputationMethod::bayes) {
    json["prior"] =
        run.model.data.binary
            ? "uniform on the coefficients of the latent normal variable, whose variances are 1, "
              "and on "
              "each correlation of its visits"
            : "uniform on coefficients; inverse Wishart on each covariance matrix with visits + 2 "
              "degrees "
              "of freedom and the REML estimate as scale and mean (the prior of rbmi 1.5)";
    json["diagnostics"] = {{"chains", run.how.chains},
                           {"burn_in", run.how.burn_in},
                           {"burn_between", run.how.burn_between},
                           {"worst_r_hat", json_number(run.imputations.worst_r_hat)},
                           {"least_ess", json_number(run.imputations.least_ess)}};
  } else if (run.how.rule != PoolingRule::jackknife) {
    json["diagnostics"] = {{"redrawn", run.imputations.redrawn}};
  }
}

/// The grid of the tipping-point analysis: one axis, or two.
Json tipping_json(const Run& run) {
  const ImputeRequest& request = run.request;
  require(request.tipping.size() <= 2, "answer.impute.tipping",
          "a tipping-point grid has two arms at most", ErrorKind::usage);
  const std::string visit = request.at.empty() ? run.model.data.visits.back() : request.at;
  const auto [analysis, first] = analysis_at(run, {visit});
  const TippingAxis x = tipping_axis(run.model, request.tipping[0]);
  TippingAxis y{.name = "", .deltas = {0}, .where = 0 * x.where};
  if (request.tipping.size() == 2) y = tipping_axis(run.model, request.tipping[1]);
  const TippingPoint found =
      tipping_point(run.model.data, run.imputations, analysis, first, x, y, request.level);
  Json cells = Json::array(), contour = Json::array();
  std::vector<TippingRow> rows;
  for (const TippingCell& cell : found.cells) {
    Json row{{"x", cell.x}, {"y", cell.y}};
    row.update(pooled_json(cell.pooled));
    row["significant"] = cell.significant;
    cells.push_back(row);
    rows.push_back({cell.x, cell.y, cell.pooled.estimate, cell.pooled.low, cell.pooled.high,
                    cell.pooled.p, cell.significant, ""});
  }
  for (const auto& [at_x, at_y] : found.contour) contour.push_back({{"x", at_x}, {"y", at_y}});
  const auto title = [](const TippingAxis& axis) {
    return axis.name.empty() ? "" : "Shift of imputed values, " + axis.name;
  };
  return {{"label", label_of(analysis.parameters[first])},
          {"visit", visit},
          {"x", x.name},
          {"y", y.name},
          {"cells", cells},
          {"contour", contour},
          {"figure", Json::parse(tipping_figure(rows, {title(x), title(y)}))}};
}

Json result_json(const Run& run) {
  Json json{{"method", run.request.method},
            {"model", imputation_words(run.how, run.model.data.n())},
            {"formula", run.model.formula.text},
            {"analysis", run.request.analysis},
            {"level", run.request.level},
            {"seed", run.request.seed},
            {"n_subjects", run.model.data.n()},
            {"visits", run.model.data.visits},
            {"visit_order", run.model.visit_order},
            {"arms", run.model.arms},
            {"reference", run.model.arms.front()},
            {"n_missing", missing_json(run.model)},
            {"events", events_json(run)},
            {"retrieved", retrieved_json(run.model)},
            {"intercurrent_events", intercurrent_events(run)},
            {"estimand_strategies", estimand_strategies(run)},
            {"results", results_json(run)},
            {"imputation_model", model_json(run)}};
  add_diagnostics(run, json);
  if (!run.request.tipping.empty()) json["tipping"] = tipping_json(run);
  json["fit"] = {{"converged", run.imputations.fit.converged},
                 {"warnings", run.imputations.fit.reservations}};
  return json;
}

std::string results_text(const Run& run) {
  std::string text = fmt::format("{:<12}{:<26}{:>10}{:>9}{:>22}{:>9}\n", "visit", "", "estimate",
                                 "se", "interval", "p");
  for (std::size_t k = 0; k < run.pooled.size(); ++k) {
    const AnalysisParameter& parameter = run.analysis.parameters[k];
    const PooledImputation& pooled = run.pooled[k];
    const bool mean = parameter.comparator.empty();
    text += fmt::format(
        "{:<12}{:<26}{:>10}{:>9}{:>22}{:>9}\n", parameter.visit,
        (mean ? "  " : "") + label_of(parameter), decimal_text(pooled.estimate, 3),
        std::isnan(pooled.se) ? "" : decimal_text(pooled.se, 3),
        fmt::format("[{}, {}]", decimal_text(pooled.low, 3), decimal_text(pooled.high, 3)),
        mean ? "" : p_text(pooled.p));
  }
  return text;
}

std::string tipping_text(const Json& result) {
  if (!result.contains("tipping")) return "";
  const Json& tipping = result["tipping"];
  std::string text =
      fmt::format("\nTipping point of {} at {}: the interval touches 0 at\n",
                  tipping["label"].get<std::string>(), tipping["visit"].get<std::string>());
  for (const Json& point : tipping["contour"])
    text += fmt::format("  {} {}{}\n", tipping["x"].get<std::string>(),
                        decimal_text(point["x"].get<double>(), 2),
                        tipping["y"].get<std::string>().empty()
                            ? ""
                            : fmt::format(", {} {}", tipping["y"].get<std::string>(),
                                          decimal_text(point["y"].get<double>(), 2)));
  return tipping["contour"].empty() ? text + "  no point of the grid\n" : text;
}

std::string people_text(const Run& run, const Json& result) {
  Index missing = run.model.data.y.array().isNaN().count();
  return fmt::format(
             "{}\n{}\nestimand: {}\n{} participants, {} visits, {} of {} outcomes missing; "
             "reference "
             "{}\n\n",
             imputation_words(run.how, run.model.data.n()), run.request.analysis,
             intercurrent_events(run), run.model.data.n(), run.model.data.m(), missing,
             run.model.data.y.size(), run.model.arms.front()) +
         results_text(run) + tipping_text(result);
}

std::string csv_of(const Run& run) {
  std::string csv = "visit,label,arm,comparator,estimate,se,df,ci_low,ci_high,p,missing_share\n";
  const auto number = [](double value) {
    return std::isnan(value) ? std::string() : fmt::format("{:.17g}", value);
  };
  for (std::size_t k = 0; k < run.pooled.size(); ++k) {
    const AnalysisParameter& parameter = run.analysis.parameters[k];
    const PooledImputation& pooled = run.pooled[k];
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(parameter.visit),
                       csv_field(label_of(parameter)), csv_field(parameter.arm),
                       csv_field(parameter.comparator), number(pooled.estimate), number(pooled.se),
                       number(pooled.df), number(pooled.low), number(pooled.high), number(pooled.p),
                       number(pooled.missing_share));
  }
  return csv;
}

bool counts_are_asked(const ImputeRequest& request) {
  const auto kind = analysis_words(request.analysis).kind;
  return kind == AnalysisWords::Kind::counts || kind == AnalysisWords::Kind::poisson;
}

void check_words(const ImputeRequest& request) {
  require(!request.binary || (request.delta.empty() && request.tipping.empty()),
          "answer.impute.delta",
          "a shift of a binary outcome has no meaning: leave out --delta and --tipping, or take "
          "another strategy",
          ErrorKind::usage);
  const std::set<std::string> known{"", "treatment policy", "hypothetical", "composite",
                                    "while on treatment"};
  require(known.contains(request.estimand), "answer.impute.estimand",
          fmt::format("the strategies of ICH E9(R1) are treatment policy, hypothetical, composite "
                      "and while on treatment; saw '{}'",
                      request.estimand),
          ErrorKind::usage);
  require(!request.reference.empty(), "answer.impute.arm",
          "name the reference arm with --reference: strategies copy it and others are compared "
          "with it",
          ErrorKind::usage);
}

Answer answer_of(Run& run) {
  run.how = options_of(run.request, run.model);
  note_anchoring(run);
  run.imputations = impute(run.model.data, run.how);
  run.analysis = analysis_at(run, {}).analysis;
  const MatrixXd none;
  run.pooled = pool_imputations(run.model.data, run.imputations, run.analysis,
                                run.delta.isZero(0) ? none : run.delta, run.request.level);
  const Json result = result_json(run);
  Answer answer{.result_json = result.dump(),
                .text = people_text(run, result),
                .csv = csv_of(run),
                .reservations = run.notes};
  const auto& more = run.imputations.fit.reservations;
  answer.reservations.insert(answer.reservations.end(), more.begin(), more.end());
  answer.document = impute_document(result, answer.reservations);
  return answer;
}

/// Shifts in files apart from those in words.
std::vector<std::string> files_among(std::vector<std::string>& words) {
  std::vector<std::string> files;
  const auto is_file = [](const std::string& word) { return word.find('=') == std::string::npos; };
  std::copy_if(words.begin(), words.end(), std::back_inserter(files), is_file);
  std::erase_if(words, is_file);
  return files;
}

}  // namespace

Answer impute_answer(const Table& table, const Table& events, const ImputeRequest& request) {
  check_words(request);
  if (counts_are_asked(request)) return impute_counts_answer(table, events, request);
  Run run{.request = request};
  read_words(run, table, events);
  return answer_of(run);
}

Answer impute_file(const std::string& path, const ImputeRequest& request) {
  check_words(request);
  Run run{.request = request};
  std::vector<InputFile> inputs;
  const auto read = [&](const std::string& file) {
    DatasetFile made = read_dataset_file(file);
    inputs.push_back(made.input);
    return std::move(made.table);
  };
  Table table = read(path);
  if (!request.where.empty()) table = rows_of(table, rows_meeting(table, request.where));
  const Table events = request.ice.empty() ? Table{} : read(request.ice);
  if (counts_are_asked(request)) {
    Answer answer = impute_counts_answer(table, events, request);
    answer.inputs = std::move(inputs);
    return answer;
  }
  const auto files = files_among(run.request.delta);
  read_words(run, table, events);
  for (const std::string& file : files) add_delta(run.model, read(file), run.delta);
  Answer answer = answer_of(run);
  answer.inputs = std::move(inputs);
  return answer;
}

}  // namespace entact
