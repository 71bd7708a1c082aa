#pragma once

// Shared pieces of the Vega-Lite specifications: palette, frame, colour scales. For the
// figure_*.cpp files alone.

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace entact::figure {

using Json = nlohmann::ordered_json;

/// Okabe and Ito's palette, in an order that keeps neighbours apart in print and for the
/// colour-blind.
inline const std::vector<std::string>& palette() {
  static const std::vector<std::string> colours{"#0072B2", "#E69F00", "#009E73", "#CC79A7",
                                                "#56B4E9", "#D55E00", "#7A7A7A", "#B8A800"};
  return colours;
}

/// A specification that fills its container's width, with its data.
inline Json frame(Json values) {
  return {{"$schema", "https://vega.github.io/schema/vega-lite/v6.json"},
          {"width", "container"},
          {"autosize", {{"type", "fit-x"}, {"contains", "padding"}}},
          {"data", {{"values", std::move(values)}}}};
}

inline Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

/// A colour scale over categories in the order given.
inline Json colour_scale(const std::vector<std::string>& categories) {
  Json range = Json::array();
  for (std::size_t i = 0; i < categories.size(); ++i)
    range.push_back(palette()[i % palette().size()]);
  return {{"domain", categories}, {"range", range}};
}

/// Distinct values in order of first appearance.
template <typename Rows, typename Field>
std::vector<std::string> distinct(const Rows& rows, Field field) {
  std::vector<std::string> values;
  for (const auto& row : rows) {
    const std::string& value = row.*field;
    bool seen = false;
    for (const std::string& each : values) seen = seen || each == value;
    if (!seen) values.push_back(value);
  }
  return values;
}

/// Adds the Number id to a datum where there is one.
inline void attach(Json& datum, const std::string& number) {
  if (!number.empty()) datum["number"] = number;
}

}  // namespace entact::figure
