#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "entact/answer/trial_file.h"

namespace entact {

/// Reads [truth.exposure] and simulates the exposures it asks for, once: `model` ("mdma"), `output`
/// ("concentration"), `metric` (auc, cmax), `half` and `hill` of the assumed Emax curve,
/// `genotypes` = {PM = 0.07, NM = 0.93}, `weight_kg`, `weight_sd`, `people`.
///
/// @param doses_mg  of all arms
/// @throws Error "io.toml.*" with file, line and column; as find_model_file and draw_exposures,
///         with the place
ExposureResponse read_exposure(const TomlTable& table, const std::vector<double>& doses_mg,
                               double reference_mg, std::uint64_t seed, const std::string& data);

/// The scenario in a sentence, with what is assumed; stands beside every answer.
std::string exposure_words(const ExposureResponse& response);

/// Label, metric, curve and what it makes of each dose.
nlohmann::ordered_json exposure_json(const ExposureResponse& response);

}  // namespace entact
