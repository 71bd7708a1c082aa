#include "entact/num/sample_quantile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace entact {
namespace {

TEST(SampleQuantile, is_linear_between_order_statistics) {
  const std::vector<double> x{1, 2, 4, 8};
  EXPECT_EQ(sample_quantile(x, 0), 1);
  EXPECT_EQ(sample_quantile(x, 1), 8);
  EXPECT_DOUBLE_EQ(sample_quantile(x, 0.5), 3);
  EXPECT_DOUBLE_EQ(sample_quantile(x, 0.9), 6.8);  // R: quantile(c(1, 2, 4, 8), 0.9)
  EXPECT_EQ(sample_quantile(std::vector<double>{5}, 0.3), 5);
  EXPECT_TRUE(std::isnan(sample_quantile({}, 0.5)));
}

}  // namespace
}  // namespace entact
