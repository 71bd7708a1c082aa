#pragma once

#include <vector>

#include "entact/answer/trial_writer.h"

namespace entact {

/// What looks that change the trial come to: arms against the control, and participants by arm.
/// None where no case has such looks.
std::vector<TableBlock> adaptive_tables(const TrialWriter& writer, const TrialPage& page);

}  // namespace entact
