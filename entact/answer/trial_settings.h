#pragma once

// The numbers of a trial file that scenarios vary, by their keys, and the words that people read
// for them: the only place that knows either.

#include <string>
#include <utility>
#include <vector>

#include "entact/trial/virtual_trial.h"

namespace entact {

/// A key such as "belief.share" and its value.
using TrialSetting = std::pair<std::string, double>;

/// The keys that a scenario may vary.
std::vector<std::string> trial_setting_keys();

void apply_setting(const TrialSetting& setting, TrialDesign& design, TrialTruth& truth);

/// "share of the effect that comes from belief"; the key itself if it is not known.
std::string setting_label(const std::string& key);

/// "30%", "15 mg", "−6 points".
std::string setting_value(const TrialSetting& setting);

/// "share of the effect that comes from belief: 30%", several joined by "; ".
std::string settings_words(const std::vector<TrialSetting>& settings);

/// To stand in a sentence or at an axis: "30% of the effect from belief", several joined by ", ".
std::string settings_brief(const std::vector<TrialSetting>& settings);

/// The keys, as the file has them: "belief.share = 0.3".
std::string settings_trail(const std::vector<TrialSetting>& settings);

}  // namespace entact
