#pragma once

#include <vector>

#include "entact/trial/course.h"

namespace entact {

/// One virtual trial as it happened.
struct ConductedTrial {
  std::vector<Participant> people{};
  std::vector<int> arm{};              ///< by participant
  std::vector<TrialCourse> courses{};  ///< by participant, in that arm
  Surroundings around{};
  int screened = 0;
};

/// Runs one trial: draws participants, allocates them, follows each through their arm.
///
/// @cost about 1 us a participant and visit
ConductedTrial conduct(const VirtualTrial& trial, const TrialKey& key);

}  // namespace entact
