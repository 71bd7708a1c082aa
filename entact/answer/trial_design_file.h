#pragma once

#include <string>

#include "entact/answer/trial_file.h"

namespace entact {

/// [design] of TRIAL.toml, or of a variant: what is written replaces what stands there.
void read_design(const TomlTable& table, TrialDesign& design);

/// Every [[arm]]; without any the arms stay.
void read_arms(const TomlTable& table, TrialDesign& design);

/// A whole number from `least` to a million.
int toml_count(const TomlTable& table, const std::string& key, int fallback, int least);

}  // namespace entact
