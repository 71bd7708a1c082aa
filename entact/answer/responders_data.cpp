#include "entact/answer/responders_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "entact/io/number.h"
#include "entact/stats/model_variable.h"

namespace entact {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' '), last = text.find_last_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

/// Each row's response: 0, 1 or missing.
std::vector<double> responses(const TrialTable& data, const RespondersRequest& request) {
  if (!request.threshold.empty()) {
    const Threshold threshold = parse_threshold(request.threshold);
    std::vector<double> result = number_column(data, threshold.column);
    for (double& value : result)
      if (!std::isnan(value)) value = threshold.holds(value) ? 1 : 0;
    return result;
  }
  const std::vector<double>& given = number_column(data, request.response);
  for (std::size_t row = 0; row < given.size(); ++row)
    if (!std::isnan(given[row]) && given[row] != 0 && given[row] != 1)
      throw Error("answer.responders.response",
                  fmt::format("{} ({}): a response must be 0 or 1; saw {}. For a measurement give "
                              "--threshold '{}>=VALUE'",
                              place_of(data, row, request.response), request.response, given[row],
                              request.response));
  return given;
}

void check_one_row_each(const TrialTable& data) {
  if (!data.table.has("USUBJID")) return;
  const std::vector<std::string> id = level_column(data, "USUBJID");
  std::map<std::string, std::size_t> seen;
  for (std::size_t row = 0; row < id.size(); ++row)
    if (!id[row].empty() && !seen.emplace(id[row], row).second)
      throw Error("answer.responders.duplicate",
                  fmt::format("{} (USUBJID): participant {} has another row; choose one visit with "
                              "--visit",
                              place_of(data, row, "USUBJID"), id[row]));
}

std::vector<std::string> arms_of(const TrialTable& data, const std::string& arm,
                                 const std::string& reference) {
  std::vector<std::string> arms = factor_values(data.table.column(arm)).levels;
  if (arms.size() < 2)
    throw Error("answer.responders.arm",
                fmt::format("column '{}' holds {} arm{}; a comparison needs two", arm, arms.size(),
                            arms.empty() ? "s" : ", '" + arms[0] + "'"),
                ErrorKind::unanswerable);
  if (reference.empty()) return arms;
  const auto found = std::find(arms.begin(), arms.end(), reference);
  if (found == arms.end())
    throw Error("answer.responders.arm",
                fmt::format("no arm '{}' in column '{}'; there are: {}", reference, arm,
                            fmt::join(arms, ", ")),
                ErrorKind::unanswerable);
  std::rotate(arms.begin(), found, found + 1);
  return arms;
}

}  // namespace

bool Threshold::holds(double number) const {
  if (relation == "<") return number < value;
  if (relation == "<=") return number <= value;
  if (relation == ">") return number > value;
  if (relation == ">=") return number >= value;
  return (number == value) == (relation == "==");
}

Threshold parse_threshold(const std::string& text) {
  const std::size_t at = text.find_first_of("<>=!");
  const std::size_t end = at == std::string::npos ? at : text.find_first_not_of("<>=!", at);
  if (end != std::string::npos) {
    const Threshold threshold{trimmed(text.substr(0, at)), text.substr(at, end - at), 0};
    const auto value = parse_number(trimmed(text.substr(end)));
    const bool known = threshold.relation == "<" || threshold.relation == "<=" ||
                       threshold.relation == ">" || threshold.relation == ">=" ||
                       threshold.relation == "==" || threshold.relation == "!=";
    if (value && known && !threshold.column.empty())
      return {threshold.column, threshold.relation, *value};
  }
  throw Error("answer.responders.threshold",
              fmt::format("write a column, <, <=, >, >=, == or !=, and a number, as in 'CHG<=-10'; "
                          "saw '{}'",
                          text),
              ErrorKind::usage);
}

TwoByTwo RespondersData::table(const std::string& level, const std::string& stratum,
                               const std::vector<std::string>& strata) const {
  TwoByTwo counts;
  for (std::size_t i = 0; i < arm_of.size(); ++i) {
    if (!strata.empty() && strata[i] != stratum) continue;
    if (arm_of[i] == level) {
      counts.events1 += responded[i];
      ++counts.n1;
    } else if (arm_of[i] == arms[0]) {
      counts.events2 += responded[i];
      ++counts.n2;
    }
  }
  return counts;
}

RespondersData responders_data(const TrialTable& given, const RespondersRequest& request) {
  require(request.response.empty() != request.threshold.empty(), "answer.responders.request",
          "name --response, a column of 0 and 1, or --threshold, as in 'CHG<=-10'; one of the two",
          ErrorKind::usage);
  require(request.missing == "exclude" || request.missing == "nonresponse",
          "answer.responders.request",
          fmt::format("--missing is exclude or nonresponse; saw '{}'", request.missing),
          ErrorKind::usage);
  const std::string by = request.by.empty() ? "AVISIT" : request.by;
  const TrialTable data = request.visits.empty() ? given : rows_with(given, by, request.visits);
  check_one_row_each(data);
  RespondersData result{.words = request.response};
  if (!request.threshold.empty()) {
    const Threshold threshold = parse_threshold(request.threshold);
    result.words = fmt::format("{} {} {}", threshold.column, threshold.relation, threshold.value);
  }
  result.arm = request.arm.empty() ? first_column(data.table, arm_names()) : request.arm;
  require(!result.arm.empty(), "answer.responders.request",
          "no column named ARM, TRT01P or the like: name --arm", ErrorKind::usage);
  result.arms = arms_of(data, result.arm, request.reference);
  std::vector<double> response = responses(data, request);
  const std::vector<std::string> arm = level_column(data, result.arm);
  result.missing.assign(result.arms.size(), 0);
  std::vector<std::string> keep(arm.size(), "no");
  for (std::size_t i = 0; i < arm.size(); ++i) {
    if (arm[i].empty()) continue;
    const auto which = std::find(result.arms.begin(), result.arms.end(), arm[i]);
    if (std::isnan(response[i])) {
      ++result.missing[static_cast<std::size_t>(which - result.arms.begin())];
      if (request.missing == "exclude") continue;
      response[i] = 0;
    }
    keep[i] = "yes";
    result.arm_of.push_back(arm[i]);
    result.responded.push_back(response[i]);
  }
  TrialTable marked = data;
  result.response = "(response)";
  marked.table.add({.name = result.response, .values = response});
  marked.table.add({.name = "(in use)", .values = keep});
  require(!result.arm_of.empty(), "answer.responders.arm",
          fmt::format("no row has an arm and a response '{}'", result.words),
          ErrorKind::unanswerable);
  result.rows = rows_with(marked, "(in use)", {"yes"});
  for (const std::string& level : result.arms)
    if (std::find(result.arm_of.begin(), result.arm_of.end(), level) == result.arm_of.end())
      throw Error("answer.responders.arm",
                  fmt::format("arm '{}' has no row with a response '{}'", level, result.words),
                  ErrorKind::unanswerable);
  return result;
}

}  // namespace entact
