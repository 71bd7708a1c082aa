#include <algorithm>
#include <cmath>

#include "entact/report/figure.h"
#include "entact/report/figure_parts.h"

namespace entact {
namespace {

using figure::Json;

Json tooltip() {
  return Json::array({{{"field", "x"}, {"title", "Shift on the horizontal axis"}},
                      {{"field", "y"}, {"title", "Shift on the vertical axis"}},
                      {{"field", "estimate"}, {"title", "Estimate"}, {"format", ".2f"}},
                      {{"field", "low"}, {"title", "Low"}, {"format", ".2f"}},
                      {{"field", "high"}, {"title", "High"}, {"format", ".2f"}},
                      {{"field", "p"}, {"title", "p"}, {"format", ".3g"}},
                      {{"field", "verdict"}, {"title", "Interval"}}});
}

Json ordinal(const char* field, const std::string& title, bool downwards) {
  Json channel{{"field", field}, {"type", "ordinal"}, {"title", title}};
  if (downwards) channel["sort"] = "descending";
  channel["axis"] = {{"labelAngle", 0}};
  return channel;
}

/// Differences of risk need more digits than differences of scores.
int cell_decimals(const std::vector<TippingRow>& rows, int asked) {
  const bool small = std::all_of(rows.begin(), rows.end(), [](const TippingRow& row) {
    return !(std::abs(row.estimate) >= 1);
  });
  return small ? std::max(asked, 3) : asked;
}

}  // namespace

std::string tipping_figure(const std::vector<TippingRow>& rows, const TippingTitles& titles) {
  Json values = Json::array();
  for (const TippingRow& row : rows) {
    Json datum{{"x", row.x},
               {"y", row.y},
               {"estimate", figure::finite(row.estimate)},
               {"low", figure::finite(row.low)},
               {"high", figure::finite(row.high)},
               {"p", figure::finite(row.p)},
               {"verdict", row.excludes_no_effect ? "excludes no effect" : "includes no effect"}};
    figure::attach(datum, row.number);
    values.push_back(datum);
  }
  const Json x = ordinal("x", titles.x, false), y = ordinal("y", titles.y, true);
  const Json colour{{"field", "verdict"},
                    {"type", "nominal"},
                    {"title", "Interval"},
                    {"scale",
                     {{"domain", {"excludes no effect", "includes no effect"}},
                      {"range", {figure::palette()[4], "#EEEEEE"}}}},
                    {"legend", {{"orient", "top"}}}};
  Json figure = figure::frame(values);
  figure["height"] = {{"step", 28}};
  figure["layer"] = Json::array(
      {{{"mark", {{"type", "rect"}, {"stroke", "white"}}},
        {"encoding", {{"x", x}, {"y", y}, {"color", colour}, {"tooltip", tooltip()}}}},
       {{"mark", {{"type", "text"}, {"fontSize", 10}, {"color", "#222222"}}},
        {"encoding",
         {{"x", x},
          {"y", y},
          {"text",
           {{"field", "estimate"},
            {"type", "quantitative"},
            {"format", "." + std::to_string(cell_decimals(rows, titles.decimals)) + "f"}}},
          {"tooltip", tooltip()}}}}});
  figure["config"] = {{"axis", {{"domain", false}, {"ticks", false}}}};
  return figure.dump();
}

}  // namespace entact
