// 20,000 participants at 10 visits, BASE + ARM * AVISIT + SITE: 200,000 x 24. The answer is checked
// by its size and a column sum before it is timed.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "entact/stats/design_matrix.h"
#include "entact/stats/marginal_means.h"

namespace {

using namespace entact;

Table visits_of(int persons) {
  std::vector<std::string> id, arm, visit, site;
  std::vector<double> base, change;
  for (int i = 0; i < persons; ++i)
    for (int t = 0; t < 10; ++t) {
      id.push_back("SUBJECT-" + std::to_string(100000 + i));
      arm.push_back(i % 2 == 0 ? "MDMA" : "PLACEBO");
      visit.push_back("WEEK " + std::to_string(10 + t));
      site.push_back("SITE " + std::to_string(i / 2 % 4));
      base.push_back(40 + (i * 7919 % 1000) / 50.0);
      change.push_back((i * 31 + t * 17) % 101);
    }
  Table table;
  table.add({.name = "USUBJID", .values = id});
  table.add({.name = "ARM", .values = arm});
  table.add({.name = "AVISIT", .values = visit});
  table.add({.name = "SITE", .values = site});
  table.add({.name = "BASE", .values = base});
  table.add({.name = "CHG", .values = change});
  return table;
}

void design(benchmark::State& state) {
  const Table table = visits_of(static_cast<int>(state.range(0)));
  const ModelFormula formula =
      parse_formula("CHG ~ BASE + ARM * AVISIT + SITE + us(AVISIT | USUBJID)");
  const Design once = make_design(formula, table);
  const double arms = once.x.col(2).sum();
  if (once.x.cols() != 24 || arms != 5.0 * static_cast<double>(state.range(0))) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(make_design(formula, table));
}
BENCHMARK(design)->Arg(100)->Arg(1000)->Arg(20000)->Unit(benchmark::kMillisecond);

void means(benchmark::State& state) {
  const Table table = visits_of(static_cast<int>(state.range(0)));
  const Design once = make_design(parse_formula("CHG ~ BASE + ARM * AVISIT + SITE"), table);
  if (marginal_means(once, table, {"ARM", "AVISIT"}).means.size() != 20) std::abort();
  const auto weights = static_cast<MarginWeights>(state.range(1));
  for (auto _ : state)
    benchmark::DoNotOptimize(marginal_means(once, table, {"ARM", "AVISIT"}, weights));
}
BENCHMARK(means)
    ->Args({1000, 0})
    ->Args({20000, 0})
    ->Args({20000, 1})
    ->Args({20000, 2})
    ->Unit(benchmark::kMillisecond);

}  // namespace
