#include "entact/stats/mmrm.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "entact/stats/mmrm_inference.h"
#include "entact/stats/mmrm_specimen.h"

namespace entact {
namespace {

// A fit, its Kenward-Roger inference and every least-squares mean and difference by visit.
double analyse(Mmrm& model, const Eigen::VectorXd& y, int visits) {
  model.fit(y);
  if (!model.last().fit.converged) std::abort();
  const MmrmInference inference(model, MmrmDf::kenward_roger);
  const Eigen::Index p = model.sums().columns;
  double sum = 0;
  for (int v = 0; v < visits; ++v) {
    Eigen::VectorXd mean = Eigen::VectorXd::Unit(p, 0);
    mean[1] = 40;
    if (v > 0) mean[1 + v] = 1;
    const Eigen::VectorXd difference = Eigen::VectorXd::Unit(p, 1 + visits + v);
    for (const Eigen::VectorXd& l : {mean, Eigen::VectorXd(mean + difference), difference})
      sum += inference.contrast(l).df;
  }
  return sum;
}

// The structure stands; a new response is analysed.
void refit(benchmark::State& state) {
  const auto visits = static_cast<int>(state.range(1));
  const auto trial = specimen::drawn_trial(static_cast<int>(state.range(0)), visits, 0.1);
  Mmrm model(trial.data);
  for (auto _ : state) benchmark::DoNotOptimize(analyse(model, trial.y, visits));
}

// From rows to answer.
void whole(benchmark::State& state) {
  const auto visits = static_cast<int>(state.range(1));
  const auto trial = specimen::drawn_trial(static_cast<int>(state.range(0)), visits, 0.25);
  for (auto _ : state) {
    Mmrm model(trial.data);
    benchmark::DoNotOptimize(analyse(model, trial.y, visits));
  }
}

// The data sets of reference/mmrm, which R is timed on.
void reference(benchmark::State& state, const std::string& name) {
  const Table table = specimen::mmrm_table(specimen::mmrm_json("input.json"), name);
  const Design design =
      make_design(parse_formula("CHG ~ BASE + AVISIT + ARM:AVISIT + us(AVISIT | USUBJID)"), table);
  std::vector<std::string> levels;
  for (const Factor& factor : design.factors)
    if (factor.variable == "AVISIT") levels = factor.levels;
  const MmrmData data{.x = design.x,
                      .subject = specimen::numbered(table, design, "USUBJID"),
                      .visit = specimen::numbered(table, design, "AVISIT", levels),
                      .visits = static_cast<int>(levels.size())};
  for (auto _ : state) {
    Mmrm model(data);
    benchmark::DoNotOptimize(analyse(model, design.y, data.visits));
  }
}
BENCHMARK_CAPTURE(reference, mapp_like, "mapp_like")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reference, long10_n300, "long10_n300")->Unit(benchmark::kMillisecond);

BENCHMARK(refit)->Args({100, 3})->Args({100, 4})->Unit(benchmark::kMillisecond);
BENCHMARK(whole)
    ->Args({100, 3})
    ->Args({100, 10})
    ->Args({1000, 10})
    ->Args({5000, 10})
    ->Args({20000, 10})
    ->Args({100000, 10})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace entact
