#include "entact/evidence/evidence_base.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "entact/evidence/cell_checks.h"
#include "entact/io/file.h"
#include "entact/io/sha256.h"

namespace entact {
namespace {

using Files = std::map<std::string, std::string>;

std::string shown(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

CsvTable read_description(const Files& files, const std::string& folder, const std::string& name) {
  const auto file = files.find(name);
  require(file != files.end(), "evidence.base.no_schema",
          fmt::format("{}: an evidence base has this file", shown(folder, name)));
  return read_csv(file->second, {.file = shown(folder, name)});
}

std::string hash_of(const Files& files) {
  std::string all;
  for (const auto& [name, bytes] : files)
    all += fmt::format("{}\n{}\n{}", name, bytes.size(), bytes);
  return sha256(all);
}

void read_table(const FactSchema& schema, const Files& files, const std::string& folder,
                LoadedEvidence& loaded) {
  const std::string name = schema.table + ".csv";
  const auto file = files.find(name);
  CsvTable csv{.file = shown(folder, name)};
  for (const FactColumn& column : schema.columns) csv.header.push_back(column.name);
  if (file == files.end())
    loaded.unread.push_back({.code = "evidence.base.no_file",
                             .file = csv.file,
                             .rule = "every table of schema.csv has a file",
                             .remedy = "Add the file, or take the table out of schema.csv"});
  else
    try {
      csv = read_csv(file->second, {.file = shown(folder, name)});
    } catch (const Error& error) {
      loaded.unread.push_back({.code = error.code(), .rule = error.what()});
    }
  FactTableReading reading = read_fact_table(schema, loaded.base.schema, std::move(csv));
  std::move(reading.issues.begin(), reading.issues.end(), std::back_inserter(loaded.issues));
  loaded.base.tables.emplace(schema.table, std::move(reading.table));
}

void check_unlisted(const Files& files, const std::string& folder, LoadedEvidence& loaded) {
  for (const auto& [name, bytes] : files) {
    const std::string table = name.substr(0, name.rfind('.'));
    if (table != "schema" && table != "vocabulary" && loaded.base.schema.find(table) == nullptr)
      loaded.issues.push_back({.code = "evidence.base.unlisted",
                               .file = shown(folder, name),
                               .rule = "every file of the base is described in schema.csv",
                               .remedy = "Describe its columns, or move the file elsewhere"});
  }
}

/// All values that a `references` cell of schema.csv allows.
std::unordered_set<std::string_view> targets(const EvidenceBase& base, std::string_view reference) {
  std::unordered_set<std::string_view> values;
  while (!reference.empty()) {
    const std::size_t end = std::min(reference.find('|'), reference.size());
    const std::string_view target = reference.substr(0, end);
    reference.remove_prefix(std::min(end + 1, reference.size()));
    if (target == "*.fact_id")
      for (const auto& [id, place] : base.facts) values.insert(id);
    const std::size_t dot = std::min(target.find('.'), target.size());
    const auto table = base.tables.find(target.substr(0, dot));
    if (dot == target.size() || table == base.tables.end()) continue;
    const std::ptrdiff_t column = table->second.schema().find(target.substr(dot + 1));
    for (std::size_t row = 0; column >= 0 && row < table->second.size(); ++row)
      values.insert(table->second.text(row, static_cast<std::size_t>(column)));
  }
  return values;
}

void check_references(const FactTable& table, const FactColumn& column,
                      const std::unordered_set<std::string_view>& values,
                      std::vector<Issue>& issues) {
  const std::size_t at = table.column(column.name);
  for (std::size_t row = 0; row < table.size(); ++row) {
    const std::string& text = table.text(row, at);
    if (text.empty() || values.contains(text)) continue;
    const bool list = column.type == FactType::list;
    for (const std::string& one : list ? list_elements(text) : std::vector<std::string>{text})
      if (!values.contains(one))
        issues.push_back(issue_at(
            table.row(row), column.name, Issue::Severity::error, "evidence.base.reference",
            fmt::format("'{}' is one of {}", one, column.references), "Add it there or mend it"));
  }
}

void check_references(LoadedEvidence& loaded) {
  std::map<std::string, std::unordered_set<std::string_view>> allowed;
  for (const FactSchema& schema : loaded.base.schema.tables)
    for (const FactColumn& column : schema.columns) {
      if (column.references.empty()) continue;
      const auto [values, added] = allowed.try_emplace(column.references);
      if (added) values->second = targets(loaded.base, column.references);
      check_references(loaded.base.table(schema.table), column, values->second, loaded.issues);
    }
}

void check_fact_ids(LoadedEvidence& loaded) {
  std::map<std::string_view, std::string_view> table_of;
  for (const auto& [name, table] : loaded.base.tables) {
    if (!table.schema().holds_facts()) continue;
    for (const Row& row : table.rows()) {
      const auto [first, added] = table_of.try_emplace(row.id(), name);
      if (!added && first->second != name && !row.id().empty())
        loaded.issues.push_back(
            issue_at(row, "fact_id", Issue::Severity::error, "evidence.base.duplicate",
                     fmt::format("a fact_id stands in one table; it is in {} too", first->second),
                     "Begin it with the prefix of its table"));
    }
  }
}

Source read_source(const Row& row) {
  const FactTable& table = row.table();
  const auto text = [&](std::string_view column) {
    return table.has(column) ? row.text(column) : std::string();
  };
  const auto date = [&](std::string_view column) {
    return parse_date(text(column)).value_or(Date{});
  };
  return {.id = row.id(),
          .kind = text("kind"),
          .label = text("label"),
          .title = text("title"),
          .doi = text("doi"),
          .url = text("url"),
          .published = date("published"),
          .retracted_on = date("retracted_on")};
}

}  // namespace

const FactTable& EvidenceBase::table(std::string_view name) const {
  const auto found = tables.find(name);
  if (found == tables.end())
    throw Error("evidence.base.no_table", fmt::format("the evidence base has no table '{}'", name),
                ErrorKind::usage);
  return found->second;
}

std::optional<Row> EvidenceBase::fact(std::string_view fact_id) const {
  const auto found = facts.find(fact_id);
  if (found == facts.end()) return {};
  return table(found->second.table).row(found->second.row);
}

std::optional<Row> EvidenceBase::find(std::string_view name, std::string_view key) const {
  const FactTable& among = table(name);
  for (std::size_t index = 0; index < among.size(); ++index)
    if (among.text(index, 0) == key) return among.row(index);
  return {};
}

const Source* EvidenceBase::source(std::string_view source_id) const {
  const auto found = sources.find(source_id);
  return found == sources.end() ? nullptr : &found->second;
}

bool EvidenceBase::retracted(const Row& row) const {
  if (!row.table().has("source")) return false;
  const Source* const cited = source(row.text("source"));
  return cited != nullptr && cited->retracted_on.known();
}

void EvidenceBase::index() {
  sources.clear();
  facts.clear();
  newest = {};
  if (const auto listed = tables.find("sources"); listed != tables.end())
    for (const Row& row : listed->second.rows()) {
      Source source = read_source(row);
      newest = std::max(newest, source.published);
      sources.emplace(row.id(), std::move(source));
    }
  for (const auto& [name, table] : tables)
    if (table.schema().holds_facts())
      for (const Row& row : table.rows()) facts.emplace(row.id(), FactPlace{name, row.index()});
}

LoadedEvidence read_evidence(const Files& files, const std::string& folder) {
  LoadedEvidence loaded;
  SchemaReading reading = read_base_schema(read_description(files, folder, "schema.csv"),
                                           read_description(files, folder, "vocabulary.csv"));
  loaded.base.schema = std::move(reading.schema);
  loaded.issues = std::move(reading.issues);
  for (const FactSchema& schema : loaded.base.schema.tables)
    read_table(schema, files, folder, loaded);
  loaded.issues.insert(loaded.issues.end(), loaded.unread.begin(), loaded.unread.end());
  loaded.base.index();
  loaded.base.as_of = loaded.base.newest;
  loaded.base.sha256 = hash_of(files);
  check_unlisted(files, folder, loaded);
  check_references(loaded);
  check_fact_ids(loaded);
  return loaded;
}

LoadedEvidence load_evidence(const std::filesystem::path& folder) {
  std::error_code failure;
  Files files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure))
    if (entry.path().extension() == ".csv")
      files.emplace(entry.path().filename().string(), read_file(entry.path()));
  require(!failure, "evidence.base.folder",
          fmt::format("{}: cannot read the folder of the evidence base: {}", folder.string(),
                      failure.message()));
  return read_evidence(files, folder.string());
}

}  // namespace entact
