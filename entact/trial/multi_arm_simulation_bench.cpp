#include "entact/trial/multi_arm_simulation.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>

namespace entact {
namespace {

// As rpact is timed by reference/group_sequential/adaptive.R.
void arms(benchmark::State& state) {
  MultiArmSimulation trial{.effect = {0, 0.3, 0.5},
                           .arm_size = {20, 40, 60},
                           .design = group_sequential({.rates = {1.0 / 3, 2.0 / 3, 1}}),
                           .replicates = 100000};
  trial.test = static_cast<IntersectionTest>(state.range(0));
  if (std::abs(simulate_arms(trial).any - 0.605) > 0.04) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(simulate_arms(trial).any);
  state.SetItemsProcessed(state.iterations() * trial.replicates);
}

BENCHMARK(arms)->ArgName("test")->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace entact
