#include "entact/report/concentration_figure.h"

#include "entact/report/figure_parts.h"

namespace entact {
namespace {

using figure::Json;

Json point_values(const std::vector<ConcentrationPoint>& points, const std::string& panel) {
  Json values = Json::array();
  for (const ConcentrationPoint& point : points) {
    if (point.panel != panel || !(point.value > 0)) continue;
    Json datum{{"series", point.series}, {"x", point.t_h}, {"y", point.value}};
    figure::attach(datum, point.number);
    values.push_back(datum);
  }
  return values;
}

Json slope_values(const std::vector<TerminalLine>& slopes, const std::string& panel) {
  Json values = Json::array();
  for (const TerminalLine& line : slopes)
    if (line.panel == panel)
      for (const bool start : {true, false})
        values.push_back({{"series", line.series},
                          {"x", start ? line.from_h : line.to_h},
                          {"y", start ? line.from_value : line.to_value}});
  return values;
}

}  // namespace

std::string concentration_figure(const std::vector<ConcentrationPoint>& points,
                                 const std::vector<TerminalLine>& slopes,
                                 const std::string& y_title) {
  const std::vector<std::string> panels = figure::distinct(points, &ConcentrationPoint::panel);
  const std::vector<std::string> series = figure::distinct(points, &ConcentrationPoint::series);
  const Json x{{"field", "x"}, {"type", "quantitative"}, {"title", "Time after the dose (h)"}};
  const Json colour{
      {"field", "series"},
      {"type", "nominal"},
      {"title", "Participant"},
      {"scale", figure::colour_scale(series)},
      {"legend", series.size() > 16 ? Json(nullptr) : Json{{"orient", "top"}, {"columns", 8}}}};
  Json stacked = Json::array();
  for (const std::string& panel : panels) {
    const Json y{{"field", "y"},
                 {"type", "quantitative"},
                 {"title", panels.size() > 1 ? panel + ": " + y_title : y_title},
                 {"scale", {{"type", "log"}}}};
    const Json tips = Json::array({{{"field", "series"}, {"title", "Participant"}},
                                   {{"field", "x"}, {"title", "Time (h)"}},
                                   {{"field", "y"}, {"title", y_title}, {"format", ".3~g"}}});
    const Json encoding{{"x", x}, {"y", y}, {"color", colour}};
    Json dots = encoding;
    dots["tooltip"] = tips;
    Json one{{"width", 600}, {"height", 300}};
    one["data"] = {{"values", point_values(points, panel)}};
    one["layer"] =
        Json::array({{{"mark", {{"type", "line"}, {"strokeWidth", 1}, {"opacity", 0.6}}},
                      {"encoding", encoding}},
                     {{"data", {{"values", slope_values(slopes, panel)}}},
                      {"mark", {{"type", "line"}, {"strokeWidth", 2}, {"strokeDash", {5, 3}}}},
                      {"encoding", encoding}},
                     {{"mark", {{"type", "point"}, {"filled", true}, {"size", 45}, {"opacity", 1}}},
                      {"encoding", dots}}});
    stacked.push_back(one);
  }
  if (stacked.size() == 1) {
    Json figure = stacked.front();
    figure["width"] = "container";
    figure["$schema"] = "https://vega.github.io/schema/vega-lite/v6.json";
    figure["autosize"] = {{"type", "fit-x"}, {"contains", "padding"}};
    return figure.dump();
  }
  Json figure{{"$schema", "https://vega.github.io/schema/vega-lite/v6.json"}};
  figure["vconcat"] = stacked;
  figure["resolve"] = {{"scale", {{"x", "shared"}, {"color", "shared"}}}};
  return figure.dump();
}

}  // namespace entact
