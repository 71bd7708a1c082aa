// Stress tests: how much expectancy bias, and how different dropouts, would undo the effect in
// CAPS-5 points.
#include <cmath>

#include "entact/answer/effectiveness.h"
#include "entact/answer/pool_analysis.h"
#include "entact/answer/pooled_numbers.h"
#include "entact/answer/stress.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

std::string stress_number(DocumentBuilder& builder, const Findings& findings,
                          const PooledAnswer& answer, const StressTest& test,
                          const std::string& key, double value, const std::string& label,
                          int decimals) {
  std::vector<std::string> facts = answer.facts;
  facts.insert(facts.end(), test.facts.begin(), test.facts.end());
  return builder.number(value, decimal_text(value, decimals), label,
                        {.facts = facts,
                         .command = "entact stress --analysis " + answer.input.id +
                                    policy_text(policy_of(findings.options)) +
                                    as_of_text(findings.options) + " --format json",
                         .pointer = "/result/" + key,
                         .model = model_words(answer.pooled)},
                        "points");
}

/// Thresholds between groups, typed so and used; a change that one person notices is not one of
/// them.
std::vector<Row> between_group_thresholds(const EvidenceBase& base) {
  std::vector<Row> rows;
  for (const Row& row :
       base.table("thresholds").where("instrument", "CAPS-5").where("kind", "between_group").used())
    if (row.has("value")) rows.push_back(row);
  return rows;
}

FigureBlock stress_plot(const PooledAnswer& answer, const std::vector<Row>& thresholds) {
  std::vector<StressRow> rows;
  const double sign = answer.estimate() < 0 ? 1 : -1;
  for (int step = 0; step <= 30; ++step) {
    const double bias = 0.5 * step;
    rows.push_back({.x = bias,
                    .estimate = answer.estimate() + sign * bias,
                    .low = answer.low() + sign * bias,
                    .high = answer.high() + sign * bias});
  }
  StressAxis axis{.x_title = "Assumed expectancy bias in treated participants (CAPS-5 points)",
                  .y_title = "Difference left (CAPS-5 points)",
                  .thresholds = {{.y = 0, .label = "no effect"}}};
  for (const Row& row : thresholds)
    axis.thresholds.push_back(
        {.y = -std::abs(row.number("value")), .label = row.text("definition")});
  return {.id = "stress-expectancy",
          .title = "What is left of the difference if part of it is expectancy",
          .caption =
              "Band: 95% interval shifted by the assumed bias. No study measured this bias; the "
              "axis shows a range, not a finding.",
          .alt = "Line falling to no effect as the assumed expectancy bias grows.",
          .vega = stress_figure(rows, axis),
          .table = "stress-table"};
}

TableBlock stress_table(DocumentBuilder& builder, const Findings& findings,
                        const PooledAnswer& answer, const StressTest& test) {
  const auto number = [&](const std::string& key, double value, const std::string& label,
                          int decimals) {
    return number_cell(stress_number(builder, findings, answer, test, key, value, label, decimals));
  };
  TableBlock table{.id = "stress-table",
                   .title = "How much would undo the effect",
                   .columns = {{"assumption", "If"},
                               {"estimate", "Points until the estimate is no effect", Type::number},
                               {"interval", "Points until the interval holds it", Type::number}}};
  table.rows.push_back({cell("every treated participant scored better by expectancy alone, by"),
                        number("bias_to_no_effect", test.bias_to_no_effect,
                               "expectancy bias that takes the difference to 0", 1),
                        number("bias_to_interval", test.bias_to_interval,
                               "expectancy bias until the interval holds 0", 1)});
  table.rows.push_back({cell("those without an endpoint did worse than seen under MDMA and better "
                             "than seen under control, each by"),
                        number("missing_to_no_effect", test.missing_to_no_effect,
                               "shift of the missing that takes the difference to 0", 1),
                        number("missing_to_interval", test.missing_to_interval,
                               "shift of the missing until the interval holds 0", 1)});
  return table;
}

}  // namespace

void add_stress_tests(Section& section, DocumentBuilder& builder, const Findings& findings) {
  const PooledAnswer* answer = findings.find("ptsd_caps5_md");
  if (answer == nullptr) return;
  const auto test = stress_test(*findings.base, *answer);
  if (!test) return;
  const auto number = [&](const std::string& key, double value, const std::string& label,
                          int decimals) {
    return number_span(
        stress_number(builder, findings, *answer, *test, key, value, label, decimals));
  };
  const auto thresholds = between_group_thresholds(*findings.base);
  section.blocks.push_back(
      ProseBlock{.prose = {strong("Stress tests. "), text("Expectancy worth "),
                           number("bias_to_interval", test->bias_to_interval,
                                  "expectancy bias until the interval holds 0", 1),
                           text(" CAPS-5 points in treated participants would bring the interval "
                                "of the phase 3 difference to no effect, "),
                           number("bias_to_no_effect", test->bias_to_no_effect,
                                  "expectancy bias that takes the difference to 0", 1),
                           text(" points the difference itself. Of those treated, "),
                           number("missing_treatment", test->missing_treatment,
                                  "people without endpoint under MDMA", 0),
                           text(" under MDMA and "),
                           number("missing_control", test->missing_control,
                                  "people without endpoint under control", 0),
                           text(" under control have no endpoint. "),
                           text(thresholds.empty()
                                    ? "No source on record gives a smallest important difference "
                                      "between groups on CAPS-5, so only no effect serves as a "
                                      "mark; reliable change within a person is another quantity."
                                    : "The figure marks the between-group thresholds on record.")},
                 .tone = Tone::caution});
  section.blocks.push_back(stress_plot(*answer, thresholds));
  section.blocks.push_back(stress_table(builder, findings, *answer, *test));
}

}  // namespace entact
