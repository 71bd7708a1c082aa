#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entact/base/date.h"
#include "entact/base/error.h"
#include "entact/base/source.h"
#include "entact/evidence/fact_table.h"

namespace entact {

/// Where a fact stands.
struct FactPlace {
  std::string table{};
  std::size_t row = 0;
};

/// The curated facts: every table of the data folder, checked against schema.csv.
///
/// Rows point into the tables and stay valid when the base is moved, not when it is destroyed.
struct EvidenceBase {
  BaseSchema schema{};
  std::map<std::string, FactTable, std::less<>> tables{};  ///< by name, without `.csv`
  std::map<std::string, Source, std::less<>> sources{};    ///< by source_id
  std::map<std::string, FactPlace, std::less<>> facts{};   ///< by fact_id
  std::string sha256{};  ///< of all files: names and bytes in sorted order
  Date newest{};         ///< latest publication date among the sources
  Date as_of{};          ///< the day the base speaks of; `newest` unless it was replayed

  /// @throws Error "evidence.base.no_table" if schema.csv describes no such table
  [[nodiscard]] const FactTable& table(std::string_view name) const;
  /// The fact's row, or nothing.
  [[nodiscard]] std::optional<Row> fact(std::string_view fact_id) const;
  /// The row with this key in the first column, or nothing; linear in the rows.
  [[nodiscard]] std::optional<Row> find(std::string_view table, std::string_view key) const;
  /// The source, or null.
  [[nodiscard]] const Source* source(std::string_view source_id) const;
  /// True if the row's source has been retracted.
  [[nodiscard]] bool retracted(const Row& row) const;
  /// Finds the sources and facts again and the newest date; call it when tables were changed.
  void index();
};

/// A base and everything that is wrong with it as far as schema.csv can say; domain checks are in
/// evidence/check.h.
struct LoadedEvidence {
  EvidenceBase base{};
  std::vector<Issue> issues{};
  std::vector<Issue> unread{};  ///< those of the issues that left a table without any row
};

/// Reads the evidence base from the texts of its files, by file name.
///
/// A table of schema.csv without a file (`evidence.base.no_file`), a file without a table
/// (`evidence.base.unlisted`), a file whose shape is broken (`io.csv.*`), the faults of header and
/// cells (evidence/cell_checks.h), references that lead nowhere (`evidence.base.reference`) and
/// fact_ids used twice (`evidence.base.duplicate`) are issues; the rest of the base is still read.
/// Whether to answer from such a base is decided in answer/opened_evidence.h.
///
/// @param folder  how messages name the place of the files; may be empty
/// @throws Error "evidence.base.no_schema" if schema.csv or vocabulary.csv is missing; io.csv.* and
/// "evidence.schema.header" if one of them cannot be read
LoadedEvidence read_evidence(const std::map<std::string, std::string>& files,
                             const std::string& folder = {});

/// read_evidence of the *.csv files in a folder.
/// @throws Error "evidence.base.folder" if the folder cannot be read; as read_evidence
LoadedEvidence load_evidence(const std::filesystem::path& folder);

}  // namespace entact
