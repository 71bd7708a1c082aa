#include "entact/answer/simulate_blocks.h"

#include <gtest/gtest.h>

namespace entact {
namespace {

std::vector<BandRow> doses_shown(const std::string& times) {
  return dose_rows(plan_simulation({.model = "mdma",
                                    .data = ENTACT_SOURCE_DIR "/data",
                                    .regimens = {"120@0,60@2"},
                                    .times = times}));
}

void expect_steps(const std::vector<BandRow>& rows,
                  const std::vector<std::pair<double, double>>& steps) {
  ASSERT_EQ(rows.size(), steps.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].x, steps[i].first) << i;
    EXPECT_EQ(rows[i].median, steps[i].second) << i;
  }
}

TEST(SimulateBlocks, doses_are_steps_up_to_what_was_taken) {
  expect_steps(doses_shown("0:24:1"), {{0, 0}, {0, 0}, {0, 120}, {2, 120}, {2, 180}, {24, 180}});
}

TEST(SimulateBlocks, doses_are_shown_over_the_times_asked_for) {
  expect_steps(doses_shown("1:12:1"), {{1, 120}, {2, 120}, {2, 180}, {12, 180}});
  expect_steps(doses_shown("6:12:1"), {{6, 180}, {12, 180}});
}

}  // namespace
}  // namespace entact
