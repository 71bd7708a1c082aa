#include <algorithm>

#include "entact/report/figure.h"
#include "entact/report/figure_parts.h"

namespace entact {
namespace {

using figure::Json;

/// Corners of the region |estimate - centre| <= z se, drawn from se = 0 down to se_max.
Json wedge(double centre, double z, double se_max, const char* label) {
  return Json::array({{{"se", 0}, {"low", centre}, {"high", centre}, {"region", label}},
                      {{"se", se_max},
                       {"low", centre - z * se_max},
                       {"high", centre + z * se_max},
                       {"region", label}}});
}

Json contour(double centre, double z, double se_max, const char* label, double opacity) {
  return {{"data", {{"values", wedge(centre, z, se_max, label)}}},
          {"mark",
           {{"type", "area"},
            {"orient", "vertical"},
            {"opacity", opacity},
            {"color", "#888888"},
            {"line", {{"opacity", 0.6}, {"strokeWidth", 0.6}, {"color", "#888888"}}}}},
          {"encoding",
           {{"y", {{"field", "low"}, {"type", "quantitative"}}},
            {"y2", {{"field", "high"}}},
            {"x", {{"field", "se"}, {"type", "quantitative"}}}}}};
}

}  // namespace

std::string funnel_figure(const std::vector<FunnelPoint>& points, double pooled, double no_effect,
                          const std::string& title) {
  Json values = Json::array();
  double se_max = 0;
  for (const FunnelPoint& point : points) {
    Json datum{{"label", point.label}, {"estimate", point.estimate}, {"se", point.se}};
    figure::attach(datum, point.number);
    values.push_back(datum);
    se_max = std::max(se_max, point.se);
  }
  se_max *= 1.1;
  const Json x{{"field", "se"},
               {"type", "quantitative"},
               {"title", "Standard error"},
               {"scale", {{"domain", {0, se_max}}}}};
  const Json y{{"field", "estimate"},
               {"type", "quantitative"},
               {"title", title},
               {"axis", {{"grid", false}}}};
  Json figure = figure::frame(values);
  figure["height"] = 320;
  figure["layer"] = Json::array(
      {contour(no_effect, 2.5758293035489, se_max, "p > 0.01", 0.12),
       contour(no_effect, 1.95996398454005, se_max, "p > 0.05", 0.16),
       contour(no_effect, 1.64485362695147, se_max, "p > 0.10", 0.2),
       {{"data", {{"values", Json::array({{{"at", pooled}}})}}},
        {"mark",
         {{"type", "rule"},
          {"strokeDash", {5, 4}},
          {"color", figure::palette()[5]},
          {"strokeWidth", 1.5}}},
        {"encoding", {{"y", {{"field", "at"}, {"type", "quantitative"}}}}}},
       {{"mark",
         {{"type", "point"},
          {"filled", true},
          {"size", 80},
          {"opacity", 1},
          {"color", figure::palette()[0]}}},
        {"encoding",
         {{"x", x},
          {"y", y},
          {"tooltip",
           Json::array({{{"field", "label"}, {"title", "Study"}},
                        {{"field", "estimate"}, {"format", ".2f"}},
                        {{"field", "se"}, {"format", ".2f"}, {"title", "Standard error"}}})}}}},
       {{"mark", {{"type", "text"}, {"dy", -11}, {"fontSize", 11}}},
        {"encoding", {{"x", x}, {"y", y}, {"text", {{"field", "label"}}}}}}});
  return figure.dump();
}

}  // namespace entact
