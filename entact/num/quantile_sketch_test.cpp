#include "entact/num/quantile_sketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "entact/base/random.h"

namespace entact {
namespace {

std::vector<double> log_normal(int n, std::uint64_t seed, double sd = 1) {
  RandomStream random({.seed = seed});
  std::vector<double> values;
  for (int i = 0; i < n; ++i) values.push_back(std::exp(sd * random.normal()));
  return values;
}

double exact(std::vector<double> values, double p) {
  std::sort(values.begin(), values.end());
  const double rank = p * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(rank);
  const std::size_t high = std::min(low + 1, values.size() - 1);
  return values[low] + (rank - std::floor(rank)) * (values[high] - values[low]);
}

QuantileSketch sketch_of(const std::vector<double>& values) {
  QuantileSketch sketch;
  for (const double value : values) sketch.add(value);
  return sketch;
}

TEST(QuantileSketch, lies_within_its_bound_of_the_exact_quantile) {
  for (const double sign : {1.0, -1.0}) {
    auto values = log_normal(5001, 1, 3);  // over some twenty octaves
    for (double& value : values) value *= sign;
    const QuantileSketch sketch = sketch_of(values);
    EXPECT_EQ(sketch.count(), 5001);
    for (const double p : {0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0}) {
      const double truth = exact(values, p);
      EXPECT_NEAR(sketch.quantile(p), truth, std::abs(truth) / 64) << p;
    }
  }
}

TEST(QuantileSketch, is_much_closer_where_an_interval_holds_many) {
  const auto values = log_normal(20000, 6, 0.5);
  const QuantileSketch sketch = sketch_of(values);
  for (const double p : {0.05, 0.25, 0.5, 0.75, 0.95}) {
    const double truth = exact(values, p);
    EXPECT_NEAR(sketch.quantile(p), truth, 0.001 * truth) << p;
  }
}

// One rule from zero to beyond: the width never exceeds what is asked for, and is not much finer.
TEST(QuantileIntervals, are_even_near_zero_and_relative_beyond) {
  for (const double finest : {1e-8, 1e-3, 1.0}) {
    const QuantileIntervals intervals(finest);
    for (double value = finest / 8; value < 1e6 * finest; value *= 1.37) {
      const int k = intervals(value);
      EXPECT_EQ(intervals(-value), -k);
      const double low = intervals.edge(k), high = intervals.edge(k + 1);
      EXPECT_LE(low, value);
      EXPECT_GT(high, value);
      EXPECT_LE(high - low, value / 64 + finest);
      EXPECT_GE(high - low, std::max(value / 128, finest / 2));
    }
    EXPECT_EQ(intervals(0), 0);
  }
}

TEST(QuantileSketch, merges_in_any_order_to_the_same_counts) {
  const auto a = log_normal(1000, 1), b = log_normal(1000, 2, 4);
  QuantileSketch first = sketch_of(a), second = sketch_of(b);
  first.merge(sketch_of(b)), second.merge(sketch_of(a));
  auto both = a;
  both.insert(both.end(), b.begin(), b.end());
  const QuantileSketch whole = sketch_of(both);
  for (const double p : {0.01, 0.1, 0.5, 0.9, 0.99}) {
    EXPECT_EQ(first.quantile(p), second.quantile(p));
    EXPECT_EQ(first.quantile(p), whole.quantile(p));
  }
}

// More values than the small counts hold, over few and over many octaves, and one column that is
// the same throughout.
TEST(QuantileSketch, counts_rows_as_one_by_one) {
  constexpr std::size_t n = 70000, columns = 3, size = QuantileSketch::row_size;
  const std::vector<std::vector<double>> values{log_normal(n, 3, 4), log_normal(n, 4, 0.01),
                                                std::vector<double>(n, 0.0)};
  std::vector<std::int16_t> rows(n * size, 0);
  std::vector<QuantileSketch> together(columns);
  const QuantileIntervals intervals;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < columns; ++j) rows[i * size + j] = intervals(values[j][i]);
  QuantileSketch::add_rows(together, std::span(rows).first(5 * size));
  QuantileSketch::add_rows(together, std::span(rows).subspan(5 * size));
  for (std::size_t j = 0; j < columns; ++j) {
    const QuantileSketch single = sketch_of(values[j]);
    EXPECT_EQ(together[j].count(), static_cast<std::int64_t>(n));
    for (const double p : {0.0, 0.1, 0.5, 0.9, 1.0})
      EXPECT_EQ(together[j].quantile(p), single.quantile(p)) << j;
  }
}

TEST(QuantileSketch, knows_zero_and_both_signs) {
  const QuantileSketch sketch = sketch_of({-2, 0, 1e-15, 4, 8});
  EXPECT_NEAR(sketch.quantile(0), -2, 2.0 / 64);
  EXPECT_EQ(sketch.quantile(0.25), 0);
  EXPECT_EQ(sketch.quantile(0.5), 0);
  EXPECT_NEAR(sketch.quantile(0.75), 4, 4.0 / 64);
  EXPECT_NEAR(sketch.quantile(1), 8, 8.0 / 64);
}

TEST(QuantileSketch, of_nothing_has_no_quantile) {
  EXPECT_TRUE(std::isnan(QuantileSketch().quantile(0.5)));
}

TEST(QuantileSketch, takes_extremes_without_growing_beyond_its_range) {
  const QuantileSketch sketch = sketch_of({1e-300, 1e300, -1e300});
  EXPECT_LT(sketch.quantile(0), -1e17);
  EXPECT_EQ(sketch.quantile(0.5), 0);
  EXPECT_GT(sketch.quantile(1), 1e17);
}

}  // namespace
}  // namespace entact
