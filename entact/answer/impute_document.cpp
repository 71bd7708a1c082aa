#include "entact/answer/impute_document.h"

#include <fmt/format.h>

#include <array>
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
  /// Counts have ratios, whose logs are the estimates.
  [[nodiscard]] bool ratios() const { return result["results"].front().contains("ratio"); }
  [[nodiscard]] std::array<const char*, 3> keys() const {
    if (ratios()) return {"ratio", "ratio_low", "ratio_high"};
    return {"estimate", "ci_low", "ci_high"};
  }
  [[nodiscard]] std::string percent() const {
    return fmt::format("{:g}%", 100 * result["level"].get<double>());
  }
};

std::vector<TableColumn> columns(const ImputePage& page, std::vector<TableColumn> first) {
  first.push_back({"estimate", page.ratios() ? "Ratio or rate" : "Estimate", Type::number});
  first.push_back({"low", page.percent() + " from", Type::number});
  first.push_back({"high", page.percent() + " to", Type::number});
  first.push_back({"p", "p", Type::number});
  return first;
}

void add_numbers(ImputePage& page, std::vector<Cell>& cells, const std::string& row,
                 const std::string& label) {
  for (const char* key : page.keys()) cells.push_back(page.cell_of(page.number(row, key, label)));
  cells.push_back(page.cell_of(page.number(row, "p", label, true)));
}

std::string at_visit(const std::string& label, const std::string& visit, const char* between) {
  return visit.empty() ? label : label + between + visit;
}

TableBlock results_table(ImputePage& page) {
  TableBlock table{.id = "results",
                   .title = page.ratios() ? "Rate ratios and rates" : "Differences and means"};
  table.columns.push_back({"label", "Measure", Type::text});
  if (!page.ratios()) table.columns.push_back({"visit", "Visit", Type::text, true});
  table.columns = columns(page, std::move(table.columns));
  const Json& results = page.result["results"];
  for (const bool differences : {true, false})
    for (std::size_t k = 0; k < results.size(); ++k) {
      if ((results[k]["comparator"] != "") != differences) continue;
      const std::string label = results[k]["label"], visit = results[k]["visit"];
      std::vector<Cell> cells{cell(label)};
      if (!page.ratios()) cells.push_back(cell(visit));
      add_numbers(page, cells, fmt::format("/results/{}", k), at_visit(label, visit, ", "));
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
    const std::string label = at_visit(results[k]["label"], results[k]["visit"], ", ");
    const std::string row = fmt::format("/results/{}", k);
    const auto keys = page.keys();
    const Found estimate = page.number(row, keys[0], label);
    const auto shown = [&](double x) { return page.ratios() ? std::log(x) : x; };
    rows.push_back({.label = label,
                    .estimate = shown(estimate.value),
                    .low = shown(page.number(row, keys[1], label).value),
                    .high = shown(page.number(row, keys[2], label).value),
                    .number = estimate.id});
  }
  const bool ratios = page.ratios();
  return {.id = "forest",
          .title = ratios ? "Rate ratios" : "Differences by visit",
          .caption = fmt::format("{} with {} intervals; the line is no difference.",
                                 ratios ? "Rate ratios" : "Differences", page.percent()),
          .alt = "Differences between arms with their intervals; the numbers are in the table",
          .vega = forest_figure(rows, ratios ? ForestAxis{.title = "Rate ratio", .log_scale = true}
                                             : ForestAxis{.title = "Difference"}),
          .table = "results"};
}

std::string axis_words(const Json& tipping, const char* arm) {
  const std::string name = tipping[arm];
  return name.empty() ? "" : tipping["axis"].get<std::string>() + ", " + name;
}

std::string cell_words(const ImputePage& page, const Json& tipping, const Json& cell) {
  const std::string y = tipping["y"], how = page.ratios() ? "times" : "shifted by";
  std::string words =
      fmt::format(", {} {} {:g}", tipping["x"].get<std::string>(), how, cell["x"].get<double>());
  if (!y.empty())
    words +=
        fmt::format(", {} {} {:g}", y, page.ratios() ? "times" : "by", cell["y"].get<double>());
  return words;
}

std::string tipping_caption(const ImputePage& page) {
  if (page.ratios())
    return fmt::format(
        "By what factor the rate of events after leaving would have to be multiplied before the {} "
        "interval takes in no difference: the border between the colours. One is the analysis "
        "itself.",
        page.percent());
  return fmt::format(
      "How far {}imputed values would have to be shifted before the {} interval takes in no "
      "difference: the border between the colours. Zero is the analysis itself.",
      page.result["tipping"]["kind"] == "log_odds" ? "the log odds of " : "", page.percent());
}

void add_tipping(ImputePage& page, Section& section) {
  const Json& tipping = page.result["tipping"];
  const std::string y = tipping["y"];
  const std::string what = at_visit(tipping["label"], tipping["visit"], " at ");
  TableBlock table{.id = "tipping",
                   .title = "Tipping-point grid",
                   .columns = {{"x", axis_words(tipping, "x"), Type::number}},
                   .collapsed = true};
  if (!y.empty()) table.columns.push_back({"y", axis_words(tipping, "y"), Type::number});
  table.columns = columns(page, std::move(table.columns));
  std::vector<TippingRow> rows;
  const Json& cells = tipping["cells"];
  const auto keys = page.keys();
  for (std::size_t k = 0; k < cells.size(); ++k) {
    const std::string row = fmt::format("/tipping/cells/{}", k);
    const std::string label = what + cell_words(page, tipping, cells[k]);
    std::vector<Cell> line{page.cell_of(page.number(row, "x", label))};
    if (!y.empty()) line.push_back(page.cell_of(page.number(row, "y", label)));
    add_numbers(page, line, row, label);
    table.rows.push_back(std::move(line));
    const Found estimate = page.number(row, keys[0], label);
    rows.push_back({cells[k]["x"].get<double>(), cells[k]["y"].get<double>(), estimate.value,
                    page.number(row, keys[1], label).value, page.number(row, keys[2], label).value,
                    page.number(row, "p", label, true).value, cells[k]["significant"].get<bool>(),
                    estimate.id});
  }
  section.blocks.emplace_back(
      FigureBlock{.id = "tipping-figure",
                  .title = "Tipping point: " + what,
                  .caption = tipping_caption(page),
                  .alt = "Grid of assumptions with the estimate of each; the numbers are in the "
                         "table",
                  .vega = tipping_figure(rows, {.x = axis_words(tipping, "x"),
                                                .y = axis_words(tipping, "y"),
                                                .decimals = page.ratios() ? 2 : 1}),
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
    section.blocks.emplace_back(
        ProseBlock{.prose = {text(capitalised(note) + ".")}, .tone = Tone::caution});
  section.blocks.emplace_back(differences_figure(page));
  section.blocks.emplace_back(results_table(page));
  if (result.contains("tipping")) add_tipping(page, section);
  document.sections = {std::move(section)};
  return std::move(page.builder).finish();
}

}  // namespace entact
