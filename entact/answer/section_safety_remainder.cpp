// The counts that no comparison uses: those of one arm alone, and those left out with the reason.
#include "entact/answer/section_safety.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact::safety {
namespace {

using Type = TableColumn::Type;

std::string label_of(const Row& row) {
  return row.text("term") + ", " + row.text("study_id") + ", " + row.text("arm_id");
}

Cell number_or_empty(const Topic& topic, const Row& row, std::string_view column) {
  return row.has(column) ? number_cell(topic.builder.fact_number(row, column, label_of(row)))
                         : Cell{};
}

Cell risk_cell(const Topic& topic, const Row& row) {
  if (row.text("term_group") == "abuse_related") return cell("see above");
  if (row.has("participants") && row.has("n") && row.number("n") > 0) {
    const EffectRequest request{
        .measure = "PR", .xi = {row.number("participants")}, .ni = {row.number("n")}};
    return {value_with_interval(effect_numbers(topic.builder, completed(request),
                                               "risk of " + label_of(row), {row.id()})),
            {}};
  }
  return row.has("percent_reported") ? Cell{{number_span(topic.builder.fact_number(
                                                row, "percent_reported", label_of(row)))},
                                            {row.id()}}
                                     : Cell{};
}

TableBlock alone_table(const Topic& topic) {
  TableBlock table{.id = "harms-one-arm",
                   .title = "Counts without a count in another arm",
                   .caption =
                       "Open studies, volunteers, and events that a trial reports for one arm "
                       "alone. Risk per 100 persons with the exact 95% interval; a single number "
                       "is the published percentage.",
                   .columns = {{"event", "Event"},
                               {"group", "Group", Type::text, true},
                               {"study", "Study", Type::text, true},
                               {"arm", "Arm"},
                               {"window", "When"},
                               {"x", "Persons with it", Type::number},
                               {"events", "Events", Type::number},
                               {"n", "Persons", Type::number},
                               {"risk", "Per 100", Type::number},
                               {"source", "Source"}},
                   .collapsed = true};
  for (const Row& row : topic.harms.alone)
    table.rows.push_back({topic.builder.fact_cell(row.text("term"), {row.id()}),
                          cell(meaning(topic.base, "term_group", row.text("term_group"))),
                          cell(study_name(topic.base, row.text("study_id"))),
                          cell(arm_name(topic.base, row)), cell(row.text("window_detail")),
                          number_or_empty(topic, row, "participants"),
                          number_or_empty(topic, row, "events"), number_or_empty(topic, row, "n"),
                          risk_cell(topic, row), source_cell(topic.builder, row)});
  return table;
}

/// What the reader should know of a left-out count, in the words of the report.
std::string remark(const Harms::LeftOut& each) {
  if (each.row.text("zero_basis") == "inferred")
    return "not reported as zero: a dash, silence or memory was read as 0";
  return each.reason;
}

TableBlock left_out_table(const Topic& topic) {
  TableBlock table{.id = "harms-left-out",
                   .title = "Counts on record that no estimate uses",
                   .caption =
                       "Zeros that nobody stated are not reported as zero. Regrouped terms would "
                       "count a person twice beside the terms that they regroup. Recalled counts "
                       "are unverified.",
                   .columns = {{"event", "Event"},
                               {"study", "Study", Type::text, true},
                               {"arm", "Arm", Type::text, true},
                               {"x", "Persons with it", Type::number},
                               {"n", "Persons", Type::number},
                               {"reason", "Why it stays out", Type::text, true},
                               {"source", "Source"}},
                   .collapsed = true};
  for (const Harms::LeftOut& each : topic.harms.left_out) {
    const Row& row = each.row;
    const bool inferred = row.text("zero_basis") == "inferred";
    table.rows.push_back(
        {topic.builder.fact_cell(row.text("term"), {row.id()}),
         cell(study_name(topic.base, row.text("study_id"))), cell(arm_name(topic.base, row)),
         inferred ? cell("not reported") : number_or_empty(topic, row, "participants"),
         number_or_empty(topic, row, "n"), cell(remark(each)), source_cell(topic.builder, row)});
  }
  return table;
}

}  // namespace

Blocks remainder_blocks(const Topic& topic) {
  Blocks blocks;
  if (!topic.harms.alone.empty()) blocks.emplace_back(alone_table(topic));
  if (!topic.harms.left_out.empty()) blocks.emplace_back(left_out_table(topic));
  return blocks;
}

}  // namespace entact::safety
