#pragma once

#include <vector>

#include "entact/trial/conduct.h"

namespace entact {

/// Adverse events of one participant: terms x sessions, 1 where it happened. Sessions after
/// stopping do not take place.
std::vector<std::vector<char>> harms_of(const VirtualTrial& trial, const TrialKey& key,
                                        const ConductedTrial& made, std::size_t participant);

}  // namespace entact
