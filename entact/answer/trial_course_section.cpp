// Means by arm and visit.
#include <fmt/format.h>

#include "entact/answer/trial_writer.h"
#include "entact/report/figure.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

}  // namespace

Section trial_course_section(DocumentBuilder& builder, const TrialPage& page) {
  const TrialWriter writer(builder, page);
  const TrialCaseResult& one = page.outcome.cases.front();
  const TrialDesign& design = one.setup.simulation.trial.design;
  const ResultLayout layout(one.setup.simulation);
  Section section{.id = "course_section", .title = "Course in the first case"};
  std::vector<CourseRow> points;
  TableBlock table{.id = "courses",
                   .title = "Means over replicates, by arm and visit",
                   .columns = {{"arm", "Arm", Type::text},
                               {"visit", "Visit", Type::text},
                               {"seen", "Seen", Type::number},
                               {"mean", "Mean score", Type::number},
                               {"sd", "SD", Type::number},
                               {"responders", "Responders", Type::number}}};
  for (std::size_t a = 0; a < design.arms.size(); ++a)
    for (std::size_t k = 0; k < design.visit_names.size(); ++k) {
      const auto number = [&](ResultLayout::Visit what, const char* key, int decimals) {
        return writer.own(
            one.found.values[static_cast<std::size_t>(layout.of(a, k, what))].value, decimals,
            fmt::format("{}, {}: {}", design.arms[a].name, design.visit_names[k], key),
            fmt::format("/cases/0/arms/{}/visits/{}/{}/mean", a, k, key));
      };
      const std::string mean = number(ResultLayout::mean, "mean", 2);
      points.push_back({.series = design.arms[a].name,
                        .x = design.visit_weeks[k],
                        .y = builder.value(mean),
                        .number = mean});
      table.rows.push_back({cell(design.arms[a].name), cell(design.visit_names[k]),
                            number_cell(number(ResultLayout::seen, "seen", 1)), number_cell(mean),
                            number_cell(number(ResultLayout::sd, "sd", 2)),
                            number_cell(number(ResultLayout::responders, "responders", 3))});
    }
  section.blocks.emplace_back(FigureBlock{
      .id = "course",
      .title = "Mean score by arm",
      .caption = "Mean of the observed means over all replicates.",
      .alt = "Mean score by arm and visit; the numbers are in the table",
      .vega =
          course_figure(points, "Week", design.instrument.empty() ? "Score" : design.instrument),
      .table = "courses"});
  section.blocks.emplace_back(std::move(table));
  return section;
}

}  // namespace entact
