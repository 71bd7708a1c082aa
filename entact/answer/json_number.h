#pragma once

// For the .cpp files of answer that write JSON; never included by a public header.

#include <cmath>
#include <nlohmann/json.hpp>

namespace entact {

/// A double as JSON: full precision, NaN as null, infinite as "inf" or "-inf".
inline nlohmann::ordered_json json_number(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

}  // namespace entact
