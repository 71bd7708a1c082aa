#pragma once

#include <string>
#include <vector>

#include "entact/answer/adam.h"

namespace entact {

/// The rows, from 0, that meet every condition "COLUMN=VALUE", as --where takes them. Numbers are
/// compared as people write them: VISITNUM=3.
///
/// @throws Error "answer.where.condition" (usage) without '='; "answer.where.column" (usage) if
///         there is no such column; "answer.where.rows" (unanswerable) if no row is left
std::vector<std::size_t> rows_meeting(const Table& table, const std::vector<std::string>& where);

/// A file of a study (table and lines) with only those rows.
template <typename File>
File file_where(File file, const std::vector<std::string>& where) {
  if (where.empty()) return file;
  const std::vector<std::size_t> rows = rows_meeting(file.table, where);
  decltype(file.lines) lines;
  for (const std::size_t row : rows)
    if (row < file.lines.size()) lines.push_back(file.lines[row]);
  file.table = rows_of(file.table, rows);
  file.lines = std::move(lines);
  return file;
}

}  // namespace entact
