#include "entact/pharm/cell_quantiles.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/random.h"

namespace entact {
namespace {

constexpr std::size_t n_values = 3;
const QuantileIntervals intervals(1e-3);

/// Somebody's values: log-normal, wider from value to value.
std::vector<Lanes> made(std::uint32_t person) {
  RandomStream random({.seed = 5, .participant = person});
  std::vector<Lanes> values(n_values);
  for (std::size_t i = 0; i < n_values; ++i)
    for (double& x : values[i].lane) x = std::exp(static_cast<double>(i) * random.normal());
  return values;
}

CellQuantiles of_people(std::uint32_t first, std::uint32_t end) {
  const WideSummary summary = best_wide_summary();
  CellQuantiles quantiles(n_values, intervals);
  for (std::uint32_t person = first; person < end; ++person)
    quantiles.add(made(person).data(), summary);
  quantiles.finish();
  return quantiles;
}

// More people than are put aside at a time, and not a whole number of times as many.
TEST(CellQuantiles, counts_each_cell_as_a_sketch_of_its_own) {
  const CellQuantiles found = of_people(0, 2500);
  for (std::size_t i = 0; i < n_values; ++i)
    for (const std::size_t l : {0U, 7U, 8U, 15U}) {
      QuantileSketch single(intervals);
      for (std::uint32_t person = 0; person < 2500; ++person) single.add(made(person)[i].lane[l]);
      for (const double p : {0.05, 0.5, 0.95})
        EXPECT_EQ(found.quantile(i * n_lanes + l, p), single.quantile(p)) << i << ", " << l;
    }
}

TEST(CellQuantiles, merges_to_the_same_counts) {
  CellQuantiles parts = of_people(0, 700);
  parts.merge(of_people(700, 2500));
  const CellQuantiles whole = of_people(0, 2500);
  for (std::size_t cell = 0; cell < n_values * n_lanes; ++cell)
    EXPECT_EQ(parts.quantile(cell, 0.3), whole.quantile(cell, 0.3));
}

}  // namespace
}  // namespace entact
