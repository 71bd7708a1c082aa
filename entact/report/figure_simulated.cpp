#include <algorithm>
#include <cmath>

#include "entact/report/figure.h"
#include "entact/report/figure_parts.h"

namespace entact {
namespace {

using figure::Json;

bool has_bands(const std::vector<BandRow>& rows, const std::string& panel) {
  return std::any_of(rows.begin(), rows.end(), [&](const BandRow& row) {
    return row.panel == panel && (std::isfinite(row.low) || std::isfinite(row.people_low));
  });
}

Json band_values(const std::vector<BandRow>& rows, const std::string& panel, bool bands) {
  Json values = Json::array();
  for (const BandRow& row : rows) {
    if (row.panel != panel) continue;
    Json value{{"series", row.series}, {"x", row.x}, {"y", figure::finite(row.median)}};
    if (bands)
      value.update({{"people_low", figure::finite(row.people_low)},
                    {"people_high", figure::finite(row.people_high)},
                    {"low", figure::finite(row.low)},
                    {"high", figure::finite(row.high)}});
    values.push_back(std::move(value));
  }
  return values;
}

Json band_tips(const std::string& x_title, bool bands) {
  Json tips = Json::array({{{"field", "series"}, {"title", "Series"}},
                           {{"field", "x"}, {"title", x_title}},
                           {{"field", "y"}, {"title", "Median"}, {"format", ".4~g"}}});
  if (!bands) return tips;
  for (const auto& [field, title] : {std::pair{"people_low", "People, low"},
                                     {"people_high", "People, high"},
                                     {"low", "With ignorance, low"},
                                     {"high", "With ignorance, high"}})
    tips.push_back({{"field", field}, {"title", title}});
  return tips;
}

// An area between two fields, or nothing where they are missing.
Json area(const Json& x, const Json& colour, const char* low, const char* high, double opacity) {
  return {{"transform", Json::array({{{"filter", std::string("isValid(datum.") + low + ")"}}})},
          {"mark", {{"type", "area"}, {"opacity", opacity}, {"line", false}}},
          {"encoding",
           {{"x", x},
            {"y", {{"field", low}, {"type", "quantitative"}, {"title", nullptr}}},
            {"y2", {{"field", high}}},
            {"color", colour}}}};
}

Json band_panel(const std::vector<BandRow>& rows, const std::string& panel,
                const std::string& x_title, bool last, const Json& colour, const Json& dash) {
  const Json x{{"field", "x"}, {"type", "quantitative"}, {"title", last ? Json(x_title) : nullptr}};
  const Json y{
      {"field", "y"}, {"type", "quantitative"}, {"title", nullptr}, {"scale", {{"zero", false}}}};
  const bool bands = has_bands(rows, panel);
  const Json tips = band_tips(x_title, bands);
  Json layers = Json::array();
  if (bands) {
    layers.push_back(area(x, colour, "low", "high", 0.14));
    layers.push_back(area(x, colour, "people_low", "people_high", 0.28));
  }
  layers.push_back({{"mark", {{"type", "line"}, {"strokeWidth", 2}}},
                    {"encoding", {{"x", x}, {"y", y}, {"color", colour}, {"strokeDash", dash}}}});
  layers.push_back({{"mark", {{"type", "point"}, {"opacity", 0}, {"size", 60}}},
                    {"encoding", {{"x", x}, {"y", y}, {"tooltip", tips}}}});
  return {{"width", 600},
          {"height", 150},
          {"title", {{"text", panel}, {"anchor", "start"}, {"fontSize", 12}}},
          {"data", {{"values", band_values(rows, panel, bands)}}},
          {"layer", layers}};
}

}  // namespace

std::string band_figure(const std::vector<BandRow>& rows, const std::string& x_title) {
  const auto panels = figure::distinct(rows, &BandRow::panel);
  const auto series = figure::distinct(rows, &BandRow::series);
  const Json colour{{"field", "series"},
                    {"type", "nominal"},
                    {"title", nullptr},
                    {"scale", figure::colour_scale(series)},
                    {"legend", series.size() < 2 ? Json(nullptr)
                                                 : Json{{"orient", "top"}, {"symbolOpacity", 1}}}};
  Json dashes = Json::array();  // colours come back after the palette's end, with dashes
  for (std::size_t i = 0; i < series.size(); ++i)
    dashes.push_back(i < figure::palette().size() ? Json{1, 0} : Json{5, 3});
  const Json dash{{"field", "series"},
                  {"type", "nominal"},
                  {"title", nullptr},
                  {"scale", {{"domain", series}, {"range", dashes}}},
                  {"legend", colour["legend"]}};
  Json stacked = Json::array();
  for (const std::string& panel : panels)
    stacked.push_back(band_panel(rows, panel, x_title, panel == panels.back(), colour, dash));
  Json figure{{"$schema", "https://vega.github.io/schema/vega-lite/v6.json"}};
  figure["vconcat"] = stacked;
  figure["resolve"] = {{"scale", {{"x", "shared"}}}};
  figure["spacing"] = 8;
  return figure.dump();
}

std::string ratio_figure(const std::vector<RatioRow>& rows, const RatioAxis& axis) {
  Json values = Json::array();
  double low = 0.4, high = 2.5;
  for (const RatioRow& row : rows) {
    Json datum{{"row", row.row},
               {"ratio", row.ratio},
               {"low", figure::finite(row.low)},
               {"high", figure::finite(row.high)},
               {"colour", row.colour},
               {"detail", row.detail}};
    figure::attach(datum, row.number);
    values.push_back(datum);
    for (const double end : {row.ratio, std::max(row.low, 0.05), std::min(row.high, 20.0)})
      if (end > 0) low = std::min(low, end / 1.1), high = std::max(high, end * 1.1);
  }
  Json lines = Json::array();
  for (const auto& [at, words] : {std::pair{0.5, "2-fold"},
                                  {0.8, "1.25-fold"},
                                  {1.0, "equal"},
                                  {1.25, "1.25-fold"},
                                  {2.0, "2-fold"}})
    lines.push_back({{"at", at}, {"words", words}});
  std::vector<double> ticks{0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20};
  std::erase_if(ticks, [&](double tick) { return tick < low || tick > high; });
  const Json x{
      {"field", "ratio"},
      {"type", "quantitative"},
      {"title", axis.title},
      {"scale", {{"type", "log"}, {"domain", {low, high}}, {"nice", false}, {"clamp", true}}},
      {"axis", {{"values", ticks}}}};
  const Json y{{"field", "row"},
               {"type", "nominal"},
               {"sort", nullptr},
               {"title", nullptr},
               {"axis", {{"labelLimit", 330}, {"ticks", false}, {"domain", false}}}};
  const Json colour{{"field", "colour"},
                    {"type", "nominal"},
                    {"title", axis.colour_title},
                    {"scale", figure::colour_scale(figure::distinct(rows, &RatioRow::colour))},
                    {"legend", {{"orient", "top"}}}};
  const Json tips = Json::array({{{"field", "row"}, {"title", "What"}},
                                 {{"field", "ratio"}, {"title", axis.title}, {"format", ".3~g"}},
                                 {{"field", "low"}, {"title", "Low"}, {"format", ".3~g"}},
                                 {{"field", "high"}, {"title", "High"}, {"format", ".3~g"}},
                                 {{"field", "detail"}, {"title", "Detail"}}});
  Json interval = x;
  interval["field"] = "low";
  Json figure = figure::frame(values);
  figure["height"] = {{"step", 20}};
  figure["layer"] = Json::array(
      {{{"data", {{"values", lines}}},
        {"mark", {{"type", "rule"}, {"strokeDash", {4, 4}}, {"opacity", 0.7}}},
        {"encoding",
         {{"x", {{"field", "at"}, {"type", "quantitative"}, {"title", axis.title}}},
          {"tooltip", {{"field", "words"}}}}}},
       {{"transform", Json::array({{{"filter", "isValid(datum.low) && isValid(datum.high)"}}})},
        {"mark", {{"type", "rule"}, {"strokeWidth", 2}, {"opacity", 0.6}}},
        {"encoding", {{"x", interval}, {"x2", {{"field", "high"}}}, {"y", y}, {"color", colour}}}},
       {{"mark", {{"type", "point"}, {"filled", true}, {"size", 70}, {"opacity", 1}}},
        {"encoding",
         {{"x", x}, {"y", y}, {"color", colour}, {"shape", colour}, {"tooltip", tips}}}}});
  figure["layer"][2]["encoding"]["shape"]["scale"].erase("range");
  return figure.dump();
}

}  // namespace entact
