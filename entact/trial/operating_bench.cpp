#include "entact/trial/operating.h"

#include <benchmark/benchmark.h>

#include <cstdlib>

#include "entact/trial/trial_specimen.h"

namespace entact {
namespace {

// As reference/trial/trial.toml: 104 participants, 4 visits, dropout, MMRM and responders.
TrialSimulation mapp2_like(std::vector<TrialEstimand> estimands) {
  TrialTruth truth = specimen::plain_truth(4);
  truth.natural = {-6, -10, -12, -15};
  truth.effect = {-2, -4, -5, -6};
  truth.stops = {{.name = "at random", .rate = 0.05, .seen = 0.5}};
  return specimen::simulation(specimen::two_arms(104), truth, std::move(estimands));
}

void replicate(benchmark::State& state, const std::vector<TrialEstimand>& estimands) {
  const Replicates run = replicates_of(mapp2_like(estimands));
  std::int64_t number = 0;
  for (auto _ : state) {
    const std::vector<double> result = run.result(number++);
    if (result[ResultLayout::state] != 0) std::abort();
    benchmark::DoNotOptimize(result.data());
  }
}

void conduct_alone(benchmark::State& state) {
  const TrialSimulation simulation = mapp2_like({});
  std::uint32_t number = 0;
  for (auto _ : state) {
    const ConductedTrial made = conduct(simulation.trial, {1, number++});
    if (made.arm.size() != 104) std::abort();
    benchmark::DoNotOptimize(made.courses.data());
  }
}

BENCHMARK(conduct_alone)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(replicate, mmrm, {{.visit = 3}})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(replicate, mmrm_and_responders,
                  {{.visit = 3}, {.visit = 3, .method = TrialMethod::responders}})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(replicate, jump_to_reference,
                  {{.visit = 3, .method = TrialMethod::jump_to_reference}})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace entact
