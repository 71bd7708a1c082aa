#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "entact/io/toml.h"
#include "entact/trial/interim.h"

namespace entact {

/// The table [looks] of a trial file: `at` (shares of the participants), `efficacy` with
/// `parameter`, `futility` with `futility_parameter` or `futility_z`, `binding`, `power` (of the
/// beta spending), `enrolled_per_week`.
///
/// @param alpha  two-sided, of the file: a look stops for benefit at half of it in all
/// @return none if the file has no looks
/// @throws Error "io.toml.value" with the place; as group_sequential(), with the place
std::optional<InterimPlan> read_looks(const TomlTable& document, double alpha);

nlohmann::ordered_json looks_json(const InterimCharacteristics& found);

/// A line a look, and what they come to.
std::string looks_text(const InterimCharacteristics& found);

}  // namespace entact
