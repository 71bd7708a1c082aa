// Section 8, Regulation: access today on a map and in a table, decisions over time with their
// grounds.
#include <algorithm>
#include <array>
#include <utility>

#include "entact/answer/sections.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

/// ISO 3166 alpha-2 to the numeric ids of the atlas; the European Union is no country and has none.
std::string iso_numeric(std::string_view iso2) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 16> codes{{{"US", "840"},
                                                                                 {"AU", "036"},
                                                                                 {"CA", "124"},
                                                                                 {"IL", "376"},
                                                                                 {"CH", "756"},
                                                                                 {"NL", "528"},
                                                                                 {"GB", "826"},
                                                                                 {"DE", "276"},
                                                                                 {"NZ", "554"},
                                                                                 {"CZ", "203"},
                                                                                 {"UA", "804"},
                                                                                 {"NO", "578"},
                                                                                 {"BR", "076"},
                                                                                 {"ES", "724"},
                                                                                 {"FR", "250"},
                                                                                 {"PT", "620"}}};
  for (const auto& [code, number] : codes)
    if (code == iso2) return std::string(number);
  return "";
}

const std::vector<std::string> access_order(const EvidenceBase& base) {
  std::vector<std::string> order;
  for (const char* code : {"approved", "prescribable_unapproved", "exceptional_access",
                           "trials_only", "no_route_found", "prohibited"})
    order.push_back(meaning(base, "access", code));
  return order;
}

TableBlock access_table(DocumentBuilder& builder, const EvidenceBase& base) {
  TableBlock table{.id = "access",
                   .title = "Who may use it where",
                   .caption =
                       "One row a jurisdiction, as its newest source describes it. `Since` is the "
                       "date from which the route or rule named here stands.",
                   .columns = {{"jurisdiction", "Jurisdiction"},
                               {"access", "Access", TableColumn::Type::text, true},
                               {"pathway", "Pathway"},
                               {"conditions", "Conditions"},
                               {"schedule", "Schedule"},
                               {"status", "Status today"},
                               {"since", "Since", TableColumn::Type::date},
                               {"source", "Source"}}};
  for (const Row& row : base.table("jurisdictions").used())
    table.rows.push_back({builder.fact_cell(row.text("jurisdiction"), {row.id()}),
                          cell(meaning(base, "access", row.text("access"))),
                          cell(row.text("pathway")), cell(row.text("conditions")),
                          cell(row.text("schedule")), cell(row.text("status_today")),
                          cell(row.text("since")), source_cell(builder, row)});
  return table;
}

FigureBlock access_map(const EvidenceBase& base) {
  std::vector<MapRow> rows;
  for (const Row& row : base.table("jurisdictions").used())
    if (const std::string id = iso_numeric(row.text("iso2")); !id.empty())
      rows.push_back({.iso_numeric = id,
                      .name = row.text("jurisdiction"),
                      .access = meaning(base, "access", row.text("access")),
                      .detail = row.text("pathway")});
  return {
      .id = "access-map",
      .title = "Access to MDMA-assisted therapy",
      .caption =
          "Countries with a row in the table; grey means that no source is on record, not that "
          "there is no access. The European Union as such is in the table only.",
      .alt =
          "World map of " + std::to_string(rows.size()) +
          " countries coloured by the kind of access patients have; the table beneath lists them.",
      .vega = world_map_figure(rows, access_order(base)),
      .table = "access"};
}

/// Kinds of event that carry a decision on whether and how the treatment may be used.
bool decides(const Row& row) {
  constexpr std::array<std::string_view, 11> kinds{
      "decision",       "advisory_vote", "designation",    "rescheduling",
      "scheduling",     "access_scheme", "crl_deficiency", "crl_recommendation",
      "court_decision", "hta_vote",      "hta_report"};
  return std::find(kinds.begin(), kinds.end(), row.text("event_type")) != kinds.end();
}

std::vector<Row> events_by_date(const EvidenceBase& base) {
  std::vector<Row> rows;
  for (const Row& row : base.table("events").used()) rows.push_back(row);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.date("date") < b.date("date"); });
  return rows;
}

TableBlock event_table(DocumentBuilder& builder, const EvidenceBase& base,
                       const std::vector<Row>& events) {
  TableBlock table{.id = "regulatory-events",
                   .title = "What regulators, courts and assessors did, and on what grounds",
                   .caption = "Every event on record, oldest first.",
                   .columns = {{"date", "Date", TableColumn::Type::date},
                               {"jurisdiction", "Jurisdiction", TableColumn::Type::text, true},
                               {"agency", "Body"},
                               {"type", "Kind", TableColumn::Type::text, true},
                               {"subject", "Subject"},
                               {"outcome", "Outcome"},
                               {"detail", "Grounds and detail"},
                               {"source", "Source"}}};
  for (const Row& row : events)
    table.rows.push_back(
        {cell(row.text("date")), cell(row.text("jurisdiction")), cell(row.text("agency")),
         cell(meaning(base, "event_type", row.text("event_type"))),
         builder.fact_cell(row.text("subject"), {row.id()}), cell(row.text("outcome")),
         cell(row.text("detail")), source_cell(builder, row)});
  return table;
}

FigureBlock event_timeline(const EvidenceBase& base, const std::vector<Row>& events) {
  std::vector<TimelineRow> rows;
  for (const Row& row : events)
    if (decides(row))
      rows.push_back({.label = row.text("jurisdiction"),
                      .start = row.text("date"),
                      .end = "",
                      .group = meaning(base, "event_type", row.text("event_type")),
                      .detail = row.text("subject") + ": " + row.text("outcome")});
  std::stable_sort(rows.begin(), rows.end(),
                   [](const TimelineRow& a, const TimelineRow& b) { return a.label < b.label; });
  return {.id = "regulation-timeline",
          .title = "Decisions over time",
          .caption =
              "Each point is a decision, vote, designation or change of access; point at it for "
              "the words.",
          .alt = "Timeline of " + std::to_string(rows.size()) +
                 " regulatory decisions by jurisdiction since 1984.",
          .vega = timeline_figure(rows, "Kind of event"),
          .table = "regulatory-events"};
}

std::string count_of(DocumentBuilder& builder, const Rows& rows, const std::string& where,
                     const std::string& label) {
  return builder.number(
      static_cast<double>(rows.size()), count_text(static_cast<double>(rows.size())), label,
      {.command = "entact evidence list jurisdictions --used" + where + " --count --format json",
       .pointer = "/result/0/count"});
}

std::vector<Prose> opening(DocumentBuilder& builder, const EvidenceBase& base,
                           const std::vector<Row>& events) {
  const Rows all = base.table("jurisdictions").used();
  const Rows approved = all.where("access", "approved");
  const Rows prescribable = all.where("access", "prescribable_unapproved");
  const Rows exceptional = all.where("access", "exceptional_access");
  std::vector<Prose> sentences{
      {text("Of "), number_span(count_of(builder, all, "", "jurisdictions on record")),
       text(" jurisdictions on record, "),
       number_span(count_of(builder, approved, " --where access=approved",
                            "jurisdictions with an approved medicine")),
       text(" have approved MDMA as a medicine, "),
       number_span(count_of(builder, prescribable, " --where access=prescribable_unapproved",
                            "jurisdictions where it can be prescribed unapproved")),
       text(" let authorised prescribers use it unapproved and "),
       number_span(count_of(builder, exceptional, " --where access=exceptional_access",
                            "jurisdictions with case-by-case access")),
       text(" allow exceptional access case by case.")}};
  const auto decision = std::find_if(events.rbegin(), events.rend(), [](const Row& row) {
    return row.text("agency") == "FDA" && row.text("event_type") == "decision";
  });
  if (decision != events.rend())
    sentences.push_back(
        {text("The latest decision of the FDA on record is dated " + decision->text("date") + ": " +
              decision->text("subject") + ", " + decision->text("outcome") + " "),
         builder.source(decision->citation().source), text(".")});
  return sentences;
}

}  // namespace

Section regulation_section(DocumentBuilder& builder, const Findings& findings) {
  const EvidenceBase& base = *findings.base;
  const std::vector<Row> events = events_by_date(base);
  Section section{.id = "regulation", .title = "Regulation"};
  section.opening = opening(builder, base, events);
  section.blocks = {access_map(base), access_table(builder, base), event_timeline(base, events),
                    event_table(builder, base, events)};
  return section;
}

}  // namespace entact
