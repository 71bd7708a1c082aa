// Cox models with 10 covariates on 100,000 and 1,000,000 rows: time in continuous units and in
// whole days, plain and with robust variance; also late entry and the curve. Checks its answer
// against R at 100,000 rows, against the equations that it solves at 1,000,000, before it times
// anything. reference/survival/time.sh runs R and this side by side.
#include "entact/stats/cox.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <string>

#include "entact/stats/kaplan_meier.h"

namespace {

double fraction(double x) { return x - std::floor(x); }

// The same numbers as made() of reference/survival/time_survival.R.
entact::CoxData made(int n, bool days) {
  const double primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29};
  entact::CoxData data{.x = Eigen::MatrixXd(n, 10)};
  for (int j = 0; j < 10; ++j) data.names.push_back("x" + std::to_string(j + 1));
  data.survival.stop.resize(static_cast<std::size_t>(n));
  data.survival.event.resize(static_cast<std::size_t>(n));
  for (int i = 1; i <= n; ++i) {
    double eta = 0;
    for (int j = 0; j < 10; ++j) {
      data.x(i - 1, j) = fraction(i * std::sqrt(primes[j])) - 0.5;
      eta += 0.1 * (j - 4) * data.x(i - 1, j);
    }
    const double time = -200 * std::log(fraction(i * std::sqrt(31.0))) * std::exp(-eta);
    const double censored = 50 + 400 * fraction(i * std::sqrt(37.0));
    const auto at = static_cast<std::size_t>(i - 1);
    data.survival.stop[at] = std::min(time, censored);
    if (days) data.survival.stop[at] = std::ceil(data.survival.stop[at]);
    data.survival.event[at] = time <= censored ? 1 : 0;
  }
  return data;
}

// The maximum is where the gradient is 0; agreement with R is held by survival_reference_test.cpp.
bool right(const entact::CoxFit& fit) { return fit.fit.converged && fit.gradient < 1e-7; }

void cox(benchmark::State& state) {
  const bool days = state.range(1) == 1, robust = state.range(2) == 1, late = state.range(3) == 1;
  entact::CoxData data = made(static_cast<int>(state.range(0)), days);
  if (late)
    for (std::size_t i = 0; i < data.survival.stop.size(); ++i)
      data.survival.start.push_back(i % 2 == 0 ? 0 : std::floor(data.survival.stop[i] / 3) - 1);
  const entact::CoxOptions how{.robust = robust};
  if (!right(entact::fit_cox(data, how))) {
    state.SkipWithError("the answer is wrong");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(entact::fit_cox(data, how));
}
BENCHMARK(cox)
    ->ArgNames({"rows", "days", "robust", "late"})
    ->Args({100000, 0, 0, 0})
    ->Args({100000, 0, 1, 0})
    ->Args({100000, 1, 0, 0})
    ->Args({1000000, 0, 0, 0})
    ->Args({1000000, 0, 1, 0})
    ->Args({1000000, 1, 0, 0})
    ->Args({1000000, 1, 1, 0})
    ->Args({1000000, 0, 0, 1})
    ->Args({1000000, 0, 1, 1})
    ->Unit(benchmark::kMillisecond);

void curve(benchmark::State& state) {
  const entact::SurvivalData data = made(static_cast<int>(state.range(0)), true).survival;
  const entact::SurvivalCurve made_curve = entact::kaplan_meier(data);
  const double first = 1 - made_curve.events[0] / static_cast<double>(data.rows());
  if (std::abs(made_curve.survival[0] - first) > 1e-12) state.SkipWithError("the answer is wrong");
  for (auto _ : state) benchmark::DoNotOptimize(entact::kaplan_meier(data));
}
BENCHMARK(curve)->Arg(1000000)->Unit(benchmark::kMillisecond);

}  // namespace
