#include "entact/trial/two_arm_simulation.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>

namespace entact {
namespace {

// As rpact is timed by reference/group_sequential/time_rpact.R.
TwoArmSimulation three_looks(std::vector<double> arm) {
  TwoArmSimulation trial{.design = group_sequential({.rates = {1.0 / 3, 2.0 / 3, 1}})};
  trial.arm1 = trial.arm2 = std::move(arm);
  return trial;
}

void means(benchmark::State& state) {
  TwoArmSimulation trial = three_looks({20, 40, 60});
  const TwoMeansDesign truth{.difference = 0.5, .t = state.range(0) != 0};
  trial.replicates = 100000;
  if (std::abs(simulate_means(trial, truth).power - 0.775) > 0.01) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(simulate_means(trial, truth).power);
  state.SetItemsProcessed(state.iterations() * trial.replicates);
}

void resized_means(benchmark::State& state) {
  TwoArmSimulation trial = three_looks({20, 40, 60});
  trial.resize = ConditionalPowerSize{.conditional_power = 0.9, .least = 20, .most = 120};
  const TwoMeansDesign truth{.difference = 0.5, .t = false};
  trial.replicates = 100000;
  if (std::abs(simulate_means(trial, truth).power - 0.966) > 0.005) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(simulate_means(trial, truth).power);
  state.SetItemsProcessed(state.iterations() * trial.replicates);
}

void proportions(benchmark::State& state) {
  TwoArmSimulation trial = three_looks({15, 30, 45});
  trial.replicates = 100000;
  if (std::abs(simulate_proportions(trial, {0.6, 0.3}).power - 0.82) > 0.01) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(simulate_proportions(trial, {0.6, 0.3}).power);
  state.SetItemsProcessed(state.iterations() * trial.replicates);
}

BENCHMARK(means)->ArgName("t")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(resized_means)->Unit(benchmark::kMillisecond);
BENCHMARK(proportions)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace entact
