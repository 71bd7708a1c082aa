#pragma once

#include <vector>

#include "entact/trial/participant.h"

namespace entact {

/// Arms of the participants in the order in which they come, as the design allocates them.
///
/// Blocks are drawn within each stratum (site, severity, both or neither). Minimisation gives each
/// participant, with probability design.minimise, an arm that makes the ranges of the counts in the
/// participant's own margins smallest in sum, counts divided by the arms' ratios; else any arm by
/// the ratios.
///
/// @source Pocock and Simon 1975, Biometrics 31:103 [pocock1975]
std::vector<int> allocate(const VirtualTrial& trial, const TrialKey& key,
                          const std::vector<Participant>& people);

}  // namespace entact
