#include "entact/trial/stagewise_table.h"

#include <gtest/gtest.h>

#include "entact/trial/sequential_inference.h"

namespace entact {
namespace {

// A standard error at look k is 1 / sqrt(rate) in units of drift.
TEST(StagewiseTable, is_the_stagewise_estimate_at_planned_information) {
  const GroupSequentialDesign design =
      group_sequential({.rates = {0.4, 1}, .futility = Spending{}});
  const StagewiseTable table(design, 0.9);
  for (const int look : {1, 2})
    for (const double z : {-2.03, 0.4, 1.97, 2.71, 4.4}) {
      SequentialStop stop{.information = {0.4}, .z = z};
      if (look == 2) stop.information.push_back(1);
      const SequentialEstimate exact = stagewise_estimate(design, stop, 0.9);
      const StagewiseDrift found = table.at(look, z);
      EXPECT_NEAR(found.median, exact.median_unbiased, 1.5e-3) << look << " " << z;
      EXPECT_NEAR(found.low, exact.low, 1.5e-3);
      EXPECT_NEAR(found.high, exact.high, 1.5e-3);
    }
}

}  // namespace
}  // namespace entact
