#include "entact/answer/study_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "entact/answer/dataset_file.h"
#include "entact/io/number.h"

namespace entact {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

double serial(const Date& date) {
  using namespace std::chrono;
  if (date.day == 0) return missing;  // not whole
  const sys_days at = year{date.year} / month{static_cast<unsigned>(date.month)} /
                      day{static_cast<unsigned>(date.day)};
  return static_cast<double>(at.time_since_epoch().count());
}

}  // namespace

std::string StudyFile::first_of(const std::vector<std::string>& columns) const {
  for (const std::string& column : columns)
    if (has(column)) return column;
  return {};
}

void StudyFile::need(std::string_view column) const {
  if (has(column)) return;  // before the message is made: this is asked for every cell
  throw Error("answer.study.column",
              fmt::format("{}: there is no column {}, which this analysis needs. Check its name; "
                          "upper and lower case differ",
                          name, column));
}

std::string StudyFile::word(std::string_view column, std::size_t row) const {
  need(column);
  const auto& values = table.column(column).values;
  if (const auto* numbers = std::get_if<std::vector<double>>(&values))
    return std::isnan((*numbers)[row]) ? std::string() : fmt::format("{}", (*numbers)[row]);
  if (const auto* dates = std::get_if<std::vector<Date>>(&values)) return to_text((*dates)[row]);
  return trimmed(std::get<std::vector<std::string>>(values)[row]);
}

double StudyFile::number(std::string_view column, std::size_t row) const {
  need(column);
  if (const auto* numbers = std::get_if<std::vector<double>>(&table.column(column).values))
    return (*numbers)[row];
  const std::string text = word(column, row);
  if (text.empty()) return missing;
  const auto value = parse_number(text);
  if (!value)
    throw fault("answer.study.number", row, std::string(column), "a number is needed",
                "Mend the cell, or leave it empty");
  return *value;
}

double StudyFile::day(std::string_view column, std::size_t row) const {
  need(column);
  if (const auto* dates = std::get_if<std::vector<Date>>(&table.column(column).values))
    return serial((*dates)[row]);
  const std::string text = word(column, row);
  if (const auto date = parse_date(text.substr(0, text.find('T'))); date && date->day > 0)
    return serial(*date);
  return number(column, row);
}

Error StudyFile::fault(const std::string& code, std::size_t row, const std::string& column,
                       const std::string& rule, const std::string& remedy) const {
  const std::string person = has("USUBJID") ? word("USUBJID", row) : std::string();
  return Error(code, to_text({.code = code,
                              .file = name,
                              .line = lines.empty() ? static_cast<long>(row) + 1 : lines[row],
                              .name = person.empty() ? column : column + ", participant " + person,
                              .rule = rule,
                              .value = has(column) ? word(column, row) : "",
                              .remedy = remedy}));
}

StudyFile read_study_file(const std::string& path) {
  DatasetFile file = read_dataset_file(path);
  return {.name = path,
          .table = std::move(file.table),
          .lines = std::move(file.lines),
          .input = std::move(file.input)};
}

std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (std::string word = trimmed(text.substr(0, comma)); !word.empty())
      words.push_back(std::move(word));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return words;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

}  // namespace entact
