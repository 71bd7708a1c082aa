// The scales: what they measure, what counts as response and remission on them, and every threshold
// by its kind.
#include <algorithm>
#include <set>

#include "entact/answer/section_outcomes.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact::outcomes {
namespace {

using Type = TableColumn::Type;

/// Instruments with a result in a study of MDMA.
std::set<std::string> instruments_in_use(const EvidenceBase& base) {
  std::set<std::string> mdma, used;
  for (const Row& study : base.table("studies").where("compound", "MDMA"))
    mdma.insert(study.text("study_id"));
  for (const char* table : {"continuous", "contrasts"})
    for (const Row& row : base.table(table).used())
      if (row.has("instrument") && mdma.contains(row.text("study_id")))
        used.insert(row.text("instrument"));
  return used;
}

/// The first row of an instrument that reports the column, verified rows before recalled ones.
std::optional<Row> best(const std::vector<Row>& rows, std::string_view column) {
  for (const bool recalled : {false, true})
    for (const Row& row : rows)
      if (row.has(column) && (row.citation().verified == Verification::recalled) == recalled)
        return row;
  return std::nullopt;
}

std::string unverified(const Row& row) {
  return row.citation().verified == Verification::recalled ? " (unverified)" : "";
}

Cell text_cell(DocumentBuilder& builder, const std::vector<Row>& rows, std::string_view column) {
  const auto row = best(rows, column);
  return row ? builder.fact_cell(row->text(column) + unverified(*row), {row->id()}) : Cell{};
}

Cell number_of(DocumentBuilder& builder, const std::vector<Row>& rows, std::string_view column,
               const std::string& label) {
  const auto row = best(rows, column);
  return row ? number_cell(builder.fact_number(*row, column, label)) : Cell{};
}

TableBlock instrument_table(DocumentBuilder& builder) {
  TableBlock table{.id = "instruments",
                   .title = "Instruments with results in studies of MDMA",
                   .caption =
                       "As their sources describe them; empty means not on record. CAPS-IV and "
                       "CAPS-5 are different scales and never share points.",
                   .columns = {{"instrument", "Instrument", Type::text, true},
                               {"construct", "Measures"},
                               {"items", "Items", Type::number},
                               {"low", "From", Type::number},
                               {"high", "To", Type::number},
                               {"better", "Better"},
                               {"reliability", "Reliability"},
                               {"source", "Source"}},
                   .collapsed = true};
  const EvidenceBase& base = builder.base();
  const std::set<std::string> in_use = instruments_in_use(base);
  const Rows all = base.table("instruments").used();
  for (const std::string& name : all.values("instrument")) {
    if (!in_use.contains(name)) continue;
    std::vector<Row> rows;
    for (const Row& row : all.where("instrument", name)) rows.push_back(row);
    const auto first = best(rows, "construct");
    table.rows.push_back({cell(name), text_cell(builder, rows, "construct"),
                          number_of(builder, rows, "items_n", name + ", items"),
                          number_of(builder, rows, "min", name + ", lowest score"),
                          number_of(builder, rows, "max", name + ", highest score"),
                          cell(first ? meaning(base, "direction", first->text("direction")) : ""),
                          text_cell(builder, rows, "reliability"),
                          source_cell(builder, first ? *first : rows[0])});
  }
  return table;
}

/// The threshold's number or range with its unit.
Cell value_cell(DocumentBuilder& builder, const Row& row) {
  const std::string label = row.text("instrument") + ", " + row.text("definition");
  ProseWriter writer;
  if (row.has("value"))
    writer.number(builder.fact_number(row, "value", label));
  else if (row.has("low") && row.has("high"))
    writer.number(builder.fact_number(row, "low", label + ", lower end"))
        .say(" to ")
        .number(builder.fact_number(row, "high", label + ", upper end"));
  return {writer.done(), {row.id()}};
}

std::vector<Cell> threshold_row(DocumentBuilder& builder, const Row& row) {
  const EvidenceBase& base = builder.base();
  return {builder.fact_cell(row.text("instrument"), {row.id()}),
          cell(meaning(base, "threshold_kind", row.text("kind"))),
          value_cell(builder, row),
          cell(row.text("unit")),
          cell(row.text("definition")),
          cell(row.citation().verified == Verification::recalled
                   ? "unverified"
                   : meaning(base, "verified", row.text("verified"))),
          source_cell(builder, row)};
}

std::vector<TableColumn> threshold_columns() {
  return {{"instrument", "Instrument", Type::text, true},
          {"kind", "Kind", Type::text, true},
          {"value", "Threshold", Type::number},
          {"unit", "Unit"},
          {"definition", "Rule"},
          {"seen", "Seen", Type::text, true},
          {"source", "Source"}};
}

/// Rules by which trials of PTSD count people as responding, in remission or without diagnosis.
bool is_rule(const Row& row) {
  const std::string& kind = row.text("kind");
  return kind == "response_rule" || kind == "remission_rule" || kind == "diagnosis_rule";
}

TableBlock rule_table(DocumentBuilder& builder) {
  TableBlock table{.id = "rules",
                   .title = "What counts as response, remission and diagnosis on PTSD scales",
                   .caption =
                       "Rules of trials and manuals. A rule sets when a person is counted; it does "
                       "not say that the change matters to that person.",
                   .columns = threshold_columns()};
  for (const Row& row : builder.base().table("thresholds").used())
    if (is_rule(row) &&
        (row.text("instrument").starts_with("CAPS") || row.text("instrument").starts_with("PCL")))
      table.rows.push_back(threshold_row(builder, row));
  return table;
}

TableBlock threshold_table(DocumentBuilder& builder) {
  TableBlock table{.id = "thresholds",
                   .title = "Thresholds by kind, all instruments",
                   .caption =
                       "A change that matters to one person, a change beyond measurement error and "
                       "a gap between levels of an anchor are different things, and none of them "
                       "is the smallest difference between groups that matters.",
                   .columns = threshold_columns(),
                   .collapsed = true};
  for (const Row& row : builder.base().table("thresholds").used())
    table.rows.push_back(threshold_row(builder, row));
  return table;
}

/// What the kind means, up to the first semicolon.
std::string short_meaning(const EvidenceBase& base, const std::string& kind) {
  const std::string words = meaning(base, "threshold_kind", kind);
  return words.substr(0, words.find(';'));
}

/// The kinds there are, with their numbers, and the one that is asked for and missing.
Prose kinds_sentence(DocumentBuilder& builder) {
  const EvidenceBase& base = builder.base();
  const Rows rows = base.table("thresholds").used();
  ProseWriter writer;
  for (const std::string& kind : rows.values("kind"))
    writer.say(writer.empty() ? "Thresholds on record by kind: " : ", ")
        .say(short_meaning(base, kind) + " (")
        .number(threshold_count(builder, kind))
        .say(")");
  writer.say(".");
  if (rows.where("kind", "between_group").empty())
    writer.say(
        " None is a smallest important difference between groups, so no threshold here "
        "tells whether a difference between the arms of a trial is large enough.");
  return writer.done();
}

}  // namespace

std::string threshold_count(DocumentBuilder& builder, std::string_view kind) {
  const Rows all = builder.base().table("thresholds").used();
  const Rows rows = kind.empty() ? all : all.where("kind", kind);
  const auto count = static_cast<double>(rows.size());
  const std::string where = kind.empty() ? "" : " --where kind=" + std::string(kind);
  return builder.number(
      count, count_text(count),
      kind.empty() ? "thresholds on record"
                   : "thresholds: " + meaning(builder.base(), "threshold_kind", kind),
      {.command = "entact evidence list thresholds --used" + where + " --count --format json",
       .pointer = "/result/0/count"});
}

Blocks scale_blocks(DocumentBuilder& builder) {
  if (builder.base().table("thresholds").used().empty())
    return {ProseBlock{.prose = {text("No threshold is on record.")}, .tone = Tone::notice}};
  return {ProseBlock{.prose = kinds_sentence(builder), .tone = Tone::caution}, rule_table(builder),
          threshold_table(builder), instrument_table(builder)};
}

}  // namespace entact::outcomes
