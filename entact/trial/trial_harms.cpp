#include "entact/trial/trial_harms.h"

#include <algorithm>
#include <cmath>

#include "entact/base/random.h"

namespace entact {
namespace {

double by_dose(const TrialHarm& harm, double share) {
  const auto logit = [](double p) {
    const double held = std::clamp(p, 1e-12, 1 - 1e-12);
    return std::log(held / (1 - held));
  };
  const double x = logit(harm.without) + share * (logit(harm.with) - logit(harm.without));
  return 1 / (1 + std::exp(-x));
}

}  // namespace

std::vector<std::vector<char>> harms_of(const VirtualTrial& trial, const TrialKey& key,
                                        const ConductedTrial& made, std::size_t participant) {
  constexpr std::uint32_t apart = 0x40000000U;  // streams beside those of dropout and events
  RandomStream random({key.seed, RandomPurpose::events,
                       apart + static_cast<std::uint32_t>(participant), key.replicate});
  const TrialDesign& design = trial.design;
  const int stop = made.courses[participant].stop_visit;
  const double until = stop < design.visits() ? design.visit_weeks[static_cast<std::size_t>(stop)]
                                              : design.visit_weeks.back() + 1;
  const double share = trial.felt_share[static_cast<std::size_t>(made.arm[participant])];
  std::vector<std::vector<char>> harms;
  for (const TrialHarm& harm : trial.truth.harms) {
    harms.emplace_back();
    for (const double week : design.session_weeks) {
      const bool happened = random.uniform() < by_dose(harm, share);
      harms.back().push_back(happened && week < until ? 1 : 0);
    }
  }
  return harms;
}

}  // namespace entact
