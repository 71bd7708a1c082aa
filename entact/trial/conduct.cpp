#include "entact/trial/conduct.h"

#include "entact/trial/allocation.h"

namespace entact {

ConductedTrial conduct(const VirtualTrial& trial, const TrialKey& key) {
  ConductedTrial made{.around = draw_surroundings(trial, key)};
  const auto n = static_cast<std::uint32_t>(trial.design.n);
  made.people.reserve(n);
  made.courses.reserve(n);
  for (std::uint32_t i = 0; i < n; ++i) {
    made.people.push_back(draw_participant(trial, key, i));
    made.screened += made.people.back().screened;
  }
  made.arm = allocate(trial, key, made.people);
  for (std::size_t i = 0; i < n; ++i)
    made.courses.push_back(follow(trial, made.around, made.people[i], made.arm[i]));
  return made;
}

}  // namespace entact
