#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "entact/evidence/import_metapsy.h"

namespace entact {

/// Draft rows for the evidence base from a data set in the Metapsy format. Issues of reading the
/// file and of drafting stand together; each names the file.
/// @throws as read_metapsy_file and draft_from_metapsy
DraftRows import_metapsy(const EvidenceBase& base, const std::filesystem::path& file,
                         const ImportOptions& options);

/// `entact evidence import`: the CSV of one table, or of all of them, each opened by a line
/// `# continuous.csv: 5 rows`.
/// @param table  empty: all
/// @throws Error "answer.import.table" (usage) if no row was drafted for that table
std::string draft_text(const DraftRows& draft, const std::string& table = {});

/// Writes `TABLE.csv` for each drafted table into a folder, which is made if it is not there.
/// @return the files
/// @throws Error "answer.import.folder" if the folder cannot be made; as write_file_atomically
std::vector<std::filesystem::path> write_drafts(const DraftRows& draft,
                                                const std::filesystem::path& folder);

}  // namespace entact
