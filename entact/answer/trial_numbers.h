#pragma once

#include <string>

#include "entact/answer/trial_run.h"

namespace entact {

/// The JSON result of `entact trial`: cases, sizes, assurances.
std::string trial_json(const TrialFile& file, const TrialOutcome& outcome);

/// A row for each case and estimand.
std::string trial_csv(const TrialFile& file, const TrialOutcome& outcome);

/// For people.
std::string trial_text(const TrialFile& file, const TrialOutcome& outcome);

/// "MDMA against placebo; effect -9, n 104; no effect", what sets a case apart.
std::string case_words(const TrialFile& file, const TrialCase& one);

}  // namespace entact
