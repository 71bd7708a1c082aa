#pragma once

#include <vector>

#include "entact/trial/allocation.h"
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

/// A trial that takes its participants in one after the other: draws them, allocates them, follows
/// each through their arm. What came before may change how many come and where they go.
class Recruitment {
 public:
  /// @param trial  is referred to
  Recruitment(const VirtualTrial& trial, const TrialKey& key);
  /// Until `n` are in; none leaves if there are more.
  void admit(int n);
  /// As ArmAllocator.
  void change_ratios(const std::vector<double>& ratios) { allocator_.change_ratios(ratios); }
  [[nodiscard]] const ConductedTrial& made() const { return made_; }
  [[nodiscard]] ConductedTrial take() && { return std::move(made_); }

 private:
  const VirtualTrial& trial_;
  TrialKey key_;
  ArmAllocator allocator_;
  ConductedTrial made_;
};

/// Runs one trial of the design's size.
///
/// @cost about 1 us a participant and visit
ConductedTrial conduct(const VirtualTrial& trial, const TrialKey& key);

}  // namespace entact
