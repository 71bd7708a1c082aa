// Section 10, Methods and sources: how this was made, what stands behind it, and which rows are
// doubtful.
#include <map>
#include <set>

#include "entact/answer/answer.h"
#include "entact/answer/fact_words.h"
#include "entact/answer/sections.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

TableBlock provenance_table(const Findings& findings) {
  TableBlock table{.id = "provenance",
                   .title = "How this report was made",
                   .columns = {{"what", "What"}, {"value", "Value"}}};
  const auto row = [&](const char* what, const std::string& value) {
    table.rows.push_back({cell(what), cell(value)});
  };
  row("Program", "entact " + version());
  row("Evidence as of", to_text(findings.base->as_of));
  row("Evidence base, sha-256", findings.base->sha256);
  row("Rows seen in no text (recalled)",
      findings.options.include_recalled ? "pooled, because asked for" : "shown, never pooled");
  row("Default model",
      "up to two trials the common effect with a normal interval; from three on random effects by "
      "REML with the Hartung-Knapp interval that is never narrower than the plain t interval");
  row("Standardised mean difference", "Hedges g with the exact small-sample factor");
  row("Risk differences",
      "Miettinen-Nurminen score intervals for single trials; Mantel-Haenszel where trials are "
      "joined");
  row("Ratios", "computed on the log scale; 0.5 is added to the cells of a trial with a zero cell");
  return table;
}

/// Facts by the source that they cite.
std::map<std::string, std::size_t> facts_by_source(const EvidenceBase& base) {
  std::map<std::string, std::size_t> counts;
  for (const auto& [id, place] : base.facts) counts[base.fact(id)->citation().source] += 1;
  return counts;
}

/// Analyses by the sources of the facts that enter them.
std::map<std::string, std::set<std::string>> analyses_by_source(const EvidenceBase& base) {
  std::map<std::string, std::set<std::string>> fed;
  for (const Row& member : base.table("analysis_members").where("include", "yes"))
    for (const char* column : {"fact_treatment", "fact_control", "fact_contrast"})
      if (const auto fact = base.fact(member.text(column)))
        fed[fact->citation().source].insert(member.text("analysis_id"));
  return fed;
}

Cell fact_count(DocumentBuilder& builder, const std::string& source, std::size_t facts) {
  const auto count = static_cast<double>(facts);
  return number_cell(builder.number(
      count, count_text(count), "facts that cite " + source,
      {.command = "entact evidence list facts --where source=" + source + " --count --format json",
       .pointer = "/result/0/count"}));
}

TableBlock source_table(DocumentBuilder& builder, const EvidenceBase& base) {
  TableBlock table{
      .id = "sources",
      .title = "Sources and what they feed",
      .caption =
          "Every source of the evidence base with the number of facts that cite it and the "
          "named analyses that those facts enter.",
      .columns = {{"source", "Source"},
                  {"kind", "Kind", Type::text, true},
                  {"title", "Title"},
                  {"published", "Published", Type::date},
                  {"facts", "Facts", Type::number},
                  {"feeds", "Feeds"},
                  {"status", "Status", Type::text, true}},
      .collapsed = true};
  const auto counts = facts_by_source(base);
  const auto fed = analyses_by_source(base);
  for (const auto& [id, source] : base.sources) {
    const auto found = counts.find(id);
    const std::size_t facts = found == counts.end() ? 0 : found->second;
    const auto feeds = fed.find(id);
    Cell name;
    name.prose = {builder.source(id)};
    table.rows.push_back(
        {name, cell(source.kind), cell(source.title), cell(to_text(source.published)),
         fact_count(builder, id, facts),
         cell(feeds == fed.end() ? "" : listed({feeds->second.begin(), feeds->second.end()})),
         cell(source.retracted_on.known() ? "retracted " + to_text(source.retracted_on)
                                          : "stands")});
  }
  return table;
}

/// The row in one line: the cells that say what it is about.
std::string summary(const Row& row) {
  std::string words;
  for (const char* column :
       {"study_id", "arm_id",  "arm_treatment", "instrument",   "outcome", "term",    "statistic",
        "measure",  "week",    "events",        "participants", "n",       "value",   "estimate",
        "finding",  "subject", "judgement",     "definition",   "effect",  "analyte", "mean"})
    if (row.table().has(column) && row.has(column))
      words += (words.empty() ? "" : ", ") + std::string(column) + " " + row.text(column);
  return words;
}

template <typename Keep>
TableBlock fact_table(DocumentBuilder& builder, const EvidenceBase& base, const std::string& id,
                      const std::string& title, const std::string& caption, Keep keep) {
  TableBlock table{.id = id,
                   .title = title,
                   .caption = caption,
                   .columns = {{"table", "Table", Type::text, true},
                               {"row", "Row"},
                               {"used", "Used", Type::text, true},
                               {"why", "Why"},
                               {"source", "Source"}},
                   .collapsed = true};
  for (const auto& [fact, place] : base.facts) {
    const Row row = *base.fact(fact);
    if (!keep(row)) continue;
    const bool told = row.table().has("why");
    table.rows.push_back({cell(row.table().name()), builder.fact_cell(summary(row), {fact}),
                          cell(row.used() ? "yes" : "no"), cell(told ? row.text("why") : ""),
                          source_cell(builder, row)});
  }
  return table;
}

std::vector<Prose> opening(DocumentBuilder& builder, const EvidenceBase& base, std::size_t recalled,
                           bool pooled) {
  const auto count = [&](std::size_t value, const std::string& label, const std::string& command) {
    return number_span(builder.number(static_cast<double>(value),
                                      count_text(static_cast<double>(value)), label,
                                      {.command = command, .pointer = "/result/0/count"}));
  };
  return {
      {text("The evidence base holds "),
       count(base.facts.size(), "facts", "entact evidence list facts --count --format json"),
       text(" facts from "),
       count(base.sources.size(), "sources", "entact evidence list sources --count --format json"),
       text(" sources; "),
       count(recalled, "facts seen in no text",
             "entact evidence list facts --where verified=recalled --count --format json"),
       text(pooled
                ? " facts were seen in no text; here they are pooled, because that was asked for."
                : " facts were seen in no text, are shown as unverified and enter no pooled "
                  "number.")},
      {text("Every number on this page opens the rows it came from or the command that computed "
            "it; that command, run on the same evidence base, prints the same digits.")}};
}

}  // namespace

Section methods_section(DocumentBuilder& builder, const Findings& findings) {
  const EvidenceBase& base = *findings.base;
  TableBlock recalled =
      fact_table(builder, base, "unverified", "Unverified rows",
                 "Numbers that were seen neither in the source nor in a text that cites it.",
                 [](const Row& row) { return row.citation().verified == Verification::recalled; });
  TableBlock conflicts = fact_table(
      builder, base, "conflicts", "Conflicting rows",
      "Rows that report the same thing differently stand side by side; one is used, and why.",
      [](const Row& row) {
        return row.table().has("conflict_group") && row.has("conflict_group");
      });
  TableBlock retracted = fact_table(
      builder, base, "retracted", "Rows from retracted reports",
      "They enter no pooled number. The trials inside a pooled report are not retracted with it.",
      [&](const Row& row) { return base.retracted(row); });
  Section section{.id = "methods", .title = "Methods and sources"};
  section.opening = opening(builder, base, recalled.rows.size(), findings.options.include_recalled);
  section.blocks = {provenance_table(findings), source_table(builder, base), std::move(recalled),
                    std::move(conflicts), std::move(retracted)};
  return section;
}

}  // namespace entact
