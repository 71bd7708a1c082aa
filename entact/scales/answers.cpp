#include "entact/scales/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

void require_shape(const Instrument& instrument, const Answers& answers) {
  require(answers.columns.size() == instrument.items.size(), "scales.answers.shape",
          fmt::format("{}: {} columns for {} items", instrument.name, answers.columns.size(),
                      instrument.items.size()));
  for (std::size_t i = 0; i < answers.columns.size(); ++i)
    require(answers.columns[i].empty() || answers.columns[i].size() == answers.rows,
            "scales.answers.shape",
            fmt::format("{}: item {} has {} answers for {} assessments", instrument.name,
                        instrument.items[i].code, answers.columns[i].size(), answers.rows));
}

/// True if the column has no fault; a plain loop that the compiler can unroll, for the usual case.
bool sound(const ScaleItem& item, const std::vector<double>& column) {
  if (!item.values.empty())
    return std::all_of(column.begin(), column.end(),
                       [&](double x) { return answer_allowed(item, x); });
  constexpr double whole = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to a whole number
  bool good = true;
  for (const double x : column) {
    const bool fits = (x >= item.min) & (x <= item.max) & ((x + whole) - whole == x);
    good &= fits | (x != x);
  }
  return good;
}

}  // namespace

bool answer_allowed(const ScaleItem& item, double value) {
  if (std::isnan(value)) return true;
  if (!item.values.empty())
    return std::find(item.values.begin(), item.values.end(), value) != item.values.end();
  return value >= item.min && value <= item.max && value == std::floor(value);
}

std::vector<AnswerFault> answer_faults(const Instrument& instrument, const Answers& answers,
                                       std::size_t most) {
  require_shape(instrument, answers);
  std::vector<std::size_t> suspects;
  for (std::size_t i = 0; i < answers.columns.size(); ++i)
    if (!sound(instrument.items[i], answers.columns[i])) suspects.push_back(i);
  std::vector<AnswerFault> faults;
  for (std::size_t row = 0; !suspects.empty() && row < answers.rows; ++row)
    for (const std::size_t i : suspects) {
      if (faults.size() == most) return faults;
      const double value = answers.columns[i][row];
      if (!answer_allowed(instrument.items[i], value)) faults.push_back({row, i, value});
    }
  return faults;
}

std::string answer_rule(const ScaleItem& item) {
  if (item.values.empty()) return fmt::format("a whole number from {} to {}", item.min, item.max);
  return fmt::format("one of {}", fmt::join(item.values, ", "));
}

ReadAnswers::ReadAnswers(const Instrument& instrument, const Answers& answers)
    : rows_(answers.rows), changed_(answers.columns.size()) {
  require_shape(instrument, answers);
  for (const std::vector<double>& column : answers.columns) columns_.emplace_back(column);
  if (instrument.skips.empty()) return;
  skipped_.assign(rows_, 0);
  for (const SkipRule& rule : instrument.skips) skip(rule);
}

void ReadAnswers::skip(const SkipRule& rule) {
  if (!given(rule.asked)) return;
  const std::span<const double> asked = columns_[rule.asked];
  for (const std::size_t item : rule.items) {
    if (!given(item)) continue;
    if (changed_[item].empty()) changed_[item].assign(columns_[item].begin(), columns_[item].end());
    std::vector<double>& column = changed_[item];
    for (std::size_t row = 0; row < rows_; ++row)
      if (asked[row] == rule.answer && std::isnan(column[row])) {
        column[row] = 0;
        ++skipped_[row];
      }
    columns_[item] = column;
  }
}

}  // namespace entact
