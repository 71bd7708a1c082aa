#pragma once

#include <string>
#include <vector>

#include "entact/base/error.h"
#include "entact/evidence/fact_table.h"

namespace entact {

struct FactTableReading {
  FactTable table{};
  std::vector<Issue> issues{};
};

/// Puts one CSV file into the columns of its schema and checks the header and every cell by itself:
/// columns (`evidence.base.missing_column`, `.unknown_column`, `.column_order`), required cells
/// (`.required`), types (`.type`), vocabularies (`.vocabulary`), bounds (`.range`), and that the
/// key in the first column is unique in the table (`.duplicate`) and, in a table of facts, is lower
/// case (`.type`).
FactTableReading read_fact_table(const FactSchema& schema, const BaseSchema& base, CsvTable file);

/// An issue at one cell of a table.
Issue issue_at(const Row& row, std::string_view column, Issue::Severity severity, std::string code,
               std::string rule, std::string remedy = {});

}  // namespace entact
