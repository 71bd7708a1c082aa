#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "entact/trial/closed_testing.h"
#include "entact/trial/group_sequential.h"

namespace entact {

/// Which arms go on after a look, by their estimated effects so far.
struct ArmSelection {
  enum class Kind {
    all,      ///< every arm
    best,     ///< the `count` largest
    epsilon,  ///< those within `epsilon` of the largest
  };
  Kind kind = Kind::best;
  int count = 1;
  double epsilon = 0;
  double threshold = -std::numeric_limits<double>::infinity();  ///< and at least this effect
};

/// A trial of several arms against one control, in stages, that may drop arms. Its hypotheses are
/// tested as closed_test() says; it ends early when every arm still in it is rejected, or the first
/// one with `stop_at_first`, or when no arm is left.
struct MultiArmSimulation {
  std::vector<double> effect{};    ///< true difference of each arm from control; 1 to 8 arms
  double sd = 1;                   ///< known
  std::vector<double> arm_size{};  ///< participants of an arm at each look, cumulative
  double ratio = 1;                ///< participants of an arm over those of the control
  GroupSequentialDesign design{};  ///< one-sided; its rates are the weights of the stages
  IntersectionTest test = IntersectionTest::dunnett;
  ArmSelection selection{};
  bool stop_at_first = false;
  std::int64_t replicates = 10000;
  std::uint64_t seed = 1;
  int threads = 1;  ///< as parallel_for(); the result does not depend on it
};

/// Shares of replicates, with Monte Carlo standard errors sqrt(p (1 - p) / replicates).
struct SimulatedArms {
  std::int64_t replicates = 0;
  std::vector<std::vector<double>> rejected{};  ///< arms x looks: first rejected at this look
  std::vector<std::vector<double>> selected{};  ///< arms x looks: in the trial at this look
  std::vector<double> stopped{};                ///< looks: ended at this one
  double any = 0;                               ///< at least one arm rejected
  double best = 0;                              ///< the arm with the largest true effect rejected
  double any_false = 0;      ///< an arm without effect (<= 0) rejected: familywise error
  double expected_size = 0;  ///< participants, control included
};

/// @throws Error "trial.multi_arm_simulation.arms" (usage) for numbers of arms, sizes, a ratio, a
///         selection or a design that are none
/// @cost   about a microsecond a replicate with three arms and looks; memory constant
/// @checked multi_arm_simulation_test.cpp (exact probabilities), reference/group_sequential
///          (time_rpact.R: rpact getSimulationMultiArmMeans side by side)
SimulatedArms simulate_arms(const MultiArmSimulation& trial);

}  // namespace entact
