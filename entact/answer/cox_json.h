#pragma once

// For the .cpp files of answer that write JSON; never included by a public header.

#include <cmath>
#include <string>

#include "entact/answer/json_number.h"
#include "entact/stats/cox.h"

namespace entact {

/// A coefficient of a Cox or Fine-Gray model; `ratio` names its exponential: "hazard_ratio".
inline nlohmann::ordered_json coefficient_json(const CoxCoefficient& c, const std::string& ratio) {
  return {{"term", c.name},
          {"estimate", json_number(c.value)},
          {"se", json_number(c.se)},
          {"model_se", json_number(c.model_se)},
          {"z", json_number(c.z)},
          {"p", json_number(c.p)},
          {"ci_low", json_number(c.low)},
          {"ci_high", json_number(c.high)},
          {"scale", "log"},
          {ratio, json_number(std::exp(c.value))},
          {ratio + "_ci_low", json_number(std::exp(c.low))},
          {ratio + "_ci_high", json_number(std::exp(c.high))}};
}

}  // namespace entact
