#include <algorithm>
#include <cmath>

#include "entact/report/figure.h"
#include "entact/report/figure_parts.h"

namespace entact {
namespace {

using figure::Json;

constexpr double plot_height = 280, axis_height = 64, line_height = 19;

Json curve_values(const std::vector<SurvivalLine>& lines) {
  Json values = Json::array();
  for (const SurvivalLine& line : lines)
    for (std::size_t i = 0; i < line.time.size(); ++i)
      values.push_back({{"series", line.series},
                        {"time", line.time[i]},
                        {"share", figure::finite(line.share[i])},
                        {"low", figure::finite(line.low[i])},
                        {"high", figure::finite(line.high[i])},
                        {"censored", i < line.censored.size() ? line.censored[i] : 0.0}});
  return values;
}

Json risk_values(const std::vector<SurvivalLine>& lines, const std::vector<double>& times) {
  Json values = Json::array();
  for (const SurvivalLine& line : lines)
    for (std::size_t i = 0; i < times.size() && i < line.at_risk.size(); ++i) {
      Json datum{{"series", line.series}, {"time", times[i]}, {"at_risk", line.at_risk[i]}};
      if (i < line.numbers.size()) figure::attach(datum, line.numbers[i]);
      values.push_back(datum);
    }
  return values;
}

Json y_axis(const SurvivalTitles& titles) {
  Json y{{"field", "share"},
         {"type", "quantitative"},
         {"title", titles.y},
         {"scale", {{"domain", {0, 1}}, {"range", {plot_height, 0}}}},
         {"axis",
          {{"format", "%"}, {"values", {0, 0.25, 0.5, 0.75, 1}}, {"titleY", plot_height / 2}}}};
  if (!titles.counts) return y;
  y["scale"] = {{"zero", true}, {"nice", true}, {"range", {plot_height, 0}}};
  y["axis"] = {{"titleY", plot_height / 2}};
  return y;
}

bool anyone_censored(const std::vector<SurvivalLine>& lines) {
  return std::any_of(lines.begin(), lines.end(), [](const SurvivalLine& line) {
    return std::any_of(line.censored.begin(), line.censored.end(),
                       [](double count) { return count > 0; });
  });
}

/// Curves with their bands, and ticks at censored times if there are any, on [0, plot_height].
Json curves_layer(const Json& x, const Json& colour, const SurvivalTitles& titles,
                  const std::vector<SurvivalLine>& lines) {
  const Json y = y_axis(titles);
  Json low = y;
  low["field"] = "low";
  const Json dash{{"field", "series"},
                  {"type", "nominal"},
                  {"legend", nullptr},
                  {"scale",
                   {{"domain", figure::distinct(lines, &SurvivalLine::series)},
                    {"range", {{1, 0}, {6, 3}, {2, 2}, {8, 2, 2, 2}}}}}};
  const char* what = titles.counts ? "Mean number" : "Share";
  const char* format = titles.counts ? ".3f" : ".1%";
  const Json tips = Json::array({{{"field", "series"}, {"title", "Group"}},
                                 {{"field", "time"}, {"title", "Time"}},
                                 {{"field", "share"}, {"title", what}, {"format", format}},
                                 {{"field", "low"}, {"title", "Low"}, {"format", format}},
                                 {{"field", "high"}, {"title", "High"}, {"format", format}}});
  Json layers = Json::array(
      {{{"mark", {{"type", "area"}, {"interpolate", "step-after"}, {"opacity", 0.15}}},
        {"encoding", {{"x", x}, {"y", low}, {"y2", {{"field", "high"}}}, {"color", colour}}}},
       {{"mark", {{"type", "line"}, {"interpolate", "step-after"}, {"strokeWidth", 2}}},
        {"encoding",
         {{"x", x}, {"y", y}, {"color", colour}, {"strokeDash", dash}, {"tooltip", tips}}}}});
  if (anyone_censored(lines))
    layers.push_back({{"transform", Json::array({{{"filter", "datum.censored > 0"}}})},
                      {"mark",
                       {{"type", "point"},
                        {"shape", "M0,-1L0,1"},
                        {"filled", false},
                        {"strokeWidth", 1.5},
                        {"size", 40},
                        {"opacity", 0.8}}},
                      {"encoding", {{"x", x}, {"y", y}, {"color", colour}, {"tooltip", tips}}}});
  return {{"layer", layers}};
}

/// Numbers at risk, a line a group, below the axis of time.
Json risk_layer(const Json& x, const Json& colour, const Json& values,
                const std::vector<std::string>& series) {
  // A point scale leaves half a step at each end.
  const double first = plot_height + axis_height;
  const double last = first + line_height * static_cast<double>(series.size());
  const Json y{{"field", "series"},
               {"type", "nominal"},
               {"title", "At risk"},
               {"scale", {{"domain", series}, {"range", {first, last}}}},
               {"axis",
                {{"orient", "left"},
                 {"domain", false},
                 {"ticks", false},
                 {"grid", false},
                 {"labelPadding", 20},
                 {"titleAngle", 0},
                 {"titleAlign", "right"},
                 {"titleX", -20},
                 {"titleY", first - line_height / 2}}}};
  return {{"data", {{"values", values}}},
          {"mark", {{"type", "text"}, {"fontSize", 12}}},
          {"encoding",
           {{"x", x},
            {"y", y},
            {"text", {{"field", "at_risk"}, {"type", "quantitative"}, {"format", "d"}}},
            {"color", colour}}}};
}

}  // namespace

std::vector<double> round_times(double last) {
  if (!(last > 0) || !std::isfinite(last)) return {0};
  const double rough = last / 8, power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double nice : {1.0, 2.0, 5.0})
    if (rough <= nice * power * (1 + 1e-9)) {
      step = nice * power;
      break;
    }
  std::vector<double> times;
  for (int i = 0; i * step <= last * (1 + 1e-9); ++i) times.push_back(i * step);
  return times;
}

std::string survival_figure(const std::vector<SurvivalLine>& lines,
                            const std::vector<double>& times, const SurvivalTitles& titles) {
  const std::vector<std::string> series = figure::distinct(lines, &SurvivalLine::series);
  const double groups = static_cast<double>(series.size());
  const double height = plot_height + axis_height + line_height * groups;
  const Json colour{{"field", "series"},
                    {"type", "nominal"},
                    {"title", nullptr},
                    {"scale", figure::colour_scale(series)},
                    {"legend",
                     {{"orient", "top"},
                      {"symbolType", "stroke"},
                      {"symbolStrokeWidth", 3},
                      {"symbolOpacity", 1}}}};
  const Json x{{"field", "time"},
               {"type", "quantitative"},
               {"title", titles.x},
               {"scale", {{"nice", false}, {"zero", true}}},
               {"axis", {{"values", times}, {"grid", false}, {"offset", plot_height - height}}}};
  Json figure = figure::frame(curve_values(lines));
  figure["height"] = height;
  figure["layer"] = Json::array({curves_layer(x, colour, titles, lines),
                                 risk_layer(x, colour, risk_values(lines, times), series)});
  figure["resolve"] = {{"scale", {{"y", "independent"}}}, {"axis", {{"y", "independent"}}}};
  return figure.dump();
}

}  // namespace entact
