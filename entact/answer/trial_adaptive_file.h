#pragma once

#include <vector>

#include "entact/answer/trial_file.h"

namespace entact {

/// The keys of [looks] that look beyond the first estimand or change the trial: `estimands` with
/// `order`, `predictive`, `reestimate`, `select`, `allocate`.
///
/// @param looks     the table
/// @param variants  their arms and estimands must fit
/// @throws Error "io.toml.value" with the place
void read_adaptations(const TomlTable& looks, const std::vector<TrialVariant>& variants,
                      InterimPlan& plan);

}  // namespace entact
