#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/pharm/ode_predictions.h"
#include "entact/pharm/one_compartment.h"

namespace entact {

/// A model to be fitted, as its TOML file says, before data are read.
///
///     title = "Theophylline"
///     structure = "one compartment"        # parameters ka (oral), two of cl, v, k; lag, f; or
///                                          # a model: "mdma", or a TOML file beside this one
///     output = "concentration"             # of such a model; its parameters by their ids, where
///                                          # typical and unit are the model's unless given
///     [units]                              # all three needed
///     dose = "mg"                          # mg, g, ug
///     time = "h"                           # h, min, day
///     concentration = "mg/L"               # mg/L, ug/mL, ng/mL, ug/L, g/L
///     [[parameter]]
///     id = "cl"
///     unit = "L/h"
///     typical = 2.8                        # start of the search
///     form = "lognormal"                   # or "normal"
///     between_sd = 0.3                     # start; absent: people do not differ
///     occasion_sd = 0.1                    # the same for occasions, column OCC
///     fixed = false
///     [[covariate]]
///     parameter = "cl"
///     column = "WT"
///     form = "power"                       # or "exponential", "proportional"
///     reference = 70
///     coefficient = 0.75
///     fixed = true
///     [[correlated]]
///     parameters = ["cl", "v"]
///     level = "between"                    # or "occasion"
///     [error]
///     additive = 0.5                       # starts, in the unit of the concentration;
///     proportional = 0.1                   # one or both
///
/// @units phi is in mg, L and h whatever the file's units
struct FitModel {
  std::string title{};
  PopulationModel population{};  ///< without subjects and predict
  OneCompartment structure{};
  std::optional<PharmModel> equations{};  ///< instead of `structure`
  OdeObservation observation{};           ///< of `equations`
  std::vector<std::string> notices{};     ///< of the model file
  std::vector<std::string> covariates{};  ///< columns
  double mg_per_dose_unit = 1;
  double hours_per_time_unit = 1;
  std::string dose_unit{}, time_unit{}, concentration_unit{};
  InputFile input{};
};

/// @throws Error "io.toml.*" with file, line and key for a file that is no such model
FitModel read_fit_model(const std::string& path);

}  // namespace entact
