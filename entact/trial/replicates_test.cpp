#include "entact/trial/replicates.h"

#include <gtest/gtest.h>

#include "entact/base/error.h"
#include "entact/base/random.h"

namespace entact {
namespace {

/// Two normals of the replicate's own stream.
Replicates normals() {
  return {.name = "normals", .width = 2, .result = [](std::int64_t replicate) {
            RandomStream random({.seed = 7,
                                 .purpose = RandomPurpose::course,
                                 .replicate = static_cast<std::uint32_t>(replicate)});
            const double first = random.normal();
            return std::vector<double>{first, random.normal()};
          }};
}

double sum_of(const Replicates& run, ReplicateRange range, const ReplicateOptions& how) {
  double sum = 0;
  run_replicates(run, range, how,
                 [&](std::int64_t, const std::vector<double>& r) { sum += r[0] * 0.1 + r[1]; });
  return sum;
}

TEST(Replicates, sums_are_the_same_to_the_last_bit_on_any_number_of_threads_and_blocks) {
  const double one = sum_of(normals(), {0, 1000}, {});
  EXPECT_EQ(one, sum_of(normals(), {0, 1000}, {.compute = on_threads(2), .block = 7}));
  EXPECT_EQ(one, sum_of(normals(), {0, 1000}, {.compute = on_threads(0), .block = 5000}));
}

TEST(Replicates, come_in_order_with_their_own_numbers) {
  std::vector<std::int64_t> seen;
  const auto take = [&](std::int64_t replicate, const std::vector<double>& result) {
    seen.push_back(replicate);
    EXPECT_EQ(result, normals().result(replicate));
  };
  EXPECT_EQ(run_replicates(normals(), {40, 5}, {.compute = on_threads(2), .block = 2}, take), 5);
  EXPECT_EQ(seen, (std::vector<std::int64_t>{40, 41, 42, 43, 44}));
}

TEST(Replicates, stop_after_the_block_in_which_progress_says_so) {
  std::int64_t taken = 0;
  const auto take = [&](std::int64_t, const std::vector<double>&) { ++taken; };
  const ReplicateOptions how{.block = 10, .progress = [](std::int64_t done) { return done < 20; }};
  EXPECT_EQ(run_replicates(normals(), {0, 100}, how, take), 20);
  EXPECT_EQ(taken, 20);
}

TEST(Replicates, refuse_a_result_of_another_width) {
  Replicates run = normals();
  run.width = 3;
  try {
    sum_of(run, {0, 1}, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "trial.replicates.width");
  }
}

TEST(Replicates, what_one_throws_ends_the_run) {
  Replicates run = normals();
  run.result = [](std::int64_t replicate) -> std::vector<double> {
    if (replicate == 3) throw Error("x", "third");
    return {0, 0};
  };
  EXPECT_THROW(sum_of(run, {0, 10}, {.compute = on_threads(2)}), Error);
}

}  // namespace
}  // namespace entact
