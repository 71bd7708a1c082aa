// The randomised results of each condition: outcomes with their trials, one forest plot below the
// other on one axis.
#include <cmath>

#include "entact/answer/applications.h"
#include "entact/answer/pool_command.h"
#include "entact/answer/pooled_numbers.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

struct ShownOutcome {
  const char* analysis;
  const char* name;
};

/// Standardised differences of outcomes, by the condition of their trials.
const std::vector<ShownOutcome>& shown_outcomes() {
  static const std::vector<ShownOutcome> all{{"ptsd_caps_smd", "PTSD severity"},
                                             {"depression_bdi_smd", "depressive symptoms"},
                                             {"sds_smd", "functioning"},
                                             {"alcohol_audit_smd", "alcohol use"},
                                             {"social_anxiety_autism", "social anxiety"},
                                             {"anxiety_life_threatening", "anxiety"}};
  return all;
}

std::string condition_of(const Findings& findings, const PooledAnswer& answer) {
  const auto row = findings.base->find("analyses", answer.input.id);
  return capitalised(meaning(*findings.base, "condition", row->text("condition")));
}

void add_rows(std::vector<ForestRow>& rows, DocumentBuilder& builder, const PooledAnswer& answer,
              const std::string& outcome) {
  for (std::size_t i = 0; i < answer.input.members.size(); ++i) {
    const AnalysisMember& member = answer.input.members[i];
    const double half = 1.959963984540054 * std::sqrt(member.made.effect.vi);
    rows.push_back({.label = outcome + ": " + member.slab,
                    .estimate = member.made.effect.yi,
                    .low = member.made.effect.yi - half,
                    .high = member.made.effect.yi + half,
                    .weight_percent = 100 * answer.pooled.weights[i],
                    .number = member_number(builder, answer, i)});
  }
  if (answer.k() > 1)
    rows.push_back({.label = outcome + ", " + std::to_string(answer.k()) + " trials",
                    .estimate = answer.estimate(),
                    .low = answer.low(),
                    .high = answer.high(),
                    .kind = ForestRow::Kind::summary,
                    .number = pooled_numbers(builder, answer).estimate});
}

std::vector<Cell> table_row(DocumentBuilder& builder, const PooledAnswer& answer,
                            const std::string& condition, const std::string& outcome) {
  Cell estimate;
  estimate.prose = estimate_prose(builder, answer);
  return {cell(condition),
          builder.fact_cell(outcome, answer.facts),
          number_cell(trials_number(builder, answer)),
          estimate,
          cell(model_words(answer.pooled)),
          cell(answer.input.population),
          cell(direction_words(answer))};
}

}  // namespace

void add_condition_forests(Section& section, DocumentBuilder& builder, const Findings& findings) {
  std::vector<ForestRow> rows;
  TableBlock table{.id = "applications-table",
                   .title = "Randomised results by condition and outcome",
                   .columns = {{"condition", "Condition", Type::text, true},
                               {"outcome", "Outcome"},
                               {"trials", "Trials", Type::number},
                               {"estimate", "Effect [95% interval]", Type::number},
                               {"model", "Model"},
                               {"people", "People"},
                               {"says", "What it says"}}};
  std::string heading;
  std::size_t conditions = 0;
  for (const ShownOutcome& shown : shown_outcomes()) {
    const PooledAnswer* answer = findings.find(shown.analysis);
    if (answer == nullptr) continue;
    const std::string condition = condition_of(findings, *answer);
    if (condition != heading) {
      rows.push_back({.label = condition, .kind = ForestRow::Kind::heading});
      ++conditions;
    }
    heading = condition;
    add_rows(rows, builder, *answer, shown.name);
    table.rows.push_back(table_row(builder, *answer, condition, shown.name));
  }
  if (rows.empty()) return;
  section.blocks.push_back(FigureBlock{
      .id = "applications-forest",
      .title = "Randomised effects, condition by condition",
      .caption =
          "Standardised mean differences; negative favours MDMA. Squares are single trials, "
          "diamonds what several give together by the model in the table. One small trial settles "
          "little, whatever its interval.",
      .alt = "Forest plots of standardised mean differences in " + std::to_string(conditions) +
             (conditions == 1 ? " condition." : " conditions."),
      .vega =
          forest_figure(rows, {.title = "Standardised mean difference (negative favours MDMA)"}),
      .table = table.id});
  section.blocks.push_back(table);
}

}  // namespace entact
