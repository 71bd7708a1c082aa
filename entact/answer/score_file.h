#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "entact/io/csv.h"
#include "entact/scales/answers.h"

namespace entact {

/// How the answers stand in a file.
struct ScoreColumns {
  std::string items{};   ///< 'CAPS01..CAPS20' or 'A,B,C', in the order of the instrument's items
  std::string prefix{};  ///< before the item's number or code: CAPS for CAPS1, CAPS01 or CAPSB1
  std::string id = "USUBJID";
  std::string visit = "AVISIT";     ///< a file without this column has one assessment a participant
  std::string paramcd = "PARAMCD";  ///< of a long file, a row an answer
  std::string aval = "AVAL";
};

/// Who was assessed when, and the answers.
struct ScoreFile {
  std::vector<std::string> id{};
  std::vector<std::string> visit{};  ///< empty texts where the file has no visits
  std::vector<long> line{};          ///< at which each assessment starts
  Answers answers{};
  std::vector<std::string> names{};  ///< by item: its column, or PARAMCD; empty if it is not there
  bool has_visits = false;
};

/// Reads the answers of an instrument from a file with one row an assessment and one column an
/// item, or, where the file has the columns PARAMCD and AVAL and no columns of items, one row an
/// answer.
///
/// Empty, "NA" and "." are missing. An item of the total must be there; the others (criteria F and
/// G, the analogue scale) may be absent.
///
/// @throws Error "answer.score.items" (usage) if `items` is no list or range or has another length
/// than the items, "answer.score.column" if a column is not there, "answer.score.number" if a cell
/// is no number, "answer.score.range" if an answer is outside its item's range or no whole number
/// (each with file, line, column, rule and value), "answer.score.duplicate" if a participant has
/// two assessments at a visit or two answers to one item
ScoreFile read_score_file(const CsvTable& csv, const Instrument& instrument,
                          const ScoreColumns& columns);

/// The names that 'A01..A20' or 'A,B,C' stand for.
/// @throws Error "answer.score.items" (usage)
std::vector<std::string> expanded_names(const std::string& text);

}  // namespace entact
