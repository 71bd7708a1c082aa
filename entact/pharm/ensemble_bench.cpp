// The population of reference/pharm: three split-dose sessions, 579 times, relative tolerance 1e-6
// and absolute 1e-8, streaming summaries of all states. Before anything is timed, the answer is
// checked against trajectories at 1e-12, and the largest error is shown.
#include "entact/pharm/ensemble.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>

#include "entact/pharm/specimen_people.h"

namespace {

using namespace entact;

Population people(std::ptrdiff_t n) {
  Population population{.n = n, .doses = reference_doses()};
  population.parameters = [](std::ptrdiff_t i, std::span<double> p) {
    const auto made = made_person(static_cast<std::uint32_t>(i));
    std::copy(made.begin(), made.end(), p.begin());
  };
  return population;
}

/// Largest error of the five reference participants, in units of 1e-8 + 1e-6 |x|.
double error_of(OdeMethod method) {
  static const auto five = reference_people();
  Population population{.n = 5, .doses = reference_doses()};
  population.parameters = [](std::ptrdiff_t i, std::span<double> p) {
    const auto& person = five[static_cast<std::size_t>(i)];
    std::copy(person.begin(), person.end(), p.begin());
  };
  double worst = 0;
  EnsembleOptions how{.solver = {.method = method}};
  how.sink = [&](const EnsembleBlock& block) {
    for (std::size_t i = 0; i < 5; ++i) {
      std::vector<double> states;
      for (std::size_t t = 0; t < block.n_times; ++t)
        for (std::size_t j = 0; j < 6; ++j) states.push_back(block.at(i, t, 1 + j));
      const auto truth = reference_rows("participant_" + std::to_string(i + 1) + ".csv");
      worst = std::max(worst, largest_error(states, truth, 1e-6, 1e-8));
    }
  };
  simulate_ensemble(reference_model(), population, reference_times(), how);
  std::printf("largest error %.2f of the tolerance\n", worst);
  if (!(worst < 2)) std::abort();
  return worst;
}

template <OdeMethod method>
void population(benchmark::State& state) {
  error_of(method);
  const Population many = people(state.range(0));
  const auto times_h = reference_times();
  for (auto _ : state)
    benchmark::DoNotOptimize(simulate_ensemble(reference_model(), many, times_h,
                                               {.solver = {.method = method}, .threads = 2}));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(population<OdeMethod::dormand_prince>)
    ->Arg(100000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(population<OdeMethod::tsitouras>)
    ->Arg(100000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void means(benchmark::State& state) {
  const Population many = people(20000);
  const auto times_h = reference_times();
  for (auto _ : state)
    benchmark::DoNotOptimize(
        simulate_ensemble(reference_model(), many, times_h, {.threads = 2, .probabilities = {}}));
  state.SetItemsProcessed(state.iterations() * 20000);
}
BENCHMARK(means)->Unit(benchmark::kMillisecond)->UseRealTime();

void full_rows(benchmark::State& state) {
  const Population many = people(10000);
  const auto times_h = reference_times();
  double sum = 0;
  EnsembleOptions how{.threads = 2, .probabilities = {}};
  how.sink = [&](const EnsembleBlock& block) { sum += block.values.back(); };
  for (auto _ : state) simulate_ensemble(reference_model(), many, times_h, how);
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations() * 10000);
}
BENCHMARK(full_rows)->Unit(benchmark::kMillisecond)->UseRealTime();

void one_participant_one_session(benchmark::State& state) {
  const PharmModel model = reference_model();
  const auto person = made_person(0);
  const std::vector<DoseEvent> doses{{.amount_mg = 80}, {.t_h = 2, .amount_mg = 40}};
  std::vector<double> times_h;
  for (int i = 0; i <= 192; ++i) times_h.push_back(i * 0.25);
  for (auto _ : state) benchmark::DoNotOptimize(simulate(model, person, doses, times_h));
}
BENCHMARK(one_participant_one_session)->Unit(benchmark::kMicrosecond);

}  // namespace
