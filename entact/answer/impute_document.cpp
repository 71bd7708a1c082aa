#include "entact/answer/impute_document.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/document_builder.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;
using Type = TableColumn::Type;

/// A number of the result, and its Number.
struct Found {
  double value = std::nan("");
  std::string id{};
};

struct ImputePage {
  const Json& result;
  DocumentBuilder builder{};

  /// The number at a key of a row; not there if null.
  Found number(const std::string& row, const char* key, const std::string& label, bool p = false) {
    const Json& at = result.at(Json::json_pointer(row));
    if (!at.contains(key) || !at[key].is_number()) return {};
    const double value = at[key];
    return {value, builder.number(value, p ? p_text(value) : decimal_text(value, 3),
                                  label + ", " + key, {.pointer = "/result" + row + "/" + key})};
  }
  Cell cell_of(const Found& found) { return found.id.empty() ? cell("") : number_cell(found.id); }
  [[nodiscard]] std::string percent() const {
    return fmt::format("{:g}%", 100 * result["level"].get<double>());
  }
};

std::vector<TableColumn> columns(const ImputePage& page, std::vector<TableColumn> first) {
  first.push_back({"estimate", "Estimate", Type::number});
  first.push_back({"low", page.percent() + " from", Type::number});
  first.push_back({"high", page.percent() + " to", Type::number});
  first.push_back({"p", "p", Type::number});
  return first;
}

void add_numbers(ImputePage& page, std::vector<Cell>& cells, const std::string& row,
                 const std::string& label) {
  for (const char* key : {"estimate", "ci_low", "ci_high"})
    cells.push_back(page.cell_of(page.number(row, key, label)));
  cells.push_back(page.cell_of(page.number(row, "p", label, true)));
}

TableBlock results_table(ImputePage& page) {
  TableBlock table{.id = "results",
                   .title = "Differences and means",
                   .columns = columns(page, {{"label", "Measure", Type::text},
                                             {"visit", "Visit", Type::text, true}})};
  const Json& results = page.result["results"];
  for (const bool differences : {true, false})
    for (std::size_t k = 0; k < results.size(); ++k) {
      if ((results[k]["comparator"] != "") != differences) continue;
      const std::string label = results[k]["label"], visit = results[k]["visit"];
      std::vector<Cell> cells{cell(label), cell(visit)};
      add_numbers(page, cells, fmt::format("/results/{}", k), label + ", " + visit);
      if (!differences) cells.back() = {};  // a mean is not tested against 0
      table.rows.push_back(std::move(cells));
    }
  return table;
}

FigureBlock differences_figure(ImputePage& page) {
  std::vector<ForestRow> rows;
  const Json& results = page.result["results"];
  for (std::size_t k = 0; k < results.size(); ++k) {
    if (results[k]["comparator"] == "") continue;
    const std::string label =
        results[k]["label"].get<std::string>() + ", " + results[k]["visit"].get<std::string>();
    const std::string row = fmt::format("/results/{}", k);
    const Found estimate = page.number(row, "estimate", label);
    rows.push_back({.label = label,
                    .estimate = estimate.value,
                    .low = page.number(row, "ci_low", label).value,
                    .high = page.number(row, "ci_high", label).value,
                    .number = estimate.id});
  }
  return {.id = "forest",
          .title = "Differences by visit",
          .caption = fmt::format("Differences with {} intervals; the line is no difference.",
                                 page.percent()),
          .alt = "Differences between arms with their intervals; the numbers are in the table",
          .vega = forest_figure(rows, {.title = "Difference"}),
          .table = "results"};
}

std::string axis_words(const std::string& arm) {
  return arm.empty() ? "" : "Shift of imputed values, " + arm;
}

void add_tipping(ImputePage& page, Section& section) {
  const Json& tipping = page.result["tipping"];
  const std::string x = tipping["x"], y = tipping["y"];
  const std::string what =
      tipping["label"].get<std::string>() + " at " + tipping["visit"].get<std::string>();
  TableBlock table{.id = "tipping",
                   .title = "Tipping-point grid",
                   .columns = {{"x", axis_words(x), Type::number}},
                   .collapsed = true};
  if (!y.empty()) table.columns.push_back({"y", axis_words(y), Type::number});
  table.columns = columns(page, std::move(table.columns));
  std::vector<TippingRow> rows;
  const Json& cells = tipping["cells"];
  for (std::size_t k = 0; k < cells.size(); ++k) {
    const std::string row = fmt::format("/tipping/cells/{}", k);
    const double at_x = cells[k]["x"], at_y = cells[k]["y"];
    const std::string label = fmt::format("{}, {} shifted by {:g}", what, x, at_x) +
                              (y.empty() ? std::string() : fmt::format(", {} by {:g}", y, at_y));
    std::vector<Cell> line{page.cell_of(page.number(row, "x", label))};
    if (!y.empty()) line.push_back(page.cell_of(page.number(row, "y", label)));
    add_numbers(page, line, row, label);
    table.rows.push_back(std::move(line));
    const Found estimate = page.number(row, "estimate", label);
    rows.push_back({at_x, at_y, estimate.value, page.number(row, "ci_low", label).value,
                    page.number(row, "ci_high", label).value,
                    page.number(row, "p", label, true).value, cells[k]["significant"].get<bool>(),
                    estimate.id});
  }
  section.blocks.emplace_back(FigureBlock{
      .id = "tipping-figure",
      .title = "Tipping point: " + what,
      .caption = fmt::format(
          "How far imputed values would have to be shifted before the {} interval takes in no "
          "difference: the border between the colours. Zero is the analysis itself.",
          page.percent()),
      .alt = "Grid of shifts with the estimate of each; the numbers are in the table",
      .vega = tipping_figure(rows, {axis_words(x), axis_words(y)}),
      .table = "tipping"});
  section.blocks.emplace_back(std::move(table));
}

}  // namespace

Document impute_document(const Json& result, const std::vector<std::string>& notes) {
  ImputePage page{.result = result};
  Document& document = page.builder.document;
  document.title = "Missing outcomes imputed";
  document.subtitle = result["analysis"];
  document.notice =
      "For research and review; it gives no medical advice and no dosing advice to individuals.";
  Section section{
      .id = "imputed",
      .title = "Results",
      .opening = {{text(capitalised(result["model"].get<std::string>()) +
                        ". Estimand: " + result["intercurrent_events"].get<std::string>() + ".")}}};
  for (const std::string& note : notes)
    section.blocks.emplace_back(ProseBlock{.prose = {text(note + ".")}, .tone = Tone::caution});
  section.blocks.emplace_back(differences_figure(page));
  section.blocks.emplace_back(results_table(page));
  if (result.contains("tipping")) add_tipping(page, section);
  document.sections = {std::move(section)};
  return std::move(page.builder).finish();
}

}  // namespace entact
