#include "entact/answer/survival_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <set>
#include <utility>

#include "entact/answer/dataset_file.h"
#include "entact/answer/row_conditions.h"
#include "entact/answer/split_at.h"
#include "entact/answer/survival_covariates.h"
#include "entact/answer/survival_results.h"
#include "entact/base/error.h"
#include "entact/io/number.h"
#include "entact/num/distributions.h"
#include "entact/report/figure.h"

namespace entact {
namespace {

template <typename T>
T named(const std::string& option, const std::string& value,
        const std::vector<std::pair<std::string, T>>& known) {
  std::string names;
  for (const auto& [name, meaning] : known) {
    if (name == value) return meaning;
    names += (names.empty() ? "" : ", ") + name;
  }
  throw Error("answer.survival.option",
              fmt::format("{} is one of {}; saw '{}'", option, names, value), ErrorKind::usage);
}

CurveOptions curve_options(const SurvivalRequest& request) {
  return {.level = request.level,
          .interval = named<CurveInterval>("--conf-type", request.conf_type,
                                           {{"log-log", CurveInterval::log_log},
                                            {"log", CurveInterval::log},
                                            {"plain", CurveInterval::plain},
                                            {"logit", CurveInterval::logit}})};
}

CoxTies ties_of(const SurvivalRequest& request) {
  return named<CoxTies>("--ties", request.ties,
                        {{"efron", CoxTies::efron},
                         {"breslow", CoxTies::breslow},
                         {"exact", CoxTies::exact},
                         {"discrete", CoxTies::discrete}});
}

LogRankOptions test_of(const SurvivalRequest& request) {
  LogRankOptions how;
  if (request.test == "logrank") return how;
  char end = 0;
  const int read = std::sscanf(request.test.c_str(), "fh(%lf,%lf%c", &how.rho, &how.gamma, &end);
  require(
      read == 3 && end == ')', "answer.survival.option",
      fmt::format("--test is logrank or fh(rho,gamma) such as 'fh(0,1)'; saw '{}'", request.test),
      ErrorKind::usage);
  return how;
}

/// Options that belong together.
void check_options(const SurvivalRequest& request) {
  require(!(request.competing && request.recurrent), "answer.survival.option",
          "--competing and --recurrent are two questions; ask one of them", ErrorKind::usage);
  const bool fine_gray =
      named<bool>("--model", request.model, {{"cox", false}, {"fine-gray", true}});
  require(!fine_gray || request.competing, "answer.survival.option",
          "--model fine-gray is for competing causes: add --competing", ErrorKind::usage);
  require(request.trend.empty() || (!request.competing && !request.recurrent),
          "answer.survival.option",
          "--trend is of the log-rank test: not with --competing or --recurrent", ErrorKind::usage);
}

/// --censored V leaves one other value to be the event.
void check_censored(const SurvivalFile& file, const SurvivalRequest& request,
                    const SurvivalFormula& formula) {
  if (!request.censored) return;
  std::set<std::string> others;
  for (const std::string& value : cells(file, formula.event.column))
    if (!value.empty() && value != fmt::format("{}", *request.censored)) others.insert(value);
  if (others.size() < 2) return;
  throw Error(
      "answer.survival.censored",
      fmt::format("{}: {} has the values {} and {} beside the censored {}, so it is not "
                  "clear which is the event; name it in a formula: 'Surv({}, {} == {}) ~ 1'",
                  file.name, formula.event.column, *others.begin(), *std::next(others.begin()),
                  *request.censored, formula.stop, formula.event.column, *others.begin()));
}

/// The factor that curves are drawn by; empty if all are one group.
std::string grouping(const SurvivalFile& file, const SurvivalRequest& request,
                     const SurvivalFormula& formula, const std::vector<std::size_t>& rows) {
  if (!request.by.empty()) return request.by;
  if (formula.terms.empty() || !is_grouping(file, formula.terms.front(), rows)) return "";
  return formula.terms.front().variables.front();
}

SurvivalGroup group_of(std::string name, const SurvivalData& data, const SurvivalRequest& request) {
  SurvivalGroup group{.name = std::move(name), .rows = data.rows()};
  group.events = std::count_if(data.event.begin(), data.event.end(), [](int e) { return e > 0; });
  if (request.competing || request.recurrent) return group;
  group.curve = kaplan_meier(data, curve_options(request));
  for (const double p : {0.25, 0.5, 0.75}) group.quantiles.push_back(quantile(group.curve, p));
  for (const double time : request.times) group.at.push_back(at_time(group.curve, time));
  if (request.rmst) group.restricted_mean = restricted_mean(group.curve, *request.rmst);
  return group;
}

/// The participant of each row, as recurrent events and robust variance need it.
std::string participant_of(const SurvivalFile& file, const SurvivalRequest& request,
                           const SurvivalFormula& formula) {
  if (!formula.cluster.empty()) return formula.cluster;
  if (!request.columns.participant.empty()) return request.columns.participant;
  for (const char* name : {"USUBJID", "SUBJID", "id", "ID"})
    if (file.table.has(name)) return name;
  return "";
}

std::vector<int> participants(const SurvivalFile& file, const SurvivalResults& results,
                              const SurvivalRows& rows) {
  const std::string id = participant_of(file, results.request, results.formula);
  require(!id.empty(), "answer.survival.participant",
          file.name +
              ": recurrent events need to know whose they are; name the column with "
              "--participant",
          ErrorKind::usage);
  return levels_of(file, id, rows.row).code;
}

/// The curve at round times, with how many are at risk.
std::vector<CurvePoint> risk_of(const SurvivalGroup& group, const SurvivalResults& results,
                                const SurvivalData& data) {
  if (group.mean) return mean_at(*group.mean, data, results.risk_times);
  std::vector<CurvePoint> points;
  for (const double time : results.risk_times)
    points.push_back(group.incidence ? at_time(*group.incidence, results.request.cause, time)
                                     : at_time(group.curve, time));
  return points;
}

/// Rows of one group with what their curve needs beside them.
void add_group(SurvivalResults& results, std::string name, const SurvivalData& data,
               std::span<const int> participant) {
  SurvivalGroup group = group_of(std::move(name), data, results.request);
  if (results.request.competing)
    group.incidence = cumulative_incidence(data, results.causes, curve_options(results.request));
  if (results.request.recurrent) {
    group.mean = mean_cumulative(data, participant, results.request.level);
    group.at = mean_steps(*group.mean, results.request.times);
  }
  group.risk = risk_of(group, results, data);
  results.groups.push_back(std::move(group));
}

/// Scores of the groups in their order: those given, or 1, 2, ...
std::vector<double> trend_scores(const std::string& text, const std::vector<std::string>& groups) {
  std::vector<double> scores;
  if (text == "order") {
    for (std::size_t g = 0; g < groups.size(); ++g) scores.push_back(static_cast<double>(g) + 1);
    return scores;
  }
  for (const std::string& word : split_at(text, ',')) {
    const auto score = parse_number(word);
    require(score.has_value(), "answer.survival.option",
            fmt::format("--trend takes numbers or 'order'; saw '{}'", word), ErrorKind::usage);
    scores.push_back(*score);
  }
  require(scores.size() == groups.size(), "answer.survival.option",
          fmt::format("--trend needs one score for each of the {} groups, in their order {}; saw "
                      "{}",
                      groups.size(), fmt::join(groups, ", "), scores.size()),
          ErrorKind::usage);
  return scores;
}

void add_tests(SurvivalResults& results, const SurvivalRows& rows, const Levels& levels) {
  const int groups = static_cast<int>(levels.names.size());
  if (results.request.recurrent) return;
  if (!results.request.competing) {
    results.log_rank = log_rank(rows.data, levels.code, groups, test_of(results.request));
    if (results.request.trend.empty()) return;
    results.trend_scores = trend_scores(results.request.trend, levels.names);
    results.trend = log_rank_trend(*results.log_rank, results.trend_scores);
    return;
  }
  for (int cause = 1; cause <= results.causes; ++cause)
    results.gray.push_back(gray_test(rows.data, levels.code, groups, results.causes, cause));
}

void add_groups(SurvivalResults& results, const SurvivalFile& file, const SurvivalRows& rows) {
  const std::vector<int> who = results.request.recurrent ? participants(file, results, rows)
                                                         : std::vector<int>(rows.row.size(), 0);
  if (results.by.empty()) {
    add_group(results, "all", rows.data, who);
    return;
  }
  const auto first = results.request.reference.find(results.by);
  const Levels levels = levels_of(file, results.by, rows.row,
                                  first == results.request.reference.end() ? "" : first->second);
  require(levels.names.size() > 1, "answer.survival.one_level",
          fmt::format("{}: {} has the one value '{}' among the rows in use, so nothing can be "
                      "compared",
                      file.name, results.by, levels.names.front()),
          ErrorKind::unanswerable);
  const auto members = rows_by(rows.data, levels.code, static_cast<int>(levels.names.size()));
  for (std::size_t g = 0; g < members.size(); ++g) {
    std::vector<int> inside;
    for (const std::size_t row : members[g]) inside.push_back(who[row]);
    add_group(results, results.by + "=" + levels.names[g], subset(rows.data, members[g]), inside);
  }
  add_tests(results, rows, levels);
}

/// Where causes compete: one cause is the event, the others are censored.
SurvivalData of_cause(SurvivalData data, const SurvivalRequest& request) {
  if (!request.competing) return data;
  for (int& event : data.event) event = event == request.cause ? 1 : 0;
  return data;
}

/// What the time is: the label of its column, or PARAM where all rows in use have one.
std::string time_words(const SurvivalFile& file, const SurvivalRows& rows,
                       const std::string& column) {
  const std::string& label = file.table.column(column).label;
  if (!label.empty() || !file.table.has("PARAM")) return label.empty() ? column : label;
  const Levels parameters = levels_of(file, "PARAM", rows.row);
  return parameters.names.size() == 1 ? parameters.names.front() : column;
}

void add_mean_differences(SurvivalResults& results) {
  if (!results.groups.front().restricted_mean) return;
  const double z = normal_quantile((1 + results.request.level) / 2);
  for (std::size_t g = 1; g < results.groups.size(); ++g) {
    const Estimate d = restricted_mean_difference(*results.groups[g].restricted_mean,
                                                  *results.groups[0].restricted_mean);
    results.mean_differences.push_back(
        {.value = d.value,
         .se = d.se,
         .low = d.value - z * d.se,
         .high = d.value + z * d.se,
         .p = two_sided_p(d.value / d.se, std::numeric_limits<double>::infinity())});
  }
}

void add_cox(SurvivalResults& results, const SurvivalFile& file, const SurvivalRows& rows) {
  const SurvivalFormula& formula = results.formula;
  if (results.request.model == "fine-gray") {
    add_fine_gray(results, file, rows);
    return;
  }
  if (formula.terms.empty()) return;
  const Covariates made = covariates(file, formula.terms, rows.row, results.request.reference);
  CoxData data{.survival = of_cause(rows.data, results.request), .x = made.x, .names = made.names};
  if (!rows.offset.empty())
    data.offset = Eigen::Map<const Eigen::VectorXd>(rows.offset.data(),
                                                    static_cast<Eigen::Index>(rows.offset.size()));
  const bool robust =
      results.request.robust || results.request.recurrent || !formula.cluster.empty();
  CoxResults cox{.reference = made.reference};
  const std::string id = participant_of(file, results.request, formula);
  if (robust && !id.empty()) {
    data.cluster = levels_of(file, id, rows.row).code;
    cox.clusters = id;
  }
  cox.fit = fit_cox(
      data, {.ties = ties_of(results.request), .robust = robust, .level = results.request.level});
  const Eigen::VectorXd eta = made.x(Eigen::all, cox.fit.kept) * cox.fit.beta;
  cox.concordance = concordance(
      data.survival, std::span(eta.data(), static_cast<std::size_t>(eta.size())), data.cluster);
  if (cox.fit.how.ties == CoxTies::efron || cox.fit.how.ties == CoxTies::breslow)
    cox.proportionality = proportionality(cox.fit, data);
  if (!robust && !id.empty() && !formula.start.empty() &&
      levels_of(file, id, rows.row).names.size() < rows.row.size())
    results.notes.push_back(
        fmt::format("participants ({}) have several rows; if they can have the event more than "
                    "once, ask for --robust or cluster({})",
                    id, id));
  results.notes.insert(results.notes.end(), cox.fit.fit.reservations.begin(),
                       cox.fit.fit.reservations.end());
  results.cox = std::move(cox);
}

}  // namespace

SurvivalFormula formula_of(const SurvivalRequest& request) {
  const bool columns = !request.time.empty() || !request.event.empty();
  require(columns == request.formula.empty(), "answer.survival.columns",
          "give --formula, or --time and --event, one of the two", ErrorKind::usage);
  SurvivalFormula formula;
  if (columns) {
    require(!request.time.empty() && !request.event.empty(), "answer.survival.columns",
            "--time and --event are needed together", ErrorKind::usage);
    formula = parse_survival_formula("Surv(" + (request.start.empty() ? "" : request.start + ", ") +
                                     request.time + ", " + request.event + ") ~ " +
                                     (request.covariates.empty() ? "1" : request.covariates));
    if (request.censored)
      formula.event = {request.event, EventColumn::Rule::differs, *request.censored};
    else if (request.event == "CNSR")
      formula.event.rule = EventColumn::Rule::zero_is_event;
  } else {
    formula = parse_survival_formula(request.formula);
  }
  if (!request.strata.empty())
    for (const std::string& name : split_at(request.strata, '+')) formula.strata.push_back(name);
  if (!request.cluster.empty()) formula.cluster = request.cluster;
  if (request.competing) formula.event.rule = EventColumn::Rule::cause;
  return formula;
}

Answer survival_answer(const SurvivalFile& file, const SurvivalRequest& request) {
  check_options(request);
  SurvivalResults results{.request = request, .formula = formula_of(request)};
  std::vector<std::string> needed;
  for (const CovariateTerm& term : results.formula.terms)
    needed.insert(needed.end(), term.variables.begin(), term.variables.end());
  if (!request.by.empty()) needed.push_back(request.by);
  const SurvivalRows rows = survival_rows(file, results.formula, request.columns, needed);
  check_censored(file, request, results.formula);
  results.notes = rows.notes;
  results.rows = rows.data.rows();
  results.events =
      std::count_if(rows.data.event.begin(), rows.data.event.end(), [](int e) { return e > 0; });
  results.causes = rows.causes;
  require(!request.competing || (request.cause >= 1 && request.cause <= rows.causes),
          "answer.survival.cause",
          fmt::format("{}: {} has the causes 1 to {}, asked for {}", file.name,
                      results.formula.event.column, rows.causes, request.cause),
          ErrorKind::usage);
  results.time_words = time_words(file, rows, results.formula.stop);
  results.stratified = !rows.data.stratum.empty();
  results.by = grouping(file, request, results.formula, rows.row);
  require(request.trend.empty() || !results.by.empty(), "answer.survival.option",
          "--trend compares groups: name them with --by or as the first term", ErrorKind::usage);
  require(results.events > 0 || results.formula.terms.empty(), "stats.cox.events",
          file.name + ": no row has the event, so groups cannot be compared",
          ErrorKind::unanswerable);
  results.risk_times = round_times(*std::max_element(rows.data.stop.begin(), rows.data.stop.end()));
  add_groups(results, file, rows);
  add_mean_differences(results);
  add_cox(results, file, rows);
  Answer answer{.result_json = survival_json(results),
                .text = survival_text(results),
                .csv = survival_csv(results),
                .reservations = results.notes};
  answer.document = survival_document(results);
  return answer;
}

Answer survival_file(const std::string& path, const SurvivalRequest& request) {
  DatasetFile file = read_dataset_file(path);
  Answer answer = survival_answer(file_where(SurvivalFile{.name = path,
                                                          .table = std::move(file.table),
                                                          .lines = std::move(file.lines)},
                                             request.where),
                                  request);
  answer.inputs = {std::move(file.input)};
  return answer;
}

}  // namespace entact
