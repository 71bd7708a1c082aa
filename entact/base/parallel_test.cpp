#include "entact/base/parallel.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "entact/base/error.h"
#include "entact/base/random.h"

namespace entact {
namespace {

std::vector<double> numbers_with(int threads) {
  std::vector<double> made(1000);
  parallel_for(1000, threads, [&](std::ptrdiff_t i) {
    RandomStream stream({.seed = 1, .replicate = static_cast<std::uint32_t>(i)});
    made[static_cast<std::size_t>(i)] = stream.normal();
  });
  return made;
}

TEST(Parallel, results_do_not_depend_on_the_number_of_threads) {
  const auto one = numbers_with(1);
  EXPECT_EQ(one, numbers_with(2));
  EXPECT_EQ(one, numbers_with(7));
  EXPECT_EQ(one, numbers_with(0));
}

TEST(Parallel, every_index_is_visited_once) {
  for (const std::ptrdiff_t n : {0, 1, 2, 999}) {
    std::vector<int> visits(static_cast<std::size_t>(n));
    parallel_for(n, 3, [&](std::ptrdiff_t i) { ++visits[static_cast<std::size_t>(i)]; });
    EXPECT_EQ(visits, std::vector<int>(static_cast<std::size_t>(n), 1));
  }
}

TEST(Parallel, the_fault_of_the_lowest_index_is_thrown) {
  for (const int threads : {1, 4}) {
    try {
      parallel_for(100, threads, [](std::ptrdiff_t i) {
        if (i >= 17) throw Error("test.fault", std::to_string(i));
      });
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), "17");
    }
  }
}

}  // namespace
}  // namespace entact
