#pragma once

#include <map>
#include <string>
#include <vector>

#include "entact/answer/trial_table.h"

namespace entact {

/// The columns of a fit's dataset by their NONMEM names, whatever their case.
class FitColumns {
 public:
  explicit FitColumns(const TrialTable& data);
  [[nodiscard]] bool has(const std::string& wanted) const;
  /// As the dataset writes it.
  /// @throws Error "answer.fit.column" (usage) if there is none, or if case alone tells two apart
  [[nodiscard]] const std::string& name(const std::string& wanted) const;
  /// `missing` where the cell is empty, or where there is no such column.
  [[nodiscard]] double value(const std::string& wanted, std::size_t row, double missing);
  [[nodiscard]] double value(const std::string& wanted, std::size_t row);  ///< missing: NaN
  /// "" where the cell is empty, or where there is no such column.
  [[nodiscard]] const std::string& level(const std::string& wanted, std::size_t row);
  [[nodiscard]] long line(std::size_t row) const;  ///< 0: not known
  /// @throws Error naming file, line, field, column and participant
  [[noreturn]] void refuse(const std::string& code, std::size_t row, const std::string& column,
                           const std::string& rule);

 private:
  const TrialTable& data_;
  std::map<std::string, std::vector<std::string>> names_{};  // by their upper case
  std::map<std::string, const std::vector<double>*> numbers_{};
  std::map<std::string, std::vector<std::string>> levels_{};
};

}  // namespace entact
