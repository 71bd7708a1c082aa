// The forest plot of the randomised trials in PTSD and the risk of bias beside it.
#include <algorithm>
#include <cmath>

#include "entact/answer/effectiveness.h"
#include "entact/answer/pool_command.h"
#include "entact/answer/pooled_numbers.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

/// Normal interval of one study.
std::pair<double, double> interval_of(const AnalysisMember& member) {
  const double half = 1.959963984540054 * std::sqrt(member.made.effect.vi);
  return {member.made.effect.yi - half, member.made.effect.yi + half};
}

std::vector<ForestRow> forest_rows(DocumentBuilder& builder, const PooledAnswer& answer) {
  std::vector<ForestRow> rows;
  for (std::size_t i = 0; i < answer.input.members.size(); ++i) {
    const AnalysisMember& member = answer.input.members[i];
    const auto [low, high] = interval_of(member);
    rows.push_back({.label = member.slab,
                    .estimate = member.made.effect.yi,
                    .low = low,
                    .high = high,
                    .weight_percent = 100 * answer.pooled.weights[i],
                    .number = member_number(builder, answer, i)});
  }
  rows.push_back({.label = "Pooled (" + std::to_string(answer.k()) + " trials)",
                  .estimate = answer.estimate(),
                  .low = answer.low(),
                  .high = answer.high(),
                  .kind = ForestRow::Kind::summary,
                  .number = pooled_numbers(builder, answer).estimate});
  if (const auto& prediction = answer.pooled.prediction; prediction && answer.k() >= 3)
    rows.push_back({.label = "95% prediction interval",
                    .low = prediction->low,
                    .high = prediction->high,
                    .kind = ForestRow::Kind::prediction});
  if (const auto& prediction = answer.pooled.prediction_high_tau2)
    rows.push_back({.label = "… at the upper limit of tau-squared",
                    .low = prediction->low,
                    .high = prediction->high,
                    .kind = ForestRow::Kind::prediction});
  return rows;
}

Cell people_cell(DocumentBuilder& builder, const AnalysisMember& member) {
  Cell cell;
  const char* names[] = {"participants under MDMA", "participants under control"};
  for (std::size_t arm = 0; arm < member.facts.size() && arm < 2; ++arm) {
    const auto row = builder.base().fact(member.facts[arm]);
    if (!row || !row->table().has("n") || !row->has("n")) continue;
    if (!cell.prose.empty()) cell.prose.push_back(text(" / "));
    cell.prose.push_back(number_span(builder.fact_number(*row, "n", names[arm])));
  }
  return cell;
}

TableBlock forest_table(DocumentBuilder& builder, const PooledAnswer& answer) {
  TableBlock table{.id = "ptsd-forest-table",
                   .title = "The trials in the forest plot",
                   .columns = {{"trial", "Trial"},
                               {"instrument", "Instrument"},
                               {"week", "Week", Type::number},
                               {"n", "N (MDMA / control)"},
                               {"effect", "Effect", Type::number},
                               {"weight", "Weight (%)", Type::number}},
                   .collapsed = true};
  for (std::size_t i = 0; i < answer.input.members.size(); ++i) {
    const AnalysisMember& member = answer.input.members[i];
    const std::string weight = pooled_number(
        builder, answer, "studies/" + std::to_string(i) + "/weight", 100 * answer.pooled.weights[i],
        decimal_text(100 * answer.pooled.weights[i], 1), "weight of " + member.slab);
    table.rows.push_back({builder.fact_cell(member.slab, member.facts), cell(member.instrument),
                          cell(decimal_text(member.week, 0)), people_cell(builder, member),
                          number_cell(member_number(builder, answer, i)), number_cell(weight)});
  }
  Cell pooled;
  pooled.prose = estimate_prose(builder, answer);
  table.rows.push_back({cell("Pooled: " + interval_words(answer)), {}, {}, {}, pooled, {}});
  for (const LeftOutMember& out : answer.input.left_out)
    table.rows.push_back(
        {builder.fact_cell(out.slab + " (left out)", out.facts), cell(out.reason), {}, {}, {}, {}});
  return table;
}

const std::vector<std::pair<std::string, std::string>>& domains() {
  static const std::vector<std::pair<std::string, std::string>> all{
      {"randomisation", "Randomisation"},   {"deviations", "Deviations"},
      {"missing_data", "Missing data"},     {"measurement", "Measurement"},
      {"selective_reporting", "Reporting"}, {"overall", "Overall"}};
  return all;
}

std::string domain_words(std::string code) {
  std::replace(code.begin(), code.end(), '_', ' ');
  return code;
}

void add_risk_of_bias(Section& section, DocumentBuilder& builder, const Findings& findings,
                      const PooledAnswer& answer) {
  std::vector<GridRow> grid;
  TableBlock table{.id = "risk-of-bias-table",
                   .title = "Risk of bias by rater",
                   .caption =
                       "Ratings as published. Two other reviews, in the last rows, rate most "
                       "randomised trials of this kind at high risk; they give no rating by trial.",
                   .columns = {{"study", "Study"},
                               {"rater", "Rater", Type::text, true},
                               {"domain", "Domain"},
                               {"judgement", "Judgement", Type::text, true},
                               {"reason", "Reason"},
                               {"source", "Source"}},
                   .collapsed = true};
  const auto relevant = [&](const Row& row) {
    const std::string& study = row.text("study_id");
    return study == "HOJLUND2025" || study == "COLCOTT2024" ||
           std::any_of(answer.input.members.begin(), answer.input.members.end(),
                       [&](const AnalysisMember& member) { return member.study_id == study; });
  };
  std::vector<std::string> columns;
  for (const auto& [code, title] : domains()) columns.push_back(title);
  for (const Row& row : findings.base->table("risk_of_bias").used().where(relevant)) {
    const std::string study = row.text("study_id") + " (" + row.text("rater") + ")";
    for (const auto& [code, title] : domains())
      if (row.text("domain") == code)
        grid.push_back({.row = study,
                        .column = title,
                        .judgement = domain_words(row.text("judgement")),
                        .detail = row.text("reason")});
    table.rows.push_back({builder.fact_cell(row.text("study_id"), {row.id()}),
                          cell(row.text("rater")), cell(domain_words(row.text("domain"))),
                          cell(domain_words(row.text("judgement"))), cell(row.text("reason")),
                          source_cell(builder, row)});
  }
  if (grid.empty()) return;
  section.blocks.push_back(FigureBlock{
      .id = "risk-of-bias",
      .title = "Risk of bias, each rater's own",
      .caption = "A rating of low risk for measurement supposes that blinding held; the caution "
                 "above says what is on record about guessing the treatment.",
      .alt = "Grid of risk-of-bias judgements by study and rater, and domain.",
      .vega = judgement_grid_figure(grid, columns),
      .table = "risk-of-bias-table"});
  section.blocks.push_back(table);
}

}  // namespace

void add_forest(Section& section, DocumentBuilder& builder, const Findings& findings) {
  const PooledAnswer* answer = findings.find("ptsd_caps_smd");
  if (answer == nullptr) return;
  const std::string favours =
      answer->input.direction == "negative_favours_treatment" ? " (negative favours MDMA)" : "";
  section.blocks.push_back(FigureBlock{
      .id = "ptsd-forest",
      .title =
          "PTSD severity at the primary endpoint, MDMA with therapy against control with therapy",
      .caption = "Squares are trials, sized by weight; the diamond is the pooled effect: " +
                 interval_words(*answer) + ". Dashed: where a new trial's effect may lie.",
      .alt = "Forest plot of " + std::to_string(answer->k()) + " trials; the pooled interval " +
             std::string(excludes_no_effect(*answer) ? "excludes" : "includes") + " no effect.",
      .vega = forest_figure(
          forest_rows(builder, *answer),
          {.title =
               capitalised(measure_words(std::string(to_text(answer->input.measure)))) + favours,
           .log_scale = answer->log_scale()}),
      .table = "ptsd-forest-table"});
  section.blocks.push_back(forest_table(builder, *answer));
  add_risk_of_bias(section, builder, findings, *answer);
}

}  // namespace entact
