#include "entact/trial/conduct.h"

namespace entact {

Recruitment::Recruitment(const VirtualTrial& trial, const TrialKey& key)
    : trial_(trial),
      key_(key),
      allocator_(trial.design, key),
      made_{.around = draw_surroundings(trial, key)} {
  made_.people.reserve(static_cast<std::size_t>(trial.design.n));
  made_.courses.reserve(static_cast<std::size_t>(trial.design.n));
}

void Recruitment::admit(int n) {
  for (auto i = static_cast<std::uint32_t>(made_.people.size()); i < static_cast<std::uint32_t>(n);
       ++i) {
    made_.people.push_back(draw_participant(trial_, key_, i));
    made_.screened += made_.people.back().screened;
    made_.arm.push_back(allocator_.next(made_.people.back()));
    made_.courses.push_back(follow(trial_, made_.around, made_.people.back(), made_.arm.back()));
  }
}

ConductedTrial conduct(const VirtualTrial& trial, const TrialKey& key) {
  Recruitment recruitment(trial, key);
  recruitment.admit(trial.design.n);
  return std::move(recruitment).take();
}

}  // namespace entact
