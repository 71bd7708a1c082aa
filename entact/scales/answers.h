#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "entact/scales/instrument.h"

namespace entact {

/// Answers of many assessments: a column an item of the instrument, a row an assessment. Missing is
/// NaN; a column that the data lack is empty.
struct Answers {
  std::vector<std::vector<double>> columns{};  ///< in the order of Instrument::items
  std::size_t rows = 0;
};

/// An answer that the item cannot have.
struct AnswerFault {
  std::size_t row = 0;
  std::size_t item = 0;
  double value = 0;
};

/// Answers that are outside the range of their item, no whole number, or not among its values; by
/// row, then by item.
///
/// Nothing is clipped or rounded: who calls it refuses the data.
/// @param most  stop after so many
/// @throws Error "scales.answers.shape" if there is not a column an item, or one has another length
/// @cost   one pass
std::vector<AnswerFault> answer_faults(const Instrument& instrument, const Answers& answers,
                                       std::size_t most = 20);

/// True if the item can have the answer, or if it is missing.
bool answer_allowed(const ScaleItem& item, double value);

/// What an answer to the item must be, in words: "a whole number from 0 to 4", "one of 0, 2, 4".
std::string answer_rule(const ScaleItem& item);

/// Answers as the rules read them: items that were skipped by the instrument's own rule are 0, the
/// other columns are those of the data.
class ReadAnswers {
 public:
  /// @param answers  must outlive this
  /// @throws as answer_faults
  ReadAnswers(const Instrument& instrument, const Answers& answers);
  [[nodiscard]] std::span<const double> column(std::size_t item) const { return columns_[item]; }
  [[nodiscard]] bool given(std::size_t item) const { return !columns_[item].empty(); }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// By assessment, the items that count as 0 because they were not asked; empty if no rule skips.
  [[nodiscard]] const std::vector<int>& skipped() const { return skipped_; }

 private:
  void skip(const SkipRule& rule);

  std::size_t rows_ = 0;
  std::vector<std::span<const double>> columns_{};
  std::vector<std::vector<double>> changed_{};  ///< by item; empty where nothing was skipped
  std::vector<int> skipped_{};
};

}  // namespace entact
