#include <algorithm>
#include <cmath>

#include "entact/report/figure.h"
#include "entact/report/figure_parts.h"

namespace entact {
namespace {

using figure::Json;

std::string format_of(int decimals) { return "." + std::to_string(decimals) + "f"; }

Json nominal(const char* field, const std::string& title, const std::vector<std::string>& sort) {
  return {{"field", field},
          {"type", "nominal"},
          {"title", title},
          {"sort", sort},
          {"axis", {{"labelAngle", 0}, {"labelLimit", 320}}}};
}

Json heat_scale(const std::vector<HeatRow>& cells, const HeatTitles& titles) {
  double low = INFINITY, high = -INFINITY;
  for (const HeatRow& cell : cells)
    if (std::isfinite(cell.value)) {
      low = std::min(low, cell.value);
      high = std::max(high, cell.value);
    }
  if (!titles.around_0) return {{"domain", {low, high}}, {"range", {"#EAF3FA", "#56B4E9"}}};
  const double most = std::max({std::abs(low), std::abs(high), 1e-12});
  return {{"domain", {-most, 0, most}},
          {"range", {"#E69F00", "#FFFFFF", "#56B4E9"}},
          {"interpolate", "rgb"}};
}

// A long name in lines of about this many letters.
std::string in_lines(const std::string& name) {
  constexpr std::size_t letters = 14;
  std::string lines;
  for (std::size_t begin = 0; begin < name.size();) {
    const std::size_t end = std::min(name.find(' ', begin + letters), name.size());
    lines += (begin > 0 ? "\n" : "") + name.substr(begin, end - begin);
    begin = end + 1;
  }
  return lines;
}

}  // namespace

std::string heat_figure(const std::vector<HeatRow>& given, const HeatTitles& titles) {
  std::vector<HeatRow> cells = given;
  for (HeatRow& cell : cells) cell.column = in_lines(cell.column);
  Json values = Json::array();
  for (const HeatRow& cell : cells) {
    Json datum{{"row", cell.row}, {"column", cell.column}, {"value", figure::finite(cell.value)}};
    figure::attach(datum, cell.number);
    values.push_back(datum);
  }
  Json x = nominal("column", titles.columns, figure::distinct(cells, &HeatRow::column));
  const bool long_names = std::any_of(cells.begin(), cells.end(), [](const HeatRow& cell) {
    return cell.column.find('\n') != std::string::npos;
  });
  if (long_names) x["axis"]["labelExpr"] = "split(datum.label, '\\n')";
  x["axis"]["labelOverlap"] = false;
  const Json y = nominal("row", titles.rows, figure::distinct(cells, &HeatRow::row));
  const Json tooltip = Json::array({{{"field", "row"}, {"title", titles.rows}},
                                    {{"field", "column"}, {"title", titles.columns}},
                                    {{"field", "value"},
                                     {"type", "quantitative"},
                                     {"title", titles.value},
                                     {"format", format_of(titles.decimals)}}});
  const Json colour{{"field", "value"},
                    {"type", "quantitative"},
                    {"title", titles.value},
                    {"scale", heat_scale(cells, titles)},
                    {"legend", {{"orient", "top"}}}};
  Json spec = figure::frame(values);
  spec["height"] = {{"step", 30}};
  spec["layer"] = Json::array(
      {{{"mark", {{"type", "rect"}, {"stroke", "white"}}},
        {"encoding", {{"x", x}, {"y", y}, {"color", colour}, {"tooltip", tooltip}}}},
       {{"mark", {{"type", "text"}, {"fontSize", 11}, {"color", "#222222"}}},
        {"encoding",
         {{"x", x},
          {"y", y},
          {"text",
           {{"field", "value"}, {"type", "quantitative"}, {"format", format_of(titles.decimals)}}},
          {"tooltip", tooltip}}}}});
  spec["config"] = {{"axis", {{"domain", false}, {"ticks", false}}}};
  return spec.dump();
}

std::string tornado_figure(const std::vector<TornadoRow>& rows, double base,
                           const std::string& title) {
  std::vector<TornadoRow> sorted = rows;
  std::stable_sort(sorted.begin(), sorted.end(), [](const TornadoRow& a, const TornadoRow& b) {
    return std::abs(a.high - a.low) > std::abs(b.high - b.low);
  });
  Json values = Json::array();
  for (const TornadoRow& row : sorted) {
    Json datum{{"label", row.label},
               {"low", figure::finite(row.low)},
               {"high", figure::finite(row.high)},
               {"from", row.low_label},
               {"to", row.high_label}};
    figure::attach(datum, row.number);
    values.push_back(datum);
  }
  const auto quantity = [&](const char* field) {
    return Json{
        {"field", field}, {"type", "quantitative"}, {"title", title}, {"scale", {{"zero", false}}}};
  };
  const Json y = nominal("label", "", figure::distinct(sorted, &TornadoRow::label));
  const Json tooltip = Json::array({{{"field", "label"}, {"title", "Assumption"}},
                                    {{"field", "from"}, {"title", "From"}},
                                    {{"field", "low"}, {"title", title}, {"format", ".3f"}},
                                    {{"field", "to"}, {"title", "To"}},
                                    {{"field", "high"}, {"title", title}, {"format", ".3f"}}});
  Json spec = figure::frame(values);
  spec["height"] = {{"step", 30}};
  spec["layer"] = Json::array(
      {{{"mark", {{"type", "bar"}, {"color", figure::palette()[4]}, {"height", 14}}},
        {"encoding",
         {{"x", quantity("low")}, {"x2", {{"field", "high"}}}, {"y", y}, {"tooltip", tooltip}}}},
       {{"mark", {{"type", "text"}, {"dy", -12}, {"fontSize", 10}}},
        {"encoding", {{"x", quantity("low")}, {"y", y}, {"text", {{"field", "from"}}}}}},
       {{"mark", {{"type", "text"}, {"dy", -12}, {"fontSize", 10}}},
        {"encoding", {{"x", quantity("high")}, {"y", y}, {"text", {{"field", "to"}}}}}},
       {{"mark", {{"type", "rule"}, {"strokeDash", {4, 3}}, {"color", "#444444"}}},
        {"encoding", {{"x", {{"datum", base}, {"type", "quantitative"}}}}}}});
  return spec.dump();
}

}  // namespace entact
