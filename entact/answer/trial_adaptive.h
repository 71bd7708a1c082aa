#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "entact/trial/operating.h"

namespace entact {

nlohmann::ordered_json adaptive_json(const AdaptiveCharacteristics& found);

/// Lines on arms, allocation and size.
std::string adaptive_text(const AdaptiveCharacteristics& found);

/// What happened at the looks of one replicate.
nlohmann::ordered_json adapted_json(const AdaptedTrial& made, const TrialDesign& design);
std::string adapted_text(const AdaptedTrial& made, const TrialDesign& design);

}  // namespace entact
