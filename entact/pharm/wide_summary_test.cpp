#include "entact/pharm/wide_summary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "entact/num/quantile_sketch.h"

namespace entact {
namespace {

std::vector<WideSummary> all_sets() {
  std::vector<WideSummary> sets{wide_summary<InstructionSet::sse2>()};
  if (best_instruction_set() >= InstructionSet::avx2)
    sets.push_back(wide_summary<InstructionSet::avx2>());
  if (best_instruction_set() >= InstructionSet::avx512)
    sets.push_back(wide_summary<InstructionSet::avx512>());
  return sets;
}

double made(std::size_t t, std::size_t j) { return std::sin(static_cast<double>(7 * t + j)) * 100; }

std::vector<Lanes> made_values(std::size_t n_times, std::size_t n_columns) {
  std::vector<Lanes> values((n_times + n_lanes - 1) / n_lanes * n_columns);
  for (std::size_t t = 0; t < n_times; ++t)
    for (std::size_t j = 0; j < n_columns; ++j)
      values[t / n_lanes * n_columns + j].lane[t % n_lanes] = made(t, j);
  return values;
}

TEST(WideSummary, gives_rows_and_touches_nothing_else) {
  constexpr double guard = -12345;
  for (const WideSummary& summary : all_sets())
    for (const std::size_t n_columns : {1U, 2U, 3U, 7U, 8U, 9U, 17U})
      for (const std::size_t n_times : {1U, 5U, 8U, 10U, 16U, 37U}) {
        const std::size_t n = n_times * n_columns;
        std::vector<double> rows(n + 16, guard);
        summary.to_rows(made_values(n_times, n_columns).data(), n_times, n_columns,
                        rows.data() + 8);
        for (std::size_t i = 0; i < rows.size(); ++i) {
          const bool inside = i >= 8 && i < 8 + n;
          EXPECT_EQ(rows[i], inside ? made((i - 8) / n_columns, (i - 8) % n_columns) : guard)
              << n_columns << " columns, " << n_times << " times, " << i;
        }
      }
}

TEST(WideSummary, finds_the_intervals_that_a_sketch_counts) {
  constexpr std::size_t n_values = 3, size = QuantileSketch::row_size, pitch = 40;
  const QuantileIntervals intervals(1e-8);
  const auto values = made_values(n_values * n_lanes, 1);
  for (const WideSummary& summary : all_sets()) {
    std::vector<std::int16_t> found(2 * n_values * pitch, -1);
    summary.intervals(intervals, values.data(), n_values, pitch, found.data());
    for (std::size_t i = 0; i < n_values * n_lanes; ++i)
      EXPECT_EQ(found[i / size * pitch + i % size], intervals(made(i, 0)));
    EXPECT_EQ(found[size], -1);
  }
}

TEST(WideSummary, adds_up_to_means_and_squares) {
  for (const WideSummary& summary : all_sets()) {
    std::vector<Lanes> mean(1), squares(1);
    double sum = 0, sum_of_squares = 0;
    for (std::size_t person = 0; person < 50; ++person) {
      Lanes value;
      for (std::size_t l = 0; l < n_lanes; ++l) value.lane[l] = made(person, l);
      summary.add(&value, 1, static_cast<double>(person + 1), mean.data(), squares.data());
      sum += made(person, 3), sum_of_squares += made(person, 3) * made(person, 3);
    }
    EXPECT_NEAR(mean[0].lane[3], sum / 50, 1e-12);
    EXPECT_NEAR(squares[0].lane[3], sum_of_squares - sum * sum / 50, 1e-8);
  }
}

}  // namespace
}  // namespace entact
