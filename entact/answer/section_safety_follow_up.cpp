// Beyond the endpoint: how many persons were followed for a year or more, against how many are
// needed to see a rare harm.
#include <algorithm>
#include <map>

#include "entact/answer/section_safety.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact::safety {
namespace {

constexpr const char* long_term_analysis = "ptsd_long_term";
constexpr double weeks_of_a_year = 52;

std::optional<Row> study_of(const EvidenceBase& base, const std::string& study) {
  for (const Row& row : base.table("studies").where("study_id", study)) return row;
  return std::nullopt;
}

/// The trial whose persons a record follows: the study itself, or the one that it is part of;
/// nothing for a record of several trials, which would count them twice.
std::string trial_of(const EvidenceBase& base, const std::string& study) {
  const auto row = study_of(base, study);
  if (!row || row->text("compound") != "MDMA") return {};
  const std::vector<std::string> parts = row->list("part_of");
  if (parts.empty()) return study;
  return parts.size() == 1 ? parts.front() : std::string();
}

/// Facts with a number of persons a year or more after baseline, and those of the long-term
/// analysis.
std::vector<Row> late_rows(const EvidenceBase& base, const Selection& selection) {
  std::vector<Row> rows;
  const auto add = [&](const Row& row) {
    const bool there = std::any_of(rows.begin(), rows.end(),
                                   [&](const Row& other) { return other.id() == row.id(); });
    if (!there && row.has("n") && reason_to_exclude(base, row, selection).empty())
      rows.push_back(row);
  };
  for (const char* table : {"continuous", "binary"})
    for (const Row& row : base.table(table).rows())
      if (row.has("week") && row.number("week") >= weeks_of_a_year) add(row);
  for (const Row& member : base.table("analysis_members").where("analysis_id", long_term_analysis))
    if (const auto row = base.fact(member.text("fact_treatment")); row && row->table().has("n"))
      add(*row);
  return rows;
}

/// The arms of one visit and measure.
std::string visit_key(const Row& row) {
  const char* measure = row.table().has("instrument") ? "instrument" : "outcome";
  return row.table().name() + "|" + row.text("study_id") + "|" + row.text(measure) + "|" +
         row.text("week") + "|" + row.text("time_point");
}

double persons(const std::vector<Row>& rows) {
  double sum = 0;
  for (const Row& row : rows) sum += row.number("n");
  return sum;
}

std::string years(const Row& row) {
  return row.has("time_point") ? row.text("time_point") : "week " + row.text("week");
}

std::vector<Cell> follow_up_row(const Topic& topic, const FollowUp& follow_up) {
  std::vector<std::string> facts;
  EffectRequest sum{.measure = "SEE", .risk = 0.001};
  for (const Row& row : follow_up.rows) {
    facts.push_back(row.id());
    sum.ni.push_back(row.number("n"));
  }
  if (facts.size() > 1) sum.pool = "sum";
  const double total = persons(follow_up.rows);
  const Row& first = follow_up.rows.front();
  const std::string measured = first.table().has("instrument")
                                   ? first.text("instrument")
                                   : meaning(topic.base, "binary_outcome", first.text("outcome"));
  return {topic.builder.fact_cell(study_name(topic.base, follow_up.trial), facts),
          number_cell(effect_member(topic.builder, sum, "/result/n", total, count_text(total),
                                    "persons followed, " + follow_up.trial, facts)),
          cell(years(first)),
          cell(measured),
          cell(meaning(topic.base, "phase", first.text("phase_of_follow_up"))),
          source_cell(topic.builder, first)};
}

/// Records of follow-up that add no persons: unpublished, retracted, or without a number.
std::vector<std::vector<Cell>> other_records(const Topic& topic,
                                             const std::vector<FollowUp>& counted) {
  std::vector<std::vector<Cell>> rows;
  std::vector<std::string> seen;
  for (const Row& member :
       topic.base.table("analysis_members").where("analysis_id", long_term_analysis)) {
    const std::string study = member.text("study_id");
    const auto record = study_of(topic.base, study);
    const bool there = std::any_of(counted.begin(), counted.end(), [&](const FollowUp& each) {
      return each.rows.front().text("study_id") == study || each.trial == study;
    });
    if (!record || there || std::find(seen.begin(), seen.end(), study) != seen.end()) continue;
    seen.push_back(study);
    const bool retracted = topic.base.retracted(*record);
    rows.push_back(
        {topic.builder.fact_cell(record->text("label"), {record->id()}),
         cell("no number on record"), cell(""), cell(member.text("instrument")),
         cell(std::string(retracted ? "retracted; " : "") +
              (member.has("why") ? member.text("why")
                                 : meaning(topic.base, "status", record->text("status")))),
         source_cell(topic.builder, *record)});
  }
  return rows;
}

TableBlock table_of(const Topic& topic, const std::vector<FollowUp>& follow_ups) {
  TableBlock table{.id = "follow-up",
                   .title = "Persons followed for a year or more",
                   .caption =
                       "The largest visit of each trial; nobody is counted twice. These visits "
                       "measured symptoms.",
                   .columns = {{"trial", "Trial"},
                               {"n", "Persons", TableColumn::Type::number},
                               {"when", "When"},
                               {"what", "Measured"},
                               {"stage", "Stage or remark"},
                               {"source", "Source"}}};
  for (const FollowUp& each : follow_ups) table.rows.push_back(follow_up_row(topic, each));
  for (auto& row : other_records(topic, follow_ups)) table.rows.push_back(std::move(row));
  return table;
}

/// Whether any adverse event on record was counted in a stage of follow-up.
bool counts_late_harms(const Topic& topic) {
  const auto late = [](const Row& row) { return row.text("phase_of_follow_up") == "follow_up"; };
  const auto pairs_late = [&](const Harm& harm) { return late(harm.trials.front().treatment); };
  return std::any_of(topic.harms.alone.begin(), topic.harms.alone.end(), late) ||
         std::any_of(topic.harms.compared.begin(), topic.harms.compared.end(), pairs_late);
}

Prose chance_sentence(const Topic& topic, const std::vector<FollowUp>& follow_ups) {
  const EffectRequest request = see_request(follow_ups);
  const EffectResult result = effect_of(request);
  return ProseWriter()
      .say("In these persons a harm that strikes 1 in 1000 would show even once with a chance of ")
      .number(effect_member(topic.builder, request, "/result/rare/chance_to_see",
                            result.rare->chance_to_see, percent_text(result.rare->chance_to_see, 1),
                            "chance to see a harm of 1 in 1000", facts_of(follow_ups)))
      .say(" percent.")
      .done();
}

}  // namespace

std::vector<FollowUp> long_follow_ups(const EvidenceBase& base, const Selection& selection) {
  std::map<std::string, std::vector<Row>> visits;
  std::vector<std::string> order;
  for (const Row& row : late_rows(base, selection)) {
    if (trial_of(base, row.text("study_id")).empty()) continue;
    auto& visit = visits[visit_key(row)];
    if (visit.empty()) order.push_back(visit_key(row));
    visit.push_back(row);
  }
  std::vector<FollowUp> largest;
  for (const std::string& key : order) {
    const std::vector<Row>& rows = visits.at(key);
    const std::string trial = trial_of(base, rows.front().text("study_id"));
    const auto known = std::find_if(largest.begin(), largest.end(),
                                    [&](const FollowUp& each) { return each.trial == trial; });
    if (known == largest.end())
      largest.push_back({trial, rows});
    else if (persons(rows) > persons(known->rows))
      known->rows = rows;
  }
  std::sort(largest.begin(), largest.end(),
            [](const FollowUp& a, const FollowUp& b) { return a.trial < b.trial; });
  return largest;
}

EffectRequest see_request(const std::vector<FollowUp>& follow_ups) {
  EffectRequest request{.measure = "SEE", .risk = 0.001};
  for (const FollowUp& each : follow_ups)
    for (const Row& row : each.rows) request.ni.push_back(row.number("n"));
  if (request.ni.size() > 1) request.pool = "sum";
  return request;
}

std::vector<std::string> facts_of(const std::vector<FollowUp>& follow_ups) {
  std::vector<std::string> facts;
  for (const FollowUp& each : follow_ups)
    for (const Row& row : each.rows) facts.push_back(row.id());
  return facts;
}

Blocks follow_up_blocks(const Topic& topic) {
  const std::vector<FollowUp> follow_ups = long_follow_ups(topic.base, topic.selection);
  Blocks blocks{ProseBlock{.prose = {strong("Beyond the endpoint")}}};
  if (!follow_ups.empty())
    blocks.emplace_back(ProseBlock{.prose = chance_sentence(topic, follow_ups)});
  if (!counts_late_harms(topic))
    blocks.emplace_back(ProseBlock{
        .prose = {text("No adverse event on record was counted in a stage of follow-up: what "
                       "happened to people after treatment ended is not known from these data.")},
        .tone = Tone::caution});
  for (Block& block : conduct_cautions(topic, "durability")) blocks.push_back(std::move(block));
  blocks.emplace_back(table_of(topic, follow_ups));
  return blocks;
}

}  // namespace entact::safety
