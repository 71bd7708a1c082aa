// CAPS-5 by visit in the phase 3 trials: means as published, by arm.
#include <algorithm>
#include <cmath>

#include "entact/answer/effectiveness.h"
#include "entact/answer/fact_words.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

struct Visit {
  std::string study{};
  std::string arm{};
  Row row;
};

std::vector<Visit> visits(const EvidenceBase& base) {
  std::vector<Visit> all;
  for (const char* study : {"MAPP1", "MAPP2"})
    for (const char* arm : {"mdma", "placebo"})
      for (const Row& row : base.table("continuous")
                                .where("study_id", study)
                                .where("arm_id", arm)
                                .where("instrument", "CAPS-5")
                                .where("statistic", {"mean", "baseline_mean"})
                                .used())
        if (row.has("value") && row.has("week") &&
            row.citation().verified != Verification::recalled)
          all.push_back({study,
                         std::string(arm) == "mdma" ? "MDMA with therapy" : "placebo with therapy",
                         row});
  std::stable_sort(all.begin(), all.end(), [](const Visit& a, const Visit& b) {
    return a.row.number("week") < b.row.number("week");
  });
  return all;
}

void add_new(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace

void add_course(Section& section, DocumentBuilder& builder, const Findings& findings) {
  const std::vector<Visit> all = visits(*findings.base);
  if (all.empty()) return;
  std::vector<CourseRow> points;
  TableBlock table{.id = "caps5-course-table",
                   .title = "CAPS-5 by visit",
                   .columns = {{"trial", "Trial", Type::text, true},
                               {"arm", "Arm", Type::text, true},
                               {"week", "Week", Type::number},
                               {"n", "N", Type::number},
                               {"mean", "Mean", Type::number},
                               {"sd", "SD", Type::number}},
                   .collapsed = true};
  for (const Visit& visit : all) {
    const Row& row = visit.row;
    const std::string mean = builder.fact_number(
        row, "value",
        "mean CAPS-5 of " + visit.study + ", " + visit.arm + ", week " + row.text("week"));
    const double half = 1.959963984540054 * row.number("sd") / std::sqrt(row.number("n"));
    points.push_back({.panel = visit.study,
                      .series = visit.arm,
                      .x = row.number("week"),
                      .y = row.number("value"),
                      .low = row.number("value") - half,
                      .high = row.number("value") + half,
                      .number = mean});
    table.rows.push_back(
        {builder.fact_cell(visit.study, {row.id()}), cell(visit.arm), cell(row.text("week")),
         row.has("n") ? number_cell(builder.fact_number(row, "n", "participants")) : Cell{},
         number_cell(mean),
         row.has("sd") ? number_cell(builder.fact_number(row, "sd", "standard deviation"))
                       : Cell{}});
  }
  std::vector<std::string> trials, arms;
  for (const Visit& visit : all) {
    add_new(trials, visit.study);
    add_new(arms, visit.arm);
  }
  section.blocks.push_back(FigureBlock{
      .id = "caps5-course",
      .title = "CAPS-5 by visit in " + listed(trials),
      .caption = "Means of those observed at each visit with 95% intervals (mean and SD as "
                 "compiled); fewer people at later visits, so the people behind the points change.",
      .alt = "Line chart of mean CAPS-5 by week in " + listed(trials) + ": " + listed(arms) + ".",
      .vega = course_figure(points, "Week", "CAPS-5 total (0 to 80)"),
      .table = table.id});
  section.blocks.push_back(table);
}

}  // namespace entact
