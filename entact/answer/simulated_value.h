#pragma once

// For the .cpp files of answer that write what virtual trials give; never included by a public
// header.

#include <fmt/format.h>

#include <string>

#include "entact/answer/json_number.h"
#include "entact/report/number_text.h"
#include "entact/trial/operating.h"

namespace entact {

/// {"value": ..., "mc_se": ...}
inline nlohmann::ordered_json value_json(const SimulatedValue& value) {
  return {{"value", json_number(value.value)}, {"mc_se", json_number(value.mc_se)}};
}

/// Keys `name` and `name_mc_se`.
inline void add_simulated(nlohmann::ordered_json& json, const std::string& name,
                          const SimulatedValue& value) {
  json[name] = json_number(value.value);
  json[name + "_mc_se"] = json_number(value.mc_se);
}

/// "0.812 (0.0039)": the error in brackets has a decimal more.
inline std::string with_error(const SimulatedValue& value, int decimals) {
  return fmt::format("{} ({})", decimal_text(value.value, decimals),
                     decimal_text(value.mc_se, decimals + 1));
}

}  // namespace entact
