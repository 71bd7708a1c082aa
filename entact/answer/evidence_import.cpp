#include "entact/answer/evidence_import.h"

#include <fmt/format.h>

#include <utility>

#include "entact/io/file.h"

namespace entact {

DraftRows import_metapsy(const EvidenceBase& base, const std::filesystem::path& file,
                         const ImportOptions& options) {
  MetapsyReading reading = read_metapsy_file(file);
  DraftRows draft = draft_from_metapsy(reading, base, options);
  for (Issue& issue : draft.issues) issue.file = file.string();
  draft.issues.insert(draft.issues.begin(), reading.issues.begin(), reading.issues.end());
  return draft;
}

std::string draft_text(const DraftRows& draft, const std::string& table) {
  if (!table.empty()) {
    const auto found = draft.files.find(table);
    require(found != draft.files.end(), "answer.import.table",
            fmt::format("the data set gives no row for the table '{}'", table), ErrorKind::usage);
    return found->second;
  }
  std::string text;
  for (const auto& [name, csv] : draft.files)
    text += fmt::format("# {}.csv: {} rows\n{}", name, draft.rows.at(name), csv);
  return text;
}

std::vector<std::filesystem::path> write_drafts(const DraftRows& draft,
                                                const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  require(!failure, "answer.import.folder",
          fmt::format("{}: cannot make the folder: {}", folder.string(), failure.message()));
  std::vector<std::filesystem::path> written;
  for (const auto& [name, csv] : draft.files) {
    written.push_back(folder / (name + ".csv"));
    write_file_atomically(written.back(), csv);
  }
  return written;
}

}  // namespace entact
