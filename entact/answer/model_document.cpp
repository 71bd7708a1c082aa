#include "entact/answer/model_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

#include "entact/answer/document_builder.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Kind = ModelRow::Kind;

const char* list_of(Kind kind) {
  return kind == Kind::mean       ? "lsmeans"
         : kind == Kind::contrast ? "contrasts"
         : kind == Kind::slope    ? "slopes"
                                  : "coefficients";
}

std::string name_of_row(const ModelRow& row) {
  return row.visit.empty() ? row.label : row.label + ", " + row.visit;
}

// The rows of one kind, each with its place in the JSON result and its estimate's Number.
struct Listed {
  const ModelRow* row = nullptr;
  std::string pointer{};
  std::string estimate{};
};

std::vector<Listed> listed(DocumentBuilder& builder, const std::vector<ModelRow>& rows, Kind kind,
                           const std::string& model) {
  std::vector<Listed> list;
  std::size_t at = 0;
  for (const ModelRow& row : rows) {
    if (row.kind != kind) continue;
    const std::string pointer = fmt::format("/result/{}/{}", list_of(kind), at++);
    if (std::isnan(row.estimate)) continue;
    list.push_back({&row, pointer,
                    builder.number(row.estimate, decimal_text(row.estimate, 3), name_of_row(row),
                                   {.pointer = pointer + "/estimate", .model = model})});
  }
  return list;
}

TableBlock table_of(DocumentBuilder& builder, const std::vector<Listed>& list, Kind kind,
                    const ModelPage& page) {
  using Type = TableColumn::Type;
  const std::string percent = fmt::format("{:g}%", 100 * page.level);
  TableBlock table{.id = list_of(kind),
                   .title = kind == Kind::mean       ? "Least-squares means"
                            : kind == Kind::contrast ? "Differences"
                            : kind == Kind::slope    ? page.slope
                                                     : "Coefficients",
                   .columns = {{"label", kind == Kind::mean ? "Arm" : "Term", Type::text},
                               {"visit", "Visit", Type::text},
                               {"estimate", "Estimate", Type::number},
                               {"se", "Standard error", Type::number},
                               {"df", "df", Type::number},
                               {"low", percent + " from", Type::number},
                               {"high", percent + " to", Type::number}},
                   .collapsed = kind == Kind::coefficient};
  if (kind != Kind::mean) table.columns.push_back({"p", "p", Type::number});
  for (const auto& [row, pointer, estimate] : list) {
    const auto number = [&, own = row, at = pointer](double value, const std::string& words,
                                                     const std::string& key) {
      return number_cell(builder.number(value, words, name_of_row(*own) + ", " + key,
                                        {.pointer = at + "/" + key, .model = page.words}));
    };
    std::vector<Cell> cells{cell(row->label),
                            cell(row->visit),
                            number_cell(estimate),
                            number(row->se, decimal_text(row->se, 3), "se"),
                            number(row->df, decimal_text(row->df, 1), "df"),
                            number(row->low, decimal_text(row->low, 3), "ci_low"),
                            number(row->high, decimal_text(row->high, 3), "ci_high")};
    if (kind != Kind::mean) cells.push_back(number(row->p, p_text(row->p), "p"));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

FigureBlock course(const std::vector<Listed>& list, const ModelPage& page) {
  std::vector<std::string> visits;
  std::vector<CourseRow> points;
  for (const auto& [row, pointer, estimate] : list) {
    auto place = std::find(visits.begin(), visits.end(), row->visit);
    if (place == visits.end()) place = visits.insert(visits.end(), row->visit);
    points.push_back({.series = row->label,
                      .x = static_cast<double>(std::distance(visits.begin(), place)) + 1,
                      .y = row->estimate,
                      .low = row->low,
                      .high = row->high,
                      .number = estimate});
  }
  return {.id = "course",
          .title = "Least-squares means by visit",
          .caption = fmt::format("Means with {:g}% intervals.", 100 * page.level),
          .alt = "Least-squares means of each arm at each visit; the numbers are in the table",
          .vega = visits_figure(points, visits, page.outcome),
          .table = list_of(Kind::mean)};
}

FigureBlock forest(const std::vector<Listed>& list, const ModelPage& page) {
  std::vector<ForestRow> rows;
  for (const auto& [row, pointer, estimate] : list)
    rows.push_back({.label = name_of_row(*row),
                    .estimate = row->estimate,
                    .low = row->low,
                    .high = row->high,
                    .number = estimate});
  return {.id = "forest",
          .title = "Differences",
          .caption = fmt::format("Differences with {:g}% intervals; the line is no difference.",
                                 100 * page.level),
          .alt = "Differences between arms with their intervals; the numbers are in the table",
          .vega = forest_figure(rows, {.title = "Difference in " + page.outcome}),
          .table = list_of(Kind::contrast)};
}

}  // namespace

Document model_document(const ModelPage& page, const std::vector<ModelRow>& rows) {
  DocumentBuilder builder;
  builder.document.title = page.title;
  builder.document.subtitle = page.formula;
  builder.document.notice =
      "For research and review; it gives no medical advice and no dosing advice to individuals.";
  std::string sentence = page.words + ".";
  sentence[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence[0])));
  Section section{.id = "model", .title = "Results", .opening = {{text(sentence)}}};
  for (const std::string& note : page.notes)
    section.blocks.emplace_back(
        ProseBlock{.prose = {text(capitalised(note) + ".")}, .tone = Tone::caution});
  const auto means = listed(builder, rows, Kind::mean, page.words);
  const bool visits = std::any_of(means.begin(), means.end(),
                                  [](const Listed& one) { return !one.row->visit.empty(); });
  if (visits) section.blocks.emplace_back(course(means, page));
  const auto contrasts = listed(builder, rows, Kind::contrast, page.words);
  if (!means.empty()) section.blocks.emplace_back(table_of(builder, means, Kind::mean, page));
  if (!contrasts.empty()) {
    section.blocks.emplace_back(forest(contrasts, page));
    section.blocks.emplace_back(table_of(builder, contrasts, Kind::contrast, page));
  }
  const auto slopes = listed(builder, rows, Kind::slope, page.words);
  if (!slopes.empty()) section.blocks.emplace_back(table_of(builder, slopes, Kind::slope, page));
  section.blocks.emplace_back(table_of(
      builder, listed(builder, rows, Kind::coefficient, page.words), Kind::coefficient, page));
  builder.document.sections = {std::move(section)};
  return std::move(builder).finish();
}

}  // namespace entact
