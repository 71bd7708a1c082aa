#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "entact/base/table.h"
#include "entact/report/document.h"

namespace entact {

/// One dataset of a study: its table, and where each row stands, so that an error can name file,
/// line and participant.
struct StudyFile {
  std::string name{};  ///< as the user named it
  Table table{};
  std::vector<long> lines{};  ///< of each row; empty where the format has no lines
  InputFile input{};

  [[nodiscard]] std::size_t rows() const { return table.rows(); }
  [[nodiscard]] bool has(std::string_view column) const { return table.has(column); }
  /// The first of these columns that the file has; empty if it has none.
  [[nodiscard]] std::string first_of(const std::vector<std::string>& columns) const;
  /// @throws Error "answer.study.column" naming the file and the column
  void need(std::string_view column) const;

  /// The cell as text without blanks at its ends; numbers as short as they can be written.
  [[nodiscard]] std::string word(std::string_view column, std::size_t row) const;
  /// The cell as a number, NaN where it is empty.
  /// @throws Error "answer.study.number" if it is none
  [[nodiscard]] double number(std::string_view column, std::size_t row) const;
  /// The cell as a day on a line of days: of a whole date, or as its number; NaN where it is empty
  /// or a date is not whole. Only differences mean something.
  [[nodiscard]] double day(std::string_view column, std::size_t row) const;

  /// The error of a cell: file, line, column, and whose row it is.
  [[nodiscard]] Error fault(const std::string& code, std::size_t row, const std::string& column,
                            const std::string& rule, const std::string& remedy) const;
};

/// Reads a dataset of a study in any format of read_dataset_file().
/// @throws as read_dataset_file
StudyFile read_study_file(const std::string& path);

/// The words in "soc, pt", without blanks around them.
std::vector<std::string> listed(std::string_view text);

/// In capitals, for codes that studies write in either case.
std::string upper(std::string text);

}  // namespace entact
