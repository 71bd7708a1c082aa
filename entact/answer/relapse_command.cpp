#include "entact/answer/relapse_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "entact/answer/adam.h"
#include "entact/answer/dataset_file.h"
#include "entact/answer/row_conditions.h"
#include "entact/answer/wording.h"
#include "entact/base/error.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* time_column = "time_since_response";
constexpr const char* event_column = "relapse";

/// The assessments of a file, by participant, and the row that each came from.
struct Visits {
  std::vector<Assessment> assessments{};
  std::vector<double> baseline{};  ///< by participant
  std::map<std::pair<int, double>, std::size_t> row{};
  std::vector<std::string> notes{};
};

const std::vector<double>& numbers_in(const SurvivalFile& file, const std::string& column) {
  const bool there = file.table.has(column);
  const auto* numbers =
      there ? std::get_if<std::vector<double>>(&file.table.column(column).values) : nullptr;
  require(numbers != nullptr, "answer.relapse.column",
          fmt::format("{}: column '{}' {}; name the columns with --score, --baseline and --time",
                      file.name, column, there ? "holds no numbers" : "is not there"),
          ErrorKind::usage);
  return *numbers;
}

std::string participant_in(const SurvivalFile& file, const RelapseRequest& request) {
  const std::string& asked = request.survival.columns.participant;
  for (const std::string& name : asked.empty()
                                     ? std::vector<std::string>{"USUBJID", "SUBJID", "id", "ID"}
                                     : std::vector<std::string>{asked})
    if (file.table.has(name)) return name;
  throw Error(
      "answer.relapse.column",
      fmt::format("{}: no column names the participants; name it with --participant", file.name),
      ErrorKind::usage);
}

Error fault(const SurvivalFile& file, const char* code, std::size_t row, const std::string& column,
            const std::string& rule, double value) {
  return Error(code, to_text(Issue{.code = code,
                                   .file = file.name,
                                   .line = row < file.lines.size() ? file.lines[row] : 0,
                                   .name = column,
                                   .rule = rule,
                                   .value = fmt::format("{}", value)}));
}

Visits visits_of(const SurvivalFile& file, const RelapseRequest& request) {
  const std::vector<double>& score = numbers_in(file, request.score);
  const std::vector<double>& baseline = numbers_in(file, request.baseline);
  const std::vector<double>& time = numbers_in(file, request.time);
  const std::string id = participant_in(file, request);
  std::vector<std::size_t> rows(file.table.rows());
  for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = row;
  const Levels who = levels_of(file, id, rows);
  const auto flags =
      file.table.has("ABLFL") ? cells(file, "ABLFL") : std::vector<std::string>(rows.size());
  Visits visits{.baseline = std::vector<double>(who.names.size(), std::nan(""))};
  int undated = 0;
  for (const std::size_t row : rows) {
    if (flags[row] == "Y" || std::isnan(score[row])) continue;
    if (std::isnan(time[row])) {
      ++undated;
      continue;
    }
    const int person = who.code[row];
    const std::string& name = who.names[static_cast<std::size_t>(person)];
    double& start = visits.baseline[static_cast<std::size_t>(person)];
    if (std::isnan(baseline[row]) || (!std::isnan(start) && start != baseline[row]))
      throw fault(file, "answer.relapse.baseline", row, request.baseline,
                  fmt::format("every row of a participant has the one baseline; that of {}", name),
                  baseline[row]);
    start = baseline[row];
    const auto [first, fresh] = visits.row.emplace(std::pair{person, time[row]}, row);
    if (!fresh)
      throw fault(file, "answer.relapse.twice", row, request.time,
                  fmt::format("a participant is assessed once at a time; {} stands in line {} too "
                              "at",
                              name, file.lines[first->second]),
                  time[row]);
    visits.assessments.push_back({person, time[row], score[row]});
  }
  if (undated > 0)
    visits.notes.push_back(
        fmt::format("{} assessments are left out because {} is missing", undated, request.time));
  return visits;
}

/// "share of baseline gained at least 0.5; lost with a score from 30; 2 assessments in a row".
std::string rule_words(const ResponseRule& rule) {
  std::vector<std::string> parts;
  if (rule.at_most)
    parts.push_back(fmt::format("score {} {:g}", rule.higher_is_better ? "at least" : "at most",
                                *rule.at_most));
  if (rule.change) parts.push_back(fmt::format("better by at least {:g} points", *rule.change));
  if (rule.share)
    parts.push_back(fmt::format("better by at least {:g} % of baseline", 100 * *rule.share));
  std::string words = fmt::format("response: {}; lost when ", fmt::join(parts, " and "));
  words += rule.lost_from ? fmt::format("that no longer holds and the score is {:g} or {}",
                                        *rule.lost_from, rule.higher_is_better ? "less" : "more")
                          : std::string("that no longer holds");
  if (rule.confirmed > 1) words += fmt::format(" at {} assessments in a row", rule.confirmed);
  return words;
}

/// One row a responder: the row of the first response, with time and event beside it.
SurvivalFile responders_of(const SurvivalFile& file, const Visits& visits,
                           const TimeFromResponse& times, const RelapseRequest& request) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < times.participant.size(); ++i)
    rows.push_back(visits.row.at({times.participant[i], times.response_at[i]}));
  SurvivalFile made{.name = file.name, .table = rows_of(file.table, rows)};
  for (const std::size_t row : rows)
    made.lines.push_back(row < file.lines.size() ? file.lines[row] : 0);
  made.table.add({.name = time_column,
                  .values = times.data.stop,
                  .label = "Time since response, in units of " + request.time});
  made.table.add({.name = event_column,
                  .values = std::vector<double>(times.data.event.begin(), times.data.event.end())});
  return made;
}

constexpr const char* not_randomised =
    "responders are chosen by what came after randomisation: arms compared among them are not "
    "randomised groups. Response and its loss are seen at assessments only";

}  // namespace

Answer relapse_answer(const SurvivalFile& given, const RelapseRequest& request) {
  SurvivalFile file = given;
  std::vector<std::string> where = request.survival.where;
  if (!request.parameter.empty()) where.push_back("PARAMCD=" + request.parameter);
  file = file_where(std::move(file), where);
  const Visits visits = visits_of(file, request);
  const TimeFromResponse times =
      time_from_response(visits.assessments, visits.baseline, request.rule);
  SurvivalRequest survival = request.survival;
  survival.where.clear();
  survival.formula.clear();
  survival.time = time_column;
  survival.event = event_column;
  Answer answer = survival_answer(responders_of(file, visits, times, request), survival);
  const auto responders = static_cast<std::ptrdiff_t>(times.participant.size());
  const auto lost = std::count(times.data.event.begin(), times.data.event.end(), 1);
  Json result = Json::parse(answer.result_json);
  result["response"] = {{"rule", rule_words(request.rule)},
                        {"score", request.score},
                        {"baseline", request.baseline},
                        {"time", request.time},
                        {"participants", responders + times.never},
                        {"responders", responders},
                        {"never", times.never},
                        {"lost", lost}};
  answer.result_json = result.dump();
  answer.text = fmt::format("{} of {} participants respond, {} of them lose the response\n{}\n\n{}",
                            responders, responders + times.never, lost, rule_words(request.rule),
                            answer.text);
  answer.reservations.insert(answer.reservations.begin(), visits.notes.begin(), visits.notes.end());
  answer.reservations.emplace_back(not_randomised);
  Section& section = answer.document->sections.front();
  answer.document->title = "How long response lasts";
  section.opening = {{text(capitalised(rule_words(request.rule)) + ".")}};
  section.blocks.insert(
      section.blocks.begin(),
      ProseBlock{.prose = {text(std::string(not_randomised) + ".")}, .tone = Tone::caution});
  return answer;
}

Answer relapse_file(const std::string& path, const RelapseRequest& request) {
  DatasetFile file = read_dataset_file(path);
  Answer answer = relapse_answer(
      SurvivalFile{.name = path, .table = std::move(file.table), .lines = std::move(file.lines)},
      request);
  answer.inputs = {std::move(file.input)};
  return answer;
}

}  // namespace entact
