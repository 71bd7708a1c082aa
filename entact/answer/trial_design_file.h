#pragma once

#include "entact/answer/trial_file.h"

namespace entact {

/// [design] of TRIAL.toml, or of a variant: what is written replaces what stands there.
void read_design(const TomlTable& table, TrialDesign& design);

/// Every [[arm]]; without any the arms stay.
void read_arms(const TomlTable& table, TrialDesign& design);

}  // namespace entact
