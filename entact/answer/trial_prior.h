#pragma once

#include <filesystem>

#include "entact/answer/trial_file.h"

namespace entact {

/// Reads [assurance]: `mean`, `se`, `tau` and `df`, or `from`, a file that
/// `entact pool ... --format json` wrote, whose predictive distribution for the effect of a new
/// trial becomes the prior:
///
///     t_df(estimate, sqrt(se^2 + tau2)), normal where df is infinite
///
/// A standardised mean difference needs `sd`, the points of one standard deviation.
///
/// @param folder  that `from` starts at: the trial file's
/// @throws Error "io.toml.value" with file, line and column for a file that is no pooled answer, a
///         ratio or share, and for keys that do not go together; as read_file, with the place
TrialPrior read_prior(const TomlTable& table, const std::filesystem::path& folder);

}  // namespace entact
