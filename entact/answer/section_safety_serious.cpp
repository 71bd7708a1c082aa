// Serious events, and what a count of zero allows: the exact one-sided upper bound, the rule of
// three without its rounding.
#include <algorithm>

#include "entact/answer/section_safety.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact::safety {
namespace {

using Type = TableColumn::Type;

std::vector<std::string> ids_of(const std::vector<Row>& rows) {
  std::vector<std::string> ids;
  for (const Row& row : rows) ids.push_back(row.id());
  return ids;
}

Prose bound_sentence(const Topic& topic, const Row& row) {
  const std::string bound = upper_bound_number(topic.builder, bound_request({row}),
                                               "upper bound of the risk of " + row.text("term") +
                                                   " in " + row.text("study_id") + ", none seen",
                                               {row.id()});
  return ProseWriter()
      .say(" With none seen under MDMA the risk may still be as high as ")
      .number(bound)
      .say(" per 100 (exact one-sided 95% upper bound).")
      .done();
}

/// Trials whose other events are compared, but not the total of serious ones.
std::vector<std::string> without_total(const Topic& topic) {
  std::vector<std::string> with, without;
  for (const Harm& harm : topic.harms.compared)
    if (serious_in_total(harm))
      for (const std::string& study : harm.studies()) with.push_back(study);
  for (const Harm& harm : topic.harms.compared)
    for (const std::string& study : harm.studies())
      if (std::find(with.begin(), with.end(), study) == with.end() &&
          std::find(without.begin(), without.end(), study) == without.end())
        without.push_back(study);
  return without;
}

/// The serious events of one arm that a trial names, where the other arm has no reported count.
Prose named_serious(const Topic& topic, const std::string& study) {
  ProseWriter writer;
  for (const Row& row : topic.harms.alone)
    if (row.text("study_id") == study && row.text("class") == "TESAE" && row.has("participants") &&
        row.has("n"))
      writer.say(writer.empty() ? " On record are " : ", ")
          .say(uncapitalised(row.text("term")) + " under " + arm_name(topic.base, row) + ", ")
          .add(count_of(topic.builder, row, "participants", "n", row.text("term") + ", " + study));
  if (!writer.empty())
    writer.say("; the other arm has no reported count, and a dash is not a reported zero.");
  return writer.done();
}

Blocks serious_sentences(const Topic& topic) {
  Blocks blocks;
  for (const Harm& harm : topic.harms.compared) {
    if (harm.term_group != "any_event") continue;
    Prose prose = harm_sentence(topic, harm);
    for (const HarmPair& pair : harm.trials)
      if (pair.treatment.number("participants") == 0)
        prose = ProseWriter().add(prose).add(bound_sentence(topic, pair.treatment)).done();
    blocks.emplace_back(ProseBlock{.prose = prose, .tone = Tone::finding});
  }
  for (const std::string& study : without_total(topic))
    blocks.emplace_back(ProseBlock{
        .prose = ProseWriter()
                     .say("For " + study_name(topic.base, study) +
                          " no verified total of serious adverse events by arm is on record.")
                     .add(named_serious(topic, study))
                     .done(),
        .tone = Tone::caution});
  return blocks;
}

bool had_mdma(const Topic& topic, const Row& row) {
  return !is_control_role(arm_role(topic.base, row));
}

/// Stated zeros among persons who had MDMA. Abuse-related zeros stand with what is known of how
/// they were collected, not here.
std::vector<Row> zeros(const Topic& topic) {
  std::vector<Row> rows;
  const auto add = [&](const Row& row) {
    if (row.has("participants") && row.number("participants") == 0 && had_mdma(topic, row) &&
        row.text("term_group") != "abuse_related")
      rows.push_back(row);
  };
  for (const Harm& harm : topic.harms.compared)
    for (const HarmPair& pair : harm.trials) add(pair.treatment);
  for (const Row& row : topic.harms.alone) add(row);
  return rows;
}

std::string population_of(const Topic& topic, const std::string& study) {
  for (const Row& row : topic.base.table("studies").where("study_id", study))
    return meaning(topic.base, "condition", row.text("condition"));
  return {};
}

std::vector<Cell> zero_row(const Topic& topic, const std::vector<Row>& rows) {
  const Row& first = rows.front();
  std::vector<std::string> studies;
  for (const Row& row : rows)
    if (std::find(studies.begin(), studies.end(), row.text("study_id")) == studies.end())
      studies.push_back(row.text("study_id"));
  const bool known = std::all_of(
      rows.begin(), rows.end(), [](const Row& row) { return row.has("n") && row.number("n") > 0; });
  Cell persons = cell("not reported"), bound = cell("not computable");
  if (known) {
    const EffectRequest request = bound_request(rows);
    const std::string label = first.text("term") + ", " + listed(studies);
    const EffectResult result = effect_of(request);
    persons = number_cell(effect_member(topic.builder, request, "/result/n", result.persons,
                                        count_text(result.persons), "persons without " + label,
                                        ids_of(rows)));
    bound = number_cell(upper_bound_number(topic.builder, request,
                                           "upper bound of the risk of " + label, ids_of(rows)));
  }
  return {topic.builder.fact_cell(first.text("term"), ids_of(rows)),
          cell(rows.size() > 1 ? "all of this definition" : "one group"),
          cell(listed(study_names(topic.base, studies))),
          cell(rows.size() > 1 ? "" : arm_name(topic.base, first)),
          cell(population_of(topic, first.text("study_id"))),
          persons,
          bound,
          rows.size() > 1 ? cell("") : source_cell(topic.builder, first)};
}

/// Rows of the same definition in the same condition, where there are several.
std::vector<std::vector<Row>> same_definition(const Topic& topic, const std::vector<Row>& rows) {
  std::vector<std::vector<Row>> groups;
  const auto same = [&](const Row& a, const Row& b) {
    return a.text("term") == b.text("term") && a.text("class") == b.text("class") &&
           a.text("severity") == b.text("severity") && a.text("window") == b.text("window") &&
           population_of(topic, a.text("study_id")) == population_of(topic, b.text("study_id"));
  };
  for (const Row& row : rows) {
    if (!row.has("n") || row.text("term_group") != "any_event") continue;
    const auto group = std::find_if(groups.begin(), groups.end(),
                                    [&](const auto& one) { return same(one.front(), row); });
    if (group == groups.end())
      groups.push_back({row});
    else
      group->push_back(row);
  }
  std::erase_if(groups, [](const auto& group) { return group.size() < 2; });
  return groups;
}

TableBlock zero_table(const Topic& topic, const std::vector<Row>& rows) {
  TableBlock table{
      .id = "no-events",
      .title = "Events of which the source says that there were none",
      .caption =
          "Only zeros that the source states. The bound is the exact one-sided 95% "
          "upper bound, 1 - 0.05^(1/n): the largest risk at which seeing none in n "
          "persons still has a chance of 5%. Groups are added up only where trials in "
          "one condition define the event alike. Abuse-related zeros are not listed here.",
      .columns = {{"event", "Event"},
                  {"kind", "Row", Type::text, true},
                  {"trial", "Trials", Type::text, true},
                  {"arm", "Arm"},
                  {"people", "People", Type::text, true},
                  {"n", "Persons", Type::number},
                  {"bound", "Risk at most, per 100", Type::number},
                  {"source", "Source"}}};
  for (const auto& group : same_definition(topic, rows))
    table.rows.push_back(zero_row(topic, group));
  for (const Row& row : rows) table.rows.push_back(zero_row(topic, {row}));
  return table;
}

}  // namespace

EffectRequest bound_request(const std::vector<Row>& rows) {
  EffectRequest request{.measure = "PR", .interval = "upper"};
  for (const Row& row : rows) {
    request.xi.push_back(row.number("participants"));
    request.ni.push_back(row.number("n"));
  }
  if (rows.size() > 1) request.pool = "sum";
  return completed(request);
}

bool serious_in_total(const Harm& harm) {
  return harm.event_class == "TESAE" && harm.term_group == "any_event" &&
         harm.severity == "serious";
}

Blocks serious_blocks(const Topic& topic) {
  Blocks blocks = serious_sentences(topic);
  if (const std::vector<Row> rows = zeros(topic); !rows.empty())
    blocks.emplace_back(zero_table(topic, rows));
  return blocks;
}

}  // namespace entact::safety
