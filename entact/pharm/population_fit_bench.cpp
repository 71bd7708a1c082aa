#include "entact/pharm/population_fit.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>

#include "entact/pharm/population_specimen.h"
#include "entact/pharm/saem.h"

namespace entact {
namespace {

// Theophylline, twelve people: search and standard errors.
void theophylline(benchmark::State& state, PopulationMethod method, double wanted) {
  const PopulationModel model = specimen::theophylline_lognormal();
  for (auto _ : state) {
    const PopulationFit fit = fit_population(model, {.method = method, .threads = 1});
    if (!fit.fit.converged || std::abs(fit.objective - wanted) > 0.1) std::abort();
    benchmark::DoNotOptimize(fit.objective);
  }
}

void theophylline_saem(benchmark::State& state) {
  const PopulationModel model = specimen::theophylline_lognormal();
  const PopulationLayout layout(model);
  for (auto _ : state) {
    const SaemFit fit = fit_saem(layout, {.threads = 1});
    if (std::abs(layout.values(fit.u).typical[1] - 2.75) > 0.1) std::abort();
    benchmark::DoNotOptimize(fit.u);
  }
}

BENCHMARK_CAPTURE(theophylline, focei, PopulationMethod::focei, 116.8034)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(theophylline, laplace, PopulationMethod::laplace, 118.504)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(theophylline_saem)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace entact
