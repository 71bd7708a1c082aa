#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "entact/answer/trial_file.h"

namespace entact {

/// Reads [exposure] of the truth, if it is there, into the file: `model` ("mdma"), `output`
/// ("concentration"), `metric` (auc, cmax), `half` and `hill` of the assumed Emax curve,
/// `genotypes` = {PM = 0.07, NM = 0.93}, `weight_kg`, `weight_sd`, `people`. The doses are those of
/// the file's designs.
///
/// @throws Error "io.toml.*" with file, line and column; as find_model_file, with the place
void read_exposure(const TomlTable& truth, TrialFile& file, const std::string& data);

/// Simulates the exposures that the file asks for with its seed and puts them into its truth;
/// nothing happens to a file without [truth.exposure].
///
/// @throws as draw_exposures, with the place in the file
void join_exposures(TrialFile& file);

/// The scenario in a sentence, with what is assumed; stands beside every answer.
std::string exposure_words(const ExposureResponse& response);

/// Label, metric, curve and what it makes of each dose.
nlohmann::ordered_json exposure_json(const ExposureResponse& response);

}  // namespace entact
