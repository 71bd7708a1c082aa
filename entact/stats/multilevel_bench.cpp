// Fitting and robust inference at k effects in clusters of four: time must grow as k, not k^3.
#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "entact/stats/assumed_covariance.h"
#include "entact/stats/multilevel.h"
#include "entact/stats/robust.h"

namespace entact {
namespace {

using Eigen::Index;

// Uniform on (0, 1), the same everywhere.
double uniform(std::uint64_t& state) {
  state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  return (static_cast<double>(state >> 11) + 0.5) / 9007199254740992.0;
}

double normal(std::uint64_t& state) {
  const double radius = std::sqrt(-2 * std::log(uniform(state)));
  return radius * std::cos(2 * std::numbers::pi * uniform(state));
}

// Effect 0.3, slope 0.5, variances 0.09 between studies and 0.04 within, sampling variances about
// 0.05 that correlate at 0.6 within a study.
MultilevelData made(Index k) {
  std::uint64_t state = 20240601;
  MultilevelData data{.y = Eigen::VectorXd(k), .x = Eigen::MatrixXd::Ones(k, 2)};
  std::vector<std::string> effect;
  std::vector<double> variances;
  double study = 0, shared = 0;
  for (Index i = 0; i < k; ++i) {
    if (i % 4 == 0) study = 0.3 * normal(state), shared = normal(state);
    const double variance = 0.02 + 0.06 * uniform(state);
    data.x(i, 1) = uniform(state);
    const double error = std::sqrt(0.6) * shared + std::sqrt(0.4) * normal(state);
    data.y[i] =
        0.3 + 0.5 * data.x(i, 1) + study + 0.2 * normal(state) + std::sqrt(variance) * error;
    data.label.push_back(std::to_string(i / 4));
    effect.push_back(std::to_string(i));
    variances.push_back(variance);
  }
  data.v = constant_correlation(variances, data.label, 0.6);
  const std::array<std::string, 2> names{"study", "effect"};
  const std::array<std::vector<std::string>, 2> columns{data.label, effect};
  data.levels = nested_levels(names, columns);
  return data;
}

void fit(benchmark::State& state) {
  const MultilevelData data = made(state.range(0));
  const MultilevelFit once = fit_multilevel(data);
  // Five standard errors about the truth.
  if (!once.fit.converged || std::abs(once.beta[1] - 0.5) > 5 * once.se[1] ||
      std::abs(once.sigma2[0] - 0.09) >
          5 * 0.09 * std::sqrt(8.0 / static_cast<double>(state.range(0))))
    return state.SkipWithError("the fit misses what the data were made from");
  for (auto _ : state) benchmark::DoNotOptimize(fit_multilevel(data).beta.data());
  state.SetComplexityN(state.range(0));
}

void robust(benchmark::State& state) {
  const MultilevelData data = made(state.range(0));
  const MultilevelFit model = fit_multilevel(data);
  const Eigen::VectorXd slope = Eigen::VectorXd::Unit(2, 1);
  const RobustTest once = robust_test(cluster_robust(model, data.label), slope);
  // The working model is the true one, so the sandwich must agree with it.
  if (std::abs(once.se / model.se[1] - 1) > 0.3)
    return state.SkipWithError("the sandwich disagrees with a true model");
  for (auto _ : state)
    benchmark::DoNotOptimize(robust_test(cluster_robust(model, data.label), slope).df);
  state.SetComplexityN(state.range(0));
}

BENCHMARK(fit)->RangeMultiplier(2)->Range(250, 4000)->Unit(benchmark::kMillisecond)->Complexity();
BENCHMARK(robust)
    ->RangeMultiplier(2)
    ->Range(250, 4000)
    ->Unit(benchmark::kMillisecond)
    ->Complexity();

}  // namespace
}  // namespace entact
