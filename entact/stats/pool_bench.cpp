// REML with Hartung-Knapp interval, prediction and Q-profile interval, at 13 to 10,000 studies, and
// a meta-regression. Each checks its answer against metafor before it times anything (at 10,000
// against the equations that the answer solves: metafor's k x k matrices do not fit there).
// reference/pool/time.sh runs metafor and this side by side.
#include "entact/stats/pool.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "entact/num/distributions.h"
#include "entact/stats/pool_bayes.h"

namespace {

using nlohmann::json;

struct Studies {
  std::vector<double> y{}, v{};
};

// The same numbers as made() of reference/pool/time_metafor.R.
Studies made_studies(std::size_t k) {
  Studies s;
  for (std::size_t i = 1; i <= k; ++i) {
    const double n = static_cast<double>(i), golden = n * (std::sqrt(5.0) - 1) / 2;
    const double w = golden - std::floor(golden), u = n * std::sqrt(2.0);
    const double v = 0.009 + 0.591 * w * w;
    s.v.push_back(v);
    s.y.push_back(0.4 + std::sqrt(0.1 + v) * entact::normal_quantile(u - std::floor(u)));
  }
  return s;
}

json read(const std::string& name) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/pool/" + name);
  return json::parse(in);
}

Studies bcg() {
  const json b = read("input.json")["bcg_logRR"];
  return {b["yi"].get<std::vector<double>>(), b["vi"].get<std::vector<double>>()};
}

bool near(double ours, double theirs) { return std::abs(ours - theirs) <= 1e-8 * std::abs(theirs); }

// The REML equation and the upper Q-profile equation, by the projection's sums.
bool solves_its_equations(const Studies& s, const entact::Pooled& pooled) {
  entact::PoolModel model(s.y, s.v);
  const auto sums = model.sums_at(pooled.tau2);
  const double df = static_cast<double>(s.y.size() - 1);
  const double high = model.q_at(pooled.tau2_interval->high).q;
  return near(sums.y_pp_y, sums.trace_p) && near(high, entact::chi_squared_quantile(0.025, df));
}

bool right(const Studies& s, const entact::Pooled& pooled) {
  if (s.y.size() > 1000) return solves_its_equations(s, pooled);
  if (s.y.size() == 13) {
    const json m = read("metafor.json")["mean"]["bcg_logRR"];
    const json& fit = m["fits"]["REML"]["knha"];
    return near(pooled.value(), fit["value"][0]) && near(pooled.se(), fit["se"][0]) &&
           near(pooled.tau2_interval->high, m["q_profile"]["tau2"][1]);
  }
  const json m = read("large.json")[std::to_string(s.y.size())];
  return near(pooled.value(), m["value"]) && near(pooled.se(), m["se"]) &&
         near(pooled.tau2, m["tau2"]) && near(pooled.tau2_interval->high, m["tau2_interval"][1]);
}

void reml_hartung_knapp(benchmark::State& state) {
  const auto k = static_cast<std::size_t>(state.range(0));
  const Studies s = k == 13 ? bcg() : made_studies(k);
  const entact::PoolOptions how{.test = entact::PoolTest::knha};
  if (!right(s, entact::pool(s.y, s.v, how))) {
    state.SkipWithError("the answer is wrong");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(entact::pool(s.y, s.v, how));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(reml_hartung_knapp)
    ->Arg(13)
    ->Arg(100)
    ->Arg(1000)
    ->Arg(10000)
    ->Unit(benchmark::kMicrosecond);

void meta_regression(benchmark::State& state) {
  const auto k = static_cast<std::size_t>(state.range(0));
  const Studies s = k == 13 ? bcg() : made_studies(k);
  entact::Moderators m{.x = Eigen::MatrixXd::Ones(state.range(0), 2), .names = {"intercept", "x"}};
  const json ablat = read("input.json")["bcg_logRR"]["ablat"];
  for (Eigen::Index i = 0; i < m.x.rows(); ++i)
    m.x(i, 1) = ablat[static_cast<std::size_t>(i) % 13].get<double>();
  const entact::PoolOptions how{.test = entact::PoolTest::knha};
  const double slope = entact::pool(s.y, s.v, m, how).coefficients[1].value;
  const json theirs = read("metafor.json")["regression"]["ablat"]["REML"]["knha"];
  if (k == 13 && !near(slope, theirs["value"][1])) state.SkipWithError("the answer is wrong");
  for (auto _ : state) benchmark::DoNotOptimize(entact::pool(s.y, s.v, m, how));
}
BENCHMARK(meta_regression)->Arg(13)->Arg(10000)->Unit(benchmark::kMicrosecond);

void bayes(benchmark::State& state) {
  const Studies s = bcg();
  const entact::PoolBayesOptions how{.studies = state.range(0) == 1};
  const json expected = read("bayes.json")["bcg_logRR"]["half_normal_flat"];
  if (!near(entact::pool_bayes(s.y, s.v, how).mu.mean, expected["mu_mean"]))
    state.SkipWithError("the answer is wrong");
  for (auto _ : state) benchmark::DoNotOptimize(entact::pool_bayes(s.y, s.v, how));
}
BENCHMARK(bayes)->ArgName("with_studies")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace
