#include "entact/answer/survival_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "entact/base/error.h"
#include "entact/io/csv_table.h"

namespace entact {
namespace {

using Texts = std::vector<std::string>;

const Column& column_of(const SurvivalFile& file, const std::string& name) {
  if (file.table.has(name)) return file.table.column(name);
  std::string all;
  for (const Column& column : file.table.columns) all += (all.empty() ? "" : ", ") + column.name;
  throw Error("answer.survival.column",
              fmt::format("{}: there is no column '{}'; it has {}", file.name, name, all),
              ErrorKind::usage);
}

const std::vector<double>& numbers_of(const SurvivalFile& file, const std::string& name) {
  const auto* numbers = std::get_if<std::vector<double>>(&column_of(file, name).values);
  if (numbers == nullptr)
    throw Error("answer.survival.column",
                fmt::format("{}: column '{}' holds text where numbers are needed", file.name, name),
                ErrorKind::usage);
  return *numbers;
}

struct Place {
  const SurvivalFile& file;
  Texts participants{};

  [[noreturn]] void refuse(const char* code, std::size_t row, const std::string& column,
                           const std::string& rule, double value) const {
    const std::string who = participants.empty() ? "" : " of participant " + participants[row];
    throw Error(code, to_text(Issue{.file = file.name,
                                    .line = file.lines[row],
                                    .name = column,
                                    .rule = rule + who,
                                    .value = fmt::format("{}", value)}));
  }
};

std::string participant_column(const SurvivalFile& file, const SurvivalColumns& columns) {
  if (!columns.participant.empty()) return columns.participant;
  for (const char* name : {"USUBJID", "SUBJID", "id", "ID"})
    if (file.table.has(name)) return name;
  return "";
}

/// The event as the analysis counts it: 0 censored, 1 the event, or a cause; -1 if the value breaks
/// the rule.
int event_of(const EventColumn& event, double value) {
  switch (event.rule) {
    case EventColumn::Rule::one_is_event:
      return value == 0 || value == 1 ? static_cast<int>(value) : -1;
    case EventColumn::Rule::zero_is_event:
      return value < 0 || value != std::floor(value) ? -1 : value == 0 ? 1 : 0;
    case EventColumn::Rule::cause:
      return value >= 0 && value <= 100 && value == std::floor(value) ? static_cast<int>(value)
                                                                      : -1;
    case EventColumn::Rule::equals:
      return value == event.value ? 1 : 0;
    case EventColumn::Rule::differs:
      return value != event.value ? 1 : 0;
  }
  return -1;
}

const char* rule_words(const EventColumn& event) {
  if (event.rule == EventColumn::Rule::one_is_event) return "an event is 1, censored 0; the value";
  if (event.rule == EventColumn::Rule::zero_is_event)
    return "CNSR is 0 for an event and a whole number above 0 for censored; the value";
  return "censored is 0, causes are numbered from 1; the value";
}

bool missing(const Column& column, std::size_t row) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values))
    return std::isnan((*numbers)[row]);
  if (const auto* texts = std::get_if<Texts>(&column.values)) return (*texts)[row].empty();
  return !std::get<std::vector<Date>>(column.values)[row].known();
}

void take_row(SurvivalRows& rows, const SurvivalFile& file, const SurvivalFormula& formula,
              const SurvivalColumns& columns, const Place& place, std::size_t row) {
  const double stop = numbers_of(file, formula.stop)[row];
  const double raw = numbers_of(file, formula.event.column)[row];
  if (formula.start.empty() && stop < 0)
    place.refuse("answer.survival.time", row, formula.stop, "a time is not negative; the time",
                 stop);
  if (!formula.start.empty()) {
    const double start = numbers_of(file, formula.start)[row];
    if (!(start < stop))
      place.refuse("answer.survival.time", row, formula.start,
                   fmt::format("the start must lie before the stop, {}; the start", stop), start);
    rows.data.start.push_back(start);
  }
  const int event = event_of(formula.event, raw);
  if (event < 0)
    place.refuse("answer.survival.event", row, formula.event.column, rule_words(formula.event),
                 raw);
  if (!columns.weight.empty()) {
    const double weight = numbers_of(file, columns.weight)[row];
    if (!(weight > 0))
      place.refuse("answer.survival.weight", row, columns.weight,
                   "a weight is positive; the weight", weight);
    rows.data.weight.push_back(weight);
  }
  if (!formula.offset.empty()) rows.offset.push_back(numbers_of(file, formula.offset)[row]);
  rows.data.stop.push_back(stop);
  rows.data.event.push_back(event);
  rows.causes = std::max(rows.causes, event);
  rows.row.push_back(row);
}

/// Names of the columns that a row must have.
Texts needed_columns(const SurvivalFormula& formula, const SurvivalColumns& columns, Texts needed) {
  for (const std::string& name : {formula.start, formula.stop, formula.event.column, columns.weight,
                                  formula.offset, formula.cluster})
    if (!name.empty()) needed.push_back(name);
  needed.insert(needed.end(), formula.strata.begin(), formula.strata.end());
  return needed;
}

void add_strata(SurvivalRows& rows, const SurvivalFile& file, const Texts& strata) {
  if (strata.empty()) return;
  Texts joined(rows.row.size());
  for (const std::string& name : strata) {
    const Texts values = cells(file, name);
    for (std::size_t i = 0; i < joined.size(); ++i)
      joined[i] += (joined[i].empty() ? "" : ", ") + name + "=" + values[rows.row[i]];
  }
  const std::set<std::string> names(joined.begin(), joined.end());
  rows.strata_names.assign(names.begin(), names.end());
  for (const std::string& name : joined)
    rows.data.stratum.push_back(static_cast<int>(std::distance(names.begin(), names.find(name))));
}

}  // namespace

SurvivalFile read_survival_file(const std::string& path, const std::string& bytes) {
  const CsvTable csv = read_csv(bytes, {.file = path});
  Reading reading = to_table(csv, {.missing = {"", "NA"}});
  if (!reading.issues.empty()) throw Error("answer.survival.cell", to_text(reading.issues.front()));
  return {.name = path, .table = std::move(reading.table), .lines = csv.lines};
}

SurvivalRows survival_rows(const SurvivalFile& file, const SurvivalFormula& formula,
                           const SurvivalColumns& columns, const Texts& needed) {
  const Texts names = needed_columns(formula, columns, needed);
  for (const std::string& name : names) column_of(file, name);
  for (const std::string& name :
       {formula.start, formula.stop, formula.event.column, columns.weight, formula.offset})
    if (!name.empty()) numbers_of(file, name);
  const std::string id = participant_column(file, columns);
  const Place place{file, id.empty() ? Texts{} : cells(file, id)};
  SurvivalRows rows;
  std::map<std::string, std::vector<long>> gaps;
  for (std::size_t row = 0; row < file.table.rows(); ++row) {
    const auto gap = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
      return missing(file.table.column(name), row);
    });
    if (gap == names.end())
      take_row(rows, file, formula, columns, place, row);
    else
      gaps[*gap].push_back(file.lines[row]);
  }
  for (const auto& [name, lines] : gaps)
    rows.notes.push_back(
        fmt::format("{} row{} left out because {} is missing, the first in line {}", lines.size(),
                    lines.size() == 1 ? " is" : "s are", name, lines.front()));
  require(!rows.row.empty(), "answer.survival.empty",
          file.name + ": no row has all of the columns that the analysis needs",
          ErrorKind::unanswerable);
  add_strata(rows, file, formula.strata);
  if (!formula.cluster.empty()) rows.cluster = levels_of(file, formula.cluster, rows.row).code;
  return rows;
}

Texts cells(const SurvivalFile& file, const std::string& column) {
  const Column& from = column_of(file, column);
  if (const auto* texts = std::get_if<Texts>(&from.values)) return *texts;
  Texts written;
  if (const auto* numbers = std::get_if<std::vector<double>>(&from.values))
    for (const double number : *numbers)
      written.push_back(std::isnan(number) ? "" : fmt::format("{}", number));
  else
    for (const Date& date : std::get<std::vector<Date>>(from.values))
      written.push_back(date.known() ? to_text(date) : "");
  return written;
}

Levels levels_of(const SurvivalFile& file, const std::string& column,
                 const std::vector<std::size_t>& rows, const std::string& first) {
  const Texts written = cells(file, column);
  const auto* numbers = std::get_if<std::vector<double>>(&column_of(file, column).values);
  std::map<std::pair<double, std::string>, int> order;
  const auto key = [&](std::size_t row) {
    return std::pair{numbers == nullptr ? 0.0 : (*numbers)[row], written[row]};
  };
  for (const std::size_t row : rows) order.try_emplace(key(row), 0);
  Levels levels;
  for (const auto& [level, code] : order) levels.names.push_back(level.second);
  if (!first.empty()) {
    const auto at = std::find(levels.names.begin(), levels.names.end(), first);
    require(at != levels.names.end(), "answer.survival.reference",
            fmt::format("{} has no value '{}' among the rows in use", column, first),
            ErrorKind::usage);
    std::rotate(levels.names.begin(), at, at + 1);
  }
  std::map<std::string, int> code;
  for (const std::string& name : levels.names) code.emplace(name, static_cast<int>(code.size()));
  for (const std::size_t row : rows) levels.code.push_back(code.at(written[row]));
  return levels;
}

}  // namespace entact
