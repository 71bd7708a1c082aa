// Section 2, Clinical trials: every study with its status, a timeline, and a table to filter and
// sort.
#include <algorithm>

#include "entact/answer/sections.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

/// Human trials of MDMA: the records of the studies table that are trials of this compound.
Rows mdma_trials(const EvidenceBase& base) {
  return base.table("studies").where("compound", "MDMA").where("record_kind", "trial").used();
}

/// How many rows of the listing there are, with the command that counts them.
std::string counted(DocumentBuilder& builder, const Rows& rows, const std::string& where,
                    const std::string& label) {
  const std::string command =
      "entact evidence list studies --used --where compound=MDMA --where record_kind=trial" +
      where + " --count --format json";
  const auto count = static_cast<double>(rows.size());
  return builder.number(count, count_text(count), label,
                        {.command = command, .pointer = "/result/0/count"});
}

/// Participants added up over the trials that report them, or how many trials do.
std::string people(DocumentBuilder& builder, const Rows& trials, const std::string& key,
                   const std::string& label) {
  double sum = 0, reported = 0;
  for (const Row& row : trials)
    if (row.has("n_randomised")) {
      sum += row.number("n_randomised");
      ++reported;
    }
  const double value = key == "reported" ? reported : sum;
  return builder.number(value, count_text(value), label,
                        {.command = "entact evidence list studies --used --where compound=MDMA "
                                    "--where record_kind=trial --sum n_randomised --format json",
                         .pointer = "/result/0/" + key});
}

std::vector<Prose> opening(DocumentBuilder& builder, const Rows& trials) {
  const Rows randomised = trials.where("randomised", "yes");
  const Rows completed = trials.where("status", "completed");
  const Rows open = trials.where("status", "recruiting");
  return {
      {text("The evidence base holds "),
       number_span(counted(builder, trials, "", "trials of MDMA on record")),
       text(" trials of MDMA in people; "),
       number_span(counted(builder, randomised, " --where randomised=yes", "randomised trials")),
       text(" of them are randomised and "),
       number_span(counted(builder, completed, " --where status=completed", "completed trials")),
       text(" are completed.")},
      {text("The number of participants is on record for "),
       number_span(people(builder, trials, "reported", "trials with a number of participants")),
       text(" of them, "),
       number_span(people(builder, trials, "n_randomised", "participants of these trials")),
       text(" people together; "),
       number_span(counted(builder, open, " --where status=recruiting", "recruiting trials")),
       text(open.size() == 1 ? " is recruiting." : " are recruiting.")}};
}

Cell number_or_empty(DocumentBuilder& builder, const Row& row, std::string_view column,
                     const std::string& label) {
  return row.has(column) ? number_cell(builder.fact_number(row, column, label)) : Cell{};
}

std::vector<Cell> table_row(DocumentBuilder& builder, const Row& row) {
  const EvidenceBase& base = builder.base();
  return {builder.fact_cell(row.text("label"), {row.id()}),
          cell(row.text("nct")),
          cell(meaning(base, "condition", row.text("condition"))),
          cell(row.text("phase")),
          cell(meaning(base, "design", row.text("design"))),
          cell(meaning(base, "blinding", row.text("blinding"))),
          cell(meaning(base, "comparator_class", row.text("comparator_class"))),
          cell(meaning(base, "status", row.text("status"))),
          number_or_empty(builder, row, "n_randomised", "participants randomised or enrolled"),
          number_or_empty(builder, row, "n_planned", "participants planned"),
          cell(row.text("start")),
          cell(row.text("end")),
          source_cell(builder, row)};
}

TableBlock table_of(DocumentBuilder& builder, const Rows& trials) {
  TableBlock table{.id = "trials",
                   .title = "Trials of MDMA in people",
                   .caption =
                       "One row a trial; empty means not reported. Follow-ups and pooled reports "
                       "of the same participants are not listed again.",
                   .columns = {{"trial", "Trial"},
                               {"nct", "Registry"},
                               {"condition", "Condition", Type::text, true},
                               {"phase", "Phase", Type::text, true},
                               {"design", "Design", Type::text, true},
                               {"blinding", "Blinding"},
                               {"comparator", "Comparator", Type::text, true},
                               {"status", "Status", Type::text, true},
                               {"n", "N", Type::number},
                               {"planned", "Planned", Type::number},
                               {"start", "Start", Type::date},
                               {"end", "End", Type::date},
                               {"source", "Source"}}};
  for (const Row& row : trials) table.rows.push_back(table_row(builder, row));
  return table;
}

FigureBlock timeline_of(const EvidenceBase& base, const Rows& trials) {
  std::vector<Row> dated;
  for (const Row& row : trials)
    if (row.has("start") || row.has("end")) dated.push_back(row);
  const auto first_day = [](const Row& row) {
    return row.has("start") ? row.date("start") : row.date("end");
  };
  std::stable_sort(dated.begin(), dated.end(),
                   [&](const Row& a, const Row& b) { return first_day(a) < first_day(b); });
  std::vector<TimelineRow> rows;
  for (const Row& row : dated)
    rows.push_back({.label = row.text("label"),
                    .start = to_text(first_day(row)),
                    .end = row.has("start") ? row.text("end") : "",
                    .group = meaning(base, "status", row.text("status")),
                    .detail = row.text("condition_detail")});
  return {.id = "trials-timeline",
          .title = "When the trials ran",
          .caption =
              "Bars run from start to end; a single point means that only one of the dates is "
              "known. Trials without dates are in the table only.",
          .alt = "Timeline of " + std::to_string(rows.size()) +
                 " trials of MDMA by start date, coloured by status.",
          .vega = timeline_figure(rows, "Status"),
          .table = "trials"};
}

}  // namespace

Section trials_section(DocumentBuilder& builder, const Findings& findings) {
  const Rows trials = mdma_trials(*findings.base);
  Section section{.id = "trials", .title = "Clinical trials"};
  section.opening = opening(builder, trials);
  section.blocks = {timeline_of(*findings.base, trials), table_of(builder, trials)};
  return section;
}

}  // namespace entact
