// Does the pooled effect hang on one trial, and is the funnel lopsided?
#include <cmath>

#include "entact/answer/effectiveness.h"
#include "entact/answer/pool_command.h"
#include "entact/answer/pooled_numbers.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"
#include "entact/stats/egger.h"
#include "entact/stats/pool_leave_one_out.h"
#include "entact/stats/rank_correlation.h"
#include "entact/stats/trim_and_fill.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

std::string diagnostic(DocumentBuilder& builder, const PooledAnswer& answer,
                       const std::string& pointer, double value, std::string shown_text,
                       const std::string& label) {
  return builder.number(value, std::move(shown_text), label + ": " + answer.input.title,
                        {.facts = answer.facts,
                         .command = command_with(answer, " --diagnostics"),
                         .pointer = "/result/diagnostics/" + pointer,
                         .model = model_words(answer.pooled)});
}

FigureBlock funnel_of(DocumentBuilder& builder, const PooledAnswer& answer) {
  std::vector<FunnelPoint> points;
  for (std::size_t i = 0; i < answer.input.members.size(); ++i) {
    const AnalysisMember& member = answer.input.members[i];
    points.push_back({.label = member.slab,
                      .estimate = member.made.effect.yi,
                      .se = std::sqrt(member.made.effect.vi),
                      .number = member_number(builder, answer, i)});
  }
  return {.id = "ptsd-funnel",
          .title = "Funnel: effect against standard error",
          .caption =
              "Shaded wedges: where a trial's own p would be above 0.01, 0.05 and 0.10. Dashed: "
              "the pooled effect. With so few trials no test of asymmetry has much power.",
          .alt = "Contour-enhanced funnel plot of " + std::to_string(points.size()) + " trials.",
          .vega = funnel_figure(points, answer.estimate(), 0,
                                "Standardised mean difference (Hedges g)"),
          .table = "ptsd-asymmetry"};
}

TableBlock asymmetry_table(DocumentBuilder& builder, const PooledAnswer& answer) {
  const auto yi = answer.input.yi(), vi = answer.input.vi();
  const FunnelRegression egger = egger_test(yi, vi);
  const Kendall begg = begg_test(yi, vi);
  const TrimAndFill filled = trim_and_fill(yi, vi, {.pool = answer.pooled.how});
  const PooledCoefficient& mean = filled.pooled.coefficients.front();
  const auto number = [&](const std::string& pointer, double value, const std::string& label) {
    return number_span(diagnostic(builder, answer, "asymmetry/" + pointer, value,
                                  label == "p" ? p_text(value) : decimal_text(value, 2), label));
  };
  TableBlock table{
      .id = "ptsd-asymmetry",
      .title = "Small-study checks",
      .caption = "Asymmetry has many causes; these are sensitivity analyses, not corrections.",
      .columns = {{"check", "Check"}, {"result", "Result", Type::number}, {"p", "p", Type::number}},
      .collapsed = true};
  table.rows.push_back({cell("Egger: slope on the standard error"),
                        {{number("egger/estimate", egger.slope.value, "slope")}, {}},
                        {{number("egger/p", egger.slope.p, "p")}, {}}});
  table.rows.push_back({cell("Rank correlation (Kendall's tau)"),
                        {{number("begg/tau", begg.tau, "tau")}, {}},
                        {{number("begg/p", begg.p, "p")}, {}}});
  table.rows.push_back(
      {cell("Trim and fill: trials filled in on the " + std::string(to_text(filled.side)) +
            " side"),
       {{number_span(diagnostic(builder, answer, "asymmetry/trim_and_fill/missing", filled.missing,
                                count_text(filled.missing), "trials filled in"))},
        {}},
       {}});
  table.rows.push_back(
      {cell("Trim and fill: pooled effect"),
       {{number("trim_and_fill/pooled/estimate", mean.value, "pooled effect with filled trials"),
         text(" ["), number("trim_and_fill/pooled/ci_low", mean.low, "lower end"), text(", "),
         number("trim_and_fill/pooled/ci_high", mean.high, "upper end"), text("]")},
        {}},
       {}});
  return table;
}

void add_leave_one_out(Section& section, DocumentBuilder& builder, const PooledAnswer& answer) {
  const auto pools = pool_leave_one_out(answer.input.yi(), answer.input.vi(), answer.pooled.how);
  std::vector<ForestRow> rows;
  TableBlock table{.id = "ptsd-leave-one-out-table",
                   .title = "Pooled effect without each trial in turn",
                   .columns = {{"without", "Without"},
                               {"effect", "Pooled effect", Type::number},
                               {"low", "Low", Type::number},
                               {"high", "High", Type::number}},
                   .collapsed = true};
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const PooledCoefficient& mean = pools[i].coefficients.front();
    const std::string at = "leave_one_out/" + std::to_string(i) + "/";
    const std::string& slab = answer.input.members[i].slab;
    const std::string estimate =
        diagnostic(builder, answer, at + "estimate", mean.value, decimal_text(mean.value, 2),
                   "pooled effect without " + slab);
    rows.push_back({.label = "without " + slab,
                    .estimate = mean.value,
                    .low = mean.low,
                    .high = mean.high,
                    .number = estimate});
    table.rows.push_back(
        {cell(slab), number_cell(estimate),
         number_cell(diagnostic(builder, answer, at + "ci_low", mean.low, decimal_text(mean.low, 2),
                                "lower end without " + slab)),
         number_cell(diagnostic(builder, answer, at + "ci_high", mean.high,
                                decimal_text(mean.high, 2), "upper end without " + slab))});
  }
  rows.push_back({.label = "all trials",
                  .estimate = answer.estimate(),
                  .low = answer.low(),
                  .high = answer.high(),
                  .kind = ForestRow::Kind::summary,
                  .number = pooled_numbers(builder, answer).estimate});
  section.blocks.push_back(FigureBlock{
      .id = "ptsd-leave-one-out",
      .title = "Leaving out one trial at a time",
      .caption = "Each row: " + interval_words(answer) + " in the full set, one fewer in each row.",
      .alt = "Forest plot of the pooled effect without each trial in turn.",
      .vega = forest_figure(
          rows, {.title = "Pooled standardised mean difference (negative favours MDMA)"}),
      .table = table.id});
  section.blocks.push_back(table);
}

}  // namespace

void add_small_study_checks(Section& section, DocumentBuilder& builder, const Findings& findings) {
  const PooledAnswer* answer = findings.find("ptsd_caps_smd");
  if (answer == nullptr || answer->k() < 4) return;
  section.blocks.push_back(funnel_of(builder, *answer));
  section.blocks.push_back(asymmetry_table(builder, *answer));
  add_leave_one_out(section, builder, *answer);
}

}  // namespace entact
