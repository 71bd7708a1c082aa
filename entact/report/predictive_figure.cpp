#include "entact/report/predictive_figure.h"

#include "entact/report/figure_parts.h"

namespace entact {

std::string predictive_figure(const std::vector<PredictiveRow>& rows,
                              const std::vector<PredictivePoint>& points,
                              const std::string& x_title, const std::string& y_title) {
  using figure::Json;
  Json values = Json::array(), dots = Json::array();
  for (const PredictiveRow& row : rows)
    values.push_back({{"quantile", row.quantile},
                      {"x", row.x},
                      {"observed", figure::finite(row.observed)},
                      {"simulated", figure::finite(row.simulated)},
                      {"low", figure::finite(row.low)},
                      {"high", figure::finite(row.high)}});
  for (const PredictivePoint& point : points)
    dots.push_back({{"x", point.x}, {"point", figure::finite(point.y)}});
  const auto y = [&](const char* field) {
    return Json{{"field", field}, {"type", "quantitative"}, {"title", y_title}};
  };
  const Json x{{"field", "x"}, {"type", "quantitative"}, {"title", x_title}};
  const Json colour{
      {"field", "quantile"},
      {"type", "nominal"},
      {"title", "Quantile"},
      {"scale", figure::colour_scale(figure::distinct(rows, &PredictiveRow::quantile))},
      {"legend", {{"orient", "top"}}}};
  const auto line = [&](const char* field, Json mark) {
    mark["type"] = "line";
    return Json{{"mark", mark}, {"encoding", {{"x", x}, {"y", y(field)}, {"color", colour}}}};
  };
  Json figure = figure::frame(values);
  figure["height"] = 320;
  figure["layer"] = Json::array();
  if (rows.empty())
    figure["layer"].push_back({{"data", {{"values", Json::array({{{"zero", 0}}})}}},
                               {"mark", {{"type", "rule"}, {"color", "#7A7A7A"}}},
                               {"encoding", {{"y", y("zero")}}}});
  figure["layer"].push_back({{"data", {{"values", dots}}},
                             {"mark",
                              {{"type", "point"},
                               {"filled", true},
                               {"size", 25},
                               {"opacity", 0.5},
                               {"color", "#7A7A7A"}}},
                             {"encoding", {{"x", x}, {"y", y("point")}}}});
  if (rows.empty()) return figure.dump();
  Json band_encoding{{"x", x}, {"y", y("low")}, {"color", colour}};
  band_encoding["y2"] = {{"field", "high"}};
  figure["layer"].push_back(
      {{"mark", {{"type", "area"}, {"opacity", 0.25}}}, {"encoding", band_encoding}});
  figure["layer"].push_back(line("simulated", {{"strokeDash", {4, 3}}}));
  figure["layer"].push_back(line("observed", {{"strokeWidth", 2}}));
  return figure.dump();
}

}  // namespace entact
