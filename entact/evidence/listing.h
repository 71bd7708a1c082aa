#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "entact/base/table.h"
#include "entact/evidence/evidence_base.h"

namespace entact {

/// `column = value`; in a list column one of the elements. An empty value asks for empty cells.
struct FactFilter {
  std::string column{};
  std::string value{};
};

/// Reads `column=value`.
/// @throws Error "evidence.list.filter" (usage) if there is no `=` or no column before it
FactFilter parse_fact_filter(std::string_view text);

/// What to list of one table. Filters hold together; no columns means all.
struct FactListing {
  std::string table{};  ///< "facts": the rows of all tables of facts, with the columns they share
  std::vector<FactFilter> where{};
  std::vector<std::string> ids{};  ///< only these rows, by their first column; empty: all
  std::vector<std::string> columns{};
  bool only_used = false;
  bool count = false;      ///< one row: how many rows
  std::string sum{};       ///< one row: the sum of this column, and how many rows report it
  std::string distinct{};  ///< one row: how many different values this column has, empty ones aside
};

/// The rows as a Table: numbers, dates and text as the schema types them, with their units.
///
/// @throws Error "evidence.base.no_table"; "evidence.list.column" (usage) naming the columns there
/// are; "evidence.list.id" (usage) if the table has no row of an id; "evidence.list.sum" (usage) if
/// the column to sum holds no numbers
Table list_facts(const EvidenceBase& base, const FactListing& listing);

}  // namespace entact
