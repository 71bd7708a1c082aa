// 100,000 adverse events of 10,000 participants: the whole table with every interval.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>

#include "entact/stats/adverse_comparison.h"
#include "entact/stats/adverse_specimen.h"

namespace {

using namespace entact;

const AdverseStudy& large() {
  static const AdverseStudy study = many_people(10000, 100000);
  return study;
}

void count(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(adverse_table(large()));
}
BENCHMARK(count)->Unit(benchmark::kMillisecond);

void count_compare_and_intervals(benchmark::State& state) {
  const AdverseTable checked = adverse_table(large());
  if (checked.rows[0].total.events != 100000 || checked.n_total != 10000) std::abort();
  for (auto _ : state) {
    const AdverseTable table = adverse_table(large());
    benchmark::DoNotOptimize(compare_arms(table, {}));
    for (const AdverseRow& row : table.rows)
      for (std::size_t arm = 0; arm < row.arms.size(); ++arm)
        benchmark::DoNotOptimize(
            adverse_incidence(row.arms[arm], table.n[arm], table.exposure_days[arm]));
  }
}
BENCHMARK(count_compare_and_intervals)->Unit(benchmark::kMillisecond);

}  // namespace
