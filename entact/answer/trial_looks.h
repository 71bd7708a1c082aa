#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "entact/answer/trial_file.h"

namespace entact {

/// The table [looks] of a trial file: `at` (shares of the participants), `efficacy` with
/// `parameter`, `futility` with `futility_parameter` or `futility_z`, `binding`, `power` (of the
/// beta spending), `enrolled_per_week`, and those of read_adaptations().
///
/// @param alpha     two-sided, of the file: a look stops for benefit at half of it in all
/// @param variants  whose arms and estimands the looks are at
/// @return none if the file has no looks
/// @throws Error "io.toml.value" with the place; as group_sequential(), with the place
std::optional<InterimPlan> read_looks(const TomlTable& document, double alpha,
                                      const std::vector<TrialVariant>& variants);

/// @param estimands  of the trial, for their names
nlohmann::ordered_json looks_json(const InterimCharacteristics& found,
                                  const std::vector<TrialEstimand>& estimands);

/// A line a look, and what they come to.
std::string looks_text(const InterimCharacteristics& found,
                       const std::vector<TrialEstimand>& estimands);

}  // namespace entact
