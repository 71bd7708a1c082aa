// Reference-based imputation of made trials: 100 participants at 4 visits, Bayesian draws of jump
// to reference with covariance analysis and Rubin; 172 participants at 4 visits with 43 dropouts,
// the size of rbmi's example, by conditional means and jackknife. Each checks its answer first:
// against the numbers of reference/impute on the trial there, and the made ones against the other
// method.
#include "entact/stats/imputation.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <fstream>

#include "entact/base/random.h"
#include "entact/stats/imputation_specimen.h"

namespace {

using entact::ImputationMethod;
using entact::ImputationOptions;
using entact::ImputationSpecimen;
using entact::PoolingRule;

// Two arms in turn, change falling with time and treatment, random walk errors, dropout by hash.
ImputationSpecimen made_trial(int n, int m, double dropout) {
  ImputationSpecimen s;
  s.data.y.resize(n, m);
  for (int v = 0; v < m; ++v) s.data.visits.push_back("V" + std::to_string(v + 1));
  for (int i = 0; i < n; ++i) {
    entact::RandomStream random({.seed = 99, .participant = static_cast<std::uint32_t>(i)});
    s.data.participants.push_back("P" + std::to_string(i + 1));
    s.arm.push_back(i % 2);
    s.base.push_back(40 + 7 * random.normal());
    const bool leaves = random.uniform() < dropout;
    const int last = leaves ? 1 + static_cast<int>(random.below(static_cast<unsigned>(m - 1))) : m;
    double error = 4 * random.normal();
    for (int v = 0; v < m; ++v) {
      s.data.y(i, v) = v < last ? -4.0 * (v + 1) - 2.0 * s.arm.back() * (v + 1) -
                                      0.2 * (s.base.back() - 40) + error
                                : std::nan("");
      error += 5 * random.normal();
    }
    s.data.first_affected.push_back(last);
  }
  s.data.strategy.assign(static_cast<std::size_t>(n), entact::ImputationStrategy::jr);
  entact::add_specimen_designs(s);
  return s;
}

std::vector<entact::PooledImputation> answer(const ImputationSpecimen& s,
                                             const ImputationOptions& how) {
  const auto analysis = entact::ancova_analysis(entact::specimen_visits(s), {"PBO", "MDMA"}, 0);
  return entact::pool_imputations(s.data, entact::impute(s.data, how), analysis);
}

constexpr ImputationOptions jackknife{.method = ImputationMethod::conditional_mean,
                                      .rule = PoolingRule::jackknife};

bool agrees_with_reference() {
  const std::string folder = std::string(ENTACT_SOURCE_DIR) + "/reference/impute/";
  std::ifstream input(folder + "input.json"), expected(folder + "expected.json");
  const auto s =
      entact::imputation_specimen(nlohmann::json::parse(input), entact::ImputationStrategy::jr);
  const auto theirs = nlohmann::json::parse(expected)["conditional_mean"]["JR"];
  const auto ours = answer(s, jackknife);
  for (std::size_t k = 0; k < ours.size(); ++k)
    if (std::abs(ours[k].estimate - theirs["estimate"][k].get<double>()) > 1e-6 ||
        std::abs(ours[k].se - theirs["jackknife_se"][k].get<double>()) > 1e-5)
      return false;
  return true;
}

// Draws scatter around the conditional means.
bool agree(const std::vector<entact::PooledImputation>& draws,
           const std::vector<entact::PooledImputation>& means) {
  for (std::size_t k = 0; k < draws.size(); ++k)
    if (std::abs(draws[k].estimate - means[k].estimate) > 0.3 * means[k].se) return false;
  return true;
}

void run(benchmark::State& state, const ImputationSpecimen& s, const ImputationOptions& how) {
  if (!agrees_with_reference() || !agree(answer(s, how), answer(s, jackknife))) {
    state.SkipWithError("the answer is wrong");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(answer(s, how));
}

void bayes_500_draws(benchmark::State& state) { run(state, made_trial(100, 4, 0.25), {}); }
BENCHMARK(bayes_500_draws)->Unit(benchmark::kMillisecond);

void approximate_bayes_500_draws(benchmark::State& state) {
  run(state, made_trial(100, 4, 0.25), {.method = ImputationMethod::approximate_bayes});
}
BENCHMARK(approximate_bayes_500_draws)->Unit(benchmark::kMillisecond);

void conditional_mean_jackknife(benchmark::State& state) {
  run(state, made_trial(172, 4, 0.25), jackknife);
}
BENCHMARK(conditional_mean_jackknife)->Unit(benchmark::kMillisecond);

void conditional_mean_bootstrap_1000(benchmark::State& state) {
  run(state, made_trial(172, 4, 0.25),
      {.method = ImputationMethod::conditional_mean,
       .rule = PoolingRule::bootstrap_percentile,
       .draws = 1000});
}
BENCHMARK(conditional_mean_bootstrap_1000)->Unit(benchmark::kMillisecond);

}  // namespace
