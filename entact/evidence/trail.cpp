#include "entact/evidence/trail.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace entact {
namespace {

std::string cell(const Row& row, std::string_view column) {
  return row.table().has(column) ? row.text(column) : std::string();
}

std::optional<Row> find_row(const EvidenceBase& base, std::string_view id) {
  if (std::optional<Row> fact = base.fact(id)) return fact;
  for (const auto& [name, table] : base.tables) {
    if (table.schema().columns.empty() || !table.schema().columns.front().references.empty())
      continue;
    if (std::optional<Row> found = base.find(name, id)) return found;
  }
  const auto studies = base.tables.find("studies");
  if (studies == base.tables.end() || !studies->second.has("study_id")) return {};
  const Rows named = studies->second.where("study_id", id);
  return named.empty() ? std::nullopt : std::optional(named[0]);
}

[[noreturn]] void refuse_unknown(const EvidenceBase& base, std::string_view id) {
  std::vector<std::string> near;
  const auto offer = [&](const std::string& candidate) {
    if (near.size() < 5 && candidate.find(id) != std::string::npos) near.push_back(candidate);
  };
  if (!id.empty()) {
    for (const auto& [fact_id, place] : base.facts) offer(fact_id);
    for (const auto& [source_id, source] : base.sources) offer(source_id);
  }
  throw Error("evidence.trail.unknown",
              near.empty() ? fmt::format("no row of the evidence base has the id '{}'", id)
                           : fmt::format("no row of the evidence base has the id '{}'; ids that "
                                         "contain it: {}",
                                         id, fmt::join(near, ", ")),
              ErrorKind::usage);
}

std::vector<TrailCell> cells_of(const EvidenceBase& base, const Row& row) {
  std::vector<TrailCell> cells;
  for (const FactColumn& column : row.table().schema().columns) {
    const std::string& value = row.text(column.name);
    if (value.empty()) continue;
    TrailCell shown{.column = column.name,
                    .value = value,
                    .unit = column.unit,
                    .description = column.description};
    const auto words = base.schema.vocabularies.find(column.vocabulary);
    if (words != base.schema.vocabularies.end())
      if (const auto word = words->second.find(value); word != words->second.end())
        shown.meaning = word->second;
    cells.push_back(std::move(shown));
  }
  return cells;
}

bool says_how_it_is_kept(std::string_view column) {
  return column == "fact_id" || column == "used" || column == "why" || column == "source" ||
         column == "locator" || column == "verified" || column == "first_public" ||
         column == "conflict_group";
}

/// The cells in which a row differs from another of its table; all of them if the tables differ.
std::string difference(const Row& other, const Row& here) {
  const bool same_table = &other.table() == &here.table();
  std::vector<std::string> parts;
  for (const FactColumn& column : other.table().schema().columns) {
    const std::string& name = column.name;
    if (says_how_it_is_kept(name)) continue;
    const std::string value = other.has(name) ? other.text(name) : "not reported";
    if (!same_table && other.has(name)) parts.push_back(fmt::format("{} {}", name, value));
    if (same_table && other.text(name) != here.text(name))
      parts.push_back(fmt::format("{} {} (here {})", name, value,
                                  here.has(name) ? here.text(name) : "not reported"));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::vector<TrailSibling> siblings(const EvidenceBase& base, const Row& row) {
  std::vector<TrailSibling> found;
  const std::string group = cell(row, "conflict_group");
  if (group.empty()) return found;
  for (const auto& [name, table] : base.tables)
    if (table.has("conflict_group"))
      for (const Row& other : table.where("conflict_group", group))
        if (other.id() != row.id())
          found.push_back({.fact_id = other.id(),
                           .summary = difference(other, row),
                           .used = other.used(),
                           .why = cell(other, "why")});
  return found;
}

std::vector<TrailUse> uses_of(const EvidenceBase& base, const std::string& id) {
  std::vector<TrailUse> uses;
  const auto members = base.tables.find("analysis_members");
  if (members == base.tables.end()) return uses;
  for (const Row& member : members->second.rows())
    for (const char* role : {"fact_treatment", "fact_control", "fact_contrast"}) {
      if (cell(member, role) != id) continue;
      const std::optional<Row> analysis = base.find("analyses", member.text("analysis_id"));
      uses.push_back({.analysis_id = member.text("analysis_id"),
                      .title = analysis ? analysis->text("title") : "",
                      .slab = cell(member, "slab"),
                      .role = role,
                      .include = cell(member, "include") != "no",
                      .why = cell(member, "why")});
    }
  return uses;
}

std::vector<TrailOrigin> origins_of(const EvidenceBase& base, const std::string& id) {
  std::vector<TrailOrigin> origins;
  const auto intake = base.tables.find("intake");
  if (intake == base.tables.end()) return origins;
  for (const Row& row : intake->second.rows()) {
    const std::vector<std::string> became = row.list("fact_id");
    if (std::find(became.begin(), became.end(), id) == became.end()) continue;
    origins.push_back(
        {.file = row.text("file"), .line = row.text("line"), .note = cell(row, "note")});
  }
  return origins;
}

std::vector<std::string> facts_citing(const EvidenceBase& base, const std::string& source_id) {
  std::vector<std::string> ids;
  for (const auto& [name, table] : base.tables)
    if (table.schema().holds_facts())
      for (const Row& row : table.where("source", source_id)) ids.push_back(row.id());
  return ids;
}

void cite(const EvidenceBase& base, const Row& row, Trail& trail) {
  if (row.table().schema().holds_facts()) trail.citation = row.citation();
  const std::string source_id = trail.citation ? trail.citation->source : row.id();
  if (const Source* const source = base.source(source_id)) trail.source = *source;
  if (const std::optional<Row> listed = base.find("sources", source_id))
    trail.retraction_source = cell(*listed, "retraction_source");
}

std::string word(Verification verified) {
  switch (verified) {
    case Verification::page:
      return "read in the source";
    case Verification::secondary:
      return "read in a text that cites the source";
    case Verification::recalled:
      break;
  }
  return "recalled: seen neither in the source nor in a text that cites it";
}

void write_source(const Trail& trail, std::string& text) {
  const auto out = std::back_inserter(text);
  if (trail.citation)
    fmt::format_to(out, "\nfrom {}, {}\n  {}\n", trail.citation->source, trail.citation->locator,
                   word(trail.citation->verified));
  if (!trail.source) return;
  const Source& source = *trail.source;
  if (trail.citation) fmt::format_to(out, "  {}: {}\n", source.label, source.title);
  if (source.published.known()) fmt::format_to(out, "  published {}\n", to_text(source.published));
  if (!source.doi.empty()) fmt::format_to(out, "  https://doi.org/{}\n", source.doi);
  if (!source.url.empty()) fmt::format_to(out, "  {}\n", source.url);
  if (!source.retracted_on.known()) return;
  const std::string& notice = trail.retraction_source;
  fmt::format_to(out, "  RETRACTED on {}{}{}\n", to_text(source.retracted_on),
                 notice.empty() ? "" : ", said by ", notice);
}

}  // namespace

Trail trail_of(const EvidenceBase& base, std::string_view id) {
  const std::optional<Row> row = find_row(base, id);
  if (!row) refuse_unknown(base, id);
  Trail trail{.id = row->id(),
              .table = row->table().name(),
              .file = row->table().file(),
              .line = row->line(),
              .used = row->used(),
              .cells = cells_of(base, *row),
              .conflict = siblings(base, *row),
              .uses = uses_of(base, row->id()),
              .origins = origins_of(base, row->id())};
  if (row->table().schema().holds_facts() || trail.table == "sources") cite(base, *row, trail);
  if (trail.table == "sources") trail.cited_by = facts_citing(base, trail.id);
  return trail;
}

std::string to_text(const Trail& trail) {
  std::string text = fmt::format("{}{}\n  {}:{}\n", trail.id, trail.used ? "" : " (not used)",
                                 trail.file, trail.line);
  const auto out = std::back_inserter(text);
  for (const TrailCell& shown : trail.cells) {
    fmt::format_to(out, "\n  {} = {}", shown.column, shown.value);
    if (!shown.unit.empty()) fmt::format_to(out, " {}", shown.unit);
    if (!shown.meaning.empty()) fmt::format_to(out, " ({})", shown.meaning);
    if (!shown.description.empty()) fmt::format_to(out, "\n      {}", shown.description);
  }
  text += "\n";
  write_source(trail, text);
  if (!trail.conflict.empty()) text += "\nreported differently\n";
  for (const TrailSibling& other : trail.conflict)
    fmt::format_to(out, "  {}{}: {}{}{}\n", other.fact_id, other.used ? " (used)" : "",
                   other.summary, other.why.empty() ? "" : ". ", other.why);
  if (!trail.uses.empty()) text += "\npooled in\n";
  for (const TrailUse& use : trail.uses)
    fmt::format_to(out, "  {} ({}), {}, as {}{}{}{}\n", use.analysis_id, use.title, use.slab,
                   use.role, use.include ? "" : ", left out", use.why.empty() ? "" : ": ", use.why);
  if (!trail.origins.empty()) text += "\ncame in with\n";
  for (const TrailOrigin& origin : trail.origins)
    fmt::format_to(out, "  {}:{}{}{}\n", origin.file, origin.line, origin.note.empty() ? "" : " ",
                   origin.note);
  if (!trail.cited_by.empty())
    fmt::format_to(out, "\ncited by {} facts\n  {}\n", trail.cited_by.size(),
                   fmt::join(trail.cited_by, "\n  "));
  return text;
}

}  // namespace entact
