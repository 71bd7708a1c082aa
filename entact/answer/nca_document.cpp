// A noncompartmental analysis as a page: the curves on a log axis with their terminal slopes, the
// groups, the courses.
#include <fmt/format.h>

#include <cmath>

#include "entact/answer/document_builder.h"
#include "entact/answer/nca_command.h"
#include "entact/report/concentration_figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

struct Page {
  const NcaResults& r;
  DocumentBuilder builder{};
  std::string number(double value, const std::string& words, const std::string& label,
                     const std::string& pointer, const std::string& unit) {
    return builder.number(
        value, words, label,
        {.pointer = "/result" + pointer, .model = "noncompartmental, area " + r.request.method},
        unit);
  }
  Cell cell_of(double value, const std::string& label, const std::string& pointer,
               const std::string& unit) {
    if (std::isnan(value)) return {};
    return number_cell(number(value, significant_text(value, 4), label, pointer, unit));
  }
};

std::string titled(const NcaQuantity& q) {
  return q.unit == "1" ? q.label : fmt::format("{} ({})", q.label, q.unit);
}

std::string who(const NcaCourse& course) {
  std::string name = "participant " + course.profile.participant;
  if (!course.profile.group.empty()) name += ", " + nca_group_name(course.profile.group);
  return name;
}

TableBlock groups_table(Page& page) {
  TableBlock table{
      .id = "summary",
      .title = "Groups",
      .caption =
          "Coefficients of variation are shares of the mean; the geometric one comes from "
          "the standard deviation of logarithms.",
      .columns = {{"group", "Group", Type::text, true},
                  {"quantity", "Quantity", Type::text, true},
                  {"n", "n", Type::number},
                  {"mean", "Mean", Type::number},
                  {"sd", "SD", Type::number},
                  {"cv", "CV", Type::number},
                  {"geometric_mean", "Geometric mean", Type::number},
                  {"geometric_cv", "Geometric CV", Type::number},
                  {"median", "Median", Type::number},
                  {"min", "Least", Type::number},
                  {"max", "Most", Type::number}}};
  for (std::size_t g = 0; g < page.r.groups.size(); ++g)
    for (std::size_t k = 0; k < page.r.quantities.size(); ++k) {
      const NcaQuantity& q = page.r.quantities[k];
      const NcaSummary& s = page.r.groups[g].summaries[k];
      if (s.n == 0) continue;
      const std::string name = nca_group_name(page.r.groups[g].names);
      const auto place = [&](const char* key) {
        return fmt::format("/groups/{}/summary/{}/{}", g, q.key, key);
      };
      std::vector<Cell> cells{
          cell(name), cell(titled(q)),
          number_cell(page.number(static_cast<double>(s.n), count_text(static_cast<double>(s.n)),
                                  fmt::format("{}, {}: n", name, q.label), place("n"), "1"))};
      for (const auto& [key, value, unit] : {std::tuple{"mean", s.mean, q.unit},
                                             {"sd", s.sd, q.unit},
                                             {"cv", s.cv, "1"},
                                             {"geometric_mean", s.geometric_mean, q.unit},
                                             {"geometric_cv", s.geometric_cv, "1"},
                                             {"median", s.median, q.unit},
                                             {"min", s.min, q.unit},
                                             {"max", s.max, q.unit}})
        cells.push_back(
            page.cell_of(value, fmt::format("{}, {}: {}", name, q.label, key), place(key), unit));
      table.rows.push_back(std::move(cells));
    }
  return table;
}

TableBlock courses_table(Page& page) {
  TableBlock table{
      .id = "courses",
      .title = "Courses",
      .columns = {{"participant", "Participant", Type::text}, {"group", "Group", Type::text, true}},
      .collapsed = true};
  for (const NcaQuantity& q : page.r.quantities)
    table.columns.push_back({q.key, titled(q), Type::number});
  table.columns.push_back({"slope_points", "Points of the slope", Type::number});
  for (std::size_t i = 0; i < page.r.courses.size(); ++i) {
    const NcaCourse& course = page.r.courses[i];
    std::vector<Cell> cells{cell(course.profile.participant),
                            cell(nca_group_name(course.profile.group))};
    for (std::size_t k = 0; k < page.r.quantities.size(); ++k) {
      const NcaQuantity& q = page.r.quantities[k];
      cells.push_back(page.cell_of(course.values[k], who(course) + ": " + q.label,
                                   fmt::format("/courses/{}/{}", i, q.key), q.unit));
    }
    cells.push_back(page.cell_of(course.found.slope_points, who(course) + ": points of the slope",
                                 fmt::format("/courses/{}/slope_points", i), "1"));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

/// What the terminal slope says at Tlast, and where it begins.
void add_slope(std::vector<TerminalLine>& lines, const NcaCourse& course,
               const std::string& panel) {
  const Nca& found = course.found;
  if (!(found.lambda_z > 0)) return;
  const double end = (found.auc_inf_predicted - found.auc_last) * found.lambda_z;
  lines.push_back({panel, course.profile.participant, found.slope_from_h, found.tlast_h,
                   end * std::exp(found.lambda_z * (found.tlast_h - found.slope_from_h)), end});
}

void add_curves(Page& page, Section& section) {
  const std::string& unit = page.r.request.unit;
  std::vector<ConcentrationPoint> points;
  std::vector<TerminalLine> slopes;
  TableBlock table{.id = "concentrations",
                   .title = "Concentrations",
                   .columns = {{"participant", "Participant", Type::text},
                               {"group", "Group", Type::text, true},
                               {"time", "Time after the dose (h)", Type::number},
                               {"concentration", "Concentration (" + unit + ")", Type::number}},
                   .collapsed = true};
  for (std::size_t i = 0; i < page.r.courses.size(); ++i) {
    const NcaCourse& course = page.r.courses[i];
    const std::string panel = nca_group_name(course.profile.group);
    add_slope(slopes, course, panel);
    for (std::size_t j = 0; j < course.profile.t_h.size(); ++j) {
      const double t = course.profile.t_h[j], c = course.profile.concentration[j];
      const std::string at = fmt::format("/courses/{}/points/{}/", i, j);
      const std::string label = fmt::format("{}, {:g} h", who(course), t);
      const std::string id =
          page.number(c, significant_text(c, 4), label, at + "concentration", unit);
      points.push_back({panel, course.profile.participant, t, c, id});
      table.rows.push_back({cell(course.profile.participant), cell(panel),
                            page.cell_of(t, label + ": time", at + "t_h", "h"), number_cell(id)});
    }
  }
  section.blocks.emplace_back(FigureBlock{
      .id = "curves",
      .title = "Concentrations and terminal slopes",
      .caption = "Log axis; the dashed lines are the terminal slopes over the points they were "
                 "taken from. Concentrations below quantification have no place on it.",
      .alt = "Concentration over time of each participant; the numbers are in the table",
      .vega = concentration_figure(points, slopes, "Concentration (" + unit + ")"),
      .table = "concentrations"});
  section.blocks.emplace_back(std::move(table));
}

}  // namespace

Document nca_document(const NcaResults& results) {
  Page page{results};
  Document& document = page.builder.document;
  document.title = "Noncompartmental analysis";
  document.subtitle =
      fmt::format("{} courses; area {}", results.courses.size(), results.request.method);
  document.notice =
      "It describes populations in trials; it gives no medical advice and no dosing advice to "
      "individuals.";
  Section section{.id = "nca", .title = "Exposure without a model"};
  section.opening = {{text(
      "Peaks, areas and terminal slopes as the concentrations give them. Clearance and volume are "
      "apparent ones: divided by the share of the dose that reaches the blood.")}};
  for (const std::string& reservation : results.reservations)
    section.blocks.emplace_back(
        ProseBlock{.prose = {text(reservation + ".")}, .tone = Tone::caution});
  add_curves(page, section);
  section.blocks.emplace_back(groups_table(page));
  section.blocks.emplace_back(courses_table(page));
  document.sections = {std::move(section)};
  return std::move(page.builder).finish();
}

}  // namespace entact
