// The dot plot and the volcano plot of `entact adverse`.
#include <algorithm>
#include <set>

#include "entact/answer/adverse_numbers.h"
#include "entact/report/figure.h"

namespace entact {
namespace {

/// The rows that figures show: terms, or classes where only those were asked for; a name that
/// stands in two classes gets its class.
std::vector<std::size_t> figure_rows(const AdverseAnalysis& all) {
  const bool terms = all.request.by.find("pt") != std::string::npos;
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < all.main.table.rows.size(); ++i) {
    const AdverseRow& row = all.main.table.rows[i];
    if ((terms ? row.is_term() : row.is_system()) && all.shown(row, all.main.table))
      rows.push_back(i);
  }
  return rows;
}

std::vector<std::string> labels_of(const AdverseAnalysis& all,
                                   const std::vector<std::size_t>& rows) {
  std::multiset<std::string> names;
  const auto name = [&](const AdverseRow& row) {
    return row.is_term() ? all.term_name(row) : all.class_name(row);
  };
  for (const std::size_t i : rows) names.insert(name(all.main.table.rows[i]));
  std::vector<std::string> labels;
  for (const std::size_t i : rows) {
    const AdverseRow& row = all.main.table.rows[i];
    labels.push_back(name(row) +
                     (names.count(name(row)) > 1 ? " (" + all.class_name(row) + ")" : ""));
  }
  return labels;
}

HarmAxis axis_of(const AdverseAnalysis& all, std::size_t k) {
  const AdverseCompareOptions& how = all.request.how;
  const bool newcombe = how.interval == AdverseCompareOptions::Interval::newcombe;
  return {.arm = all.arm(all.compared[k]),
          .reference = all.arm(all.reference),
          .interval = fmt::format("{:g}%, {}", 100 * how.level,
                                  newcombe ? "Newcombe" : "Miettinen-Nurminen"),
          .flag = fmt::format("flagged: double FDR at {:g}", how.alpha),
          .adjustment = "Benjamini-Hochberg",
          .alpha = how.alpha};
}

}  // namespace

FigureBlock adverse_dots(DocumentBuilder& builder, const AdverseAnalysis& all, std::size_t k) {
  std::vector<HarmDotRow> dots;
  const auto rows = figure_rows(all);
  const auto labels = labels_of(all, rows);
  const auto arm = static_cast<std::size_t>(all.compared[k]);
  const auto reference = static_cast<std::size_t>(all.reference);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    RowNumbers numbers(builder, all, all.main, rows[r], fmt::format("/result/rows/{}", rows[r]));
    const AdverseRow& row = all.main.table.rows[rows[r]];
    const AdverseComparison& c = numbers.comparison(k);
    const auto share = [&](std::size_t a) {
      return row.arms[a].participants / static_cast<double>(all.main.table.n[a]);
    };
    dots.push_back({.label = labels[r],
                    .share = share(arm),
                    .reference_share = share(reference),
                    .difference = c.risk_difference,
                    .low = c.risk_difference_interval.low,
                    .high = c.risk_difference_interval.high,
                    .p = c.p,
                    .p_adjusted = c.p_benjamini_hochberg,
                    .flagged = c.flagged,
                    .share_number = numbers.risk(arm),
                    .reference_number = numbers.risk(reference),
                    .difference_number = numbers.compared(k, "rd", c.risk_difference, false)});
  }
  std::stable_sort(dots.begin(), dots.end(), [](const HarmDotRow& a, const HarmDotRow& b) {
    return a.difference > b.difference;
  });
  const HarmAxis axis = axis_of(all, k);
  return {.id = fmt::format("dots{}", k),
          .title = fmt::format("{} against {}: every shown event", axis.arm, axis.reference),
          .caption = "Sorted by risk difference. " + all.hidden_words(all.main.table),
          .alt = fmt::format("Percentages in both arms and risk differences of {} events.",
                             dots.size()),
          .vega = harm_dot_figure(dots, axis),
          .table = "rows"};
}

FigureBlock adverse_volcano(DocumentBuilder& builder, const AdverseAnalysis& all, std::size_t k) {
  std::vector<VolcanoPoint> points;
  const auto rows = figure_rows(all);
  const auto labels = labels_of(all, rows);
  int flagged = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    RowNumbers numbers(builder, all, all.main, rows[r], fmt::format("/result/rows/{}", rows[r]));
    const AdverseRow& row = all.main.table.rows[rows[r]];
    const AdverseComparison& c = numbers.comparison(k);
    flagged += c.flagged ? 1 : 0;
    points.push_back({.label = labels[r],
                      .group = all.class_name(row),
                      .difference = c.risk_difference,
                      .p = c.p,
                      .p_adjusted = c.p_benjamini_hochberg,
                      .participants = static_cast<double>(
                          row.arms[static_cast<std::size_t>(all.compared[k])].participants +
                          row.arms[static_cast<std::size_t>(all.reference)].participants),
                      .flagged = c.flagged,
                      .number = numbers.compared(k, "rd", c.risk_difference, false)});
  }
  const HarmAxis axis = axis_of(all, k);
  return {.id = fmt::format("volcano{}", k),
          .title = fmt::format("{} against {}: difference and p", axis.arm, axis.reference),
          .caption = fmt::format("The broken line is p = {:g}, not adjusted. {}", axis.alpha,
                                 all.hidden_words(all.main.table)),
          .alt = fmt::format("Risk difference against p of {} events, {} of them flagged.",
                             points.size(), flagged),
          .vega = volcano_figure(points, axis),
          .table = "rows"};
}

}  // namespace entact
