#include "entact/stats/tipping_point.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "entact/base/error.h"
#include "entact/stats/imputation_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

struct Trial {
  ImputationSpecimen s;
  Imputations made;
  ImputedAnalysis analysis;
  Trial() {
    std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/input.json");
    s = imputation_specimen(nlohmann::json::parse(in), ImputationStrategy::mar);
    made = impute(s.data,
                  {.method = ImputationMethod::conditional_mean, .rule = PoolingRule::jackknife});
    analysis = ancova_analysis({specimen_visits(s)[2]}, {"PBO", "MDMA"}, 0);
  }
  [[nodiscard]] TippingAxis axis(int arm, std::vector<double> deltas) const {
    TippingAxis made_axis{.name = arm == 1 ? "MDMA" : "PBO", .deltas = std::move(deltas)};
    made_axis.where = MatrixXd::Zero(100, 3);
    for (Index i = 0; i < 100; ++i)
      if (s.arm[static_cast<std::size_t>(i)] == arm) made_axis.where.row(i).setOnes();
    return made_axis;
  }
};

TEST(TippingPoint, without_a_shift_it_is_the_analysis_and_shifts_are_linear) {
  const Trial t;
  const TippingPoint found =
      tipping_point(t.s.data, t.made, t.analysis, 0, t.axis(1, {0, 5, 10}), t.axis(0, {-10, 0}));
  ASSERT_EQ(found.cells.size(), 6U);
  const auto plain = pool_imputations(t.s.data, t.made, t.analysis)[0];
  EXPECT_EQ(found.cells[3].pooled.estimate, plain.estimate);
  EXPECT_EQ(found.cells[3].pooled.p, plain.p);
  const auto estimate = [&](std::size_t k) { return found.cells[k].pooled.estimate; };
  EXPECT_NEAR(estimate(5) - estimate(4), estimate(4) - estimate(3), 1e-10);
  EXPECT_GT(estimate(5), estimate(3));  // worse outcomes of the treated
  EXPECT_GT(estimate(0), estimate(3));  // better ones of placebo
  EXPECT_NEAR(estimate(1) - estimate(0), estimate(4) - estimate(3), 1e-10);
}

// At a point of the contour the interval touches 0.
TEST(TippingPoint, the_contour_is_where_the_interval_touches_no_effect) {
  const Trial t;
  std::vector<double> deltas;
  for (int k = 0; k <= 40; ++k) deltas.push_back(2 * k);
  const TippingPoint found =
      tipping_point(t.s.data, t.made, t.analysis, 0, t.axis(1, deltas), t.axis(0, {-4, 0}));
  ASSERT_GE(found.contour.size(), 2U);
  EXPECT_TRUE(found.cells[41].significant);
  for (const auto& [x, y] : found.contour) {
    const MatrixXd delta = x * t.axis(1, {}).where + y * t.axis(0, {}).where;
    const auto there = pool_imputations(t.s.data, t.made, t.analysis, delta)[0];
    EXPECT_NEAR(there.high, 0, 0.02);  // interpolated over steps of 2
  }
}

TEST(TippingPoint, an_axis_needs_ascending_deltas) {
  const Trial t;
  for (const auto& deltas : std::vector<std::vector<double>>{{}, {1, 0}, {1, 1}})
    EXPECT_THROW(tipping_point(t.s.data, t.made, t.analysis, 0, t.axis(1, deltas), t.axis(0, {0})),
                 Error);
  EXPECT_THROW(tipping_point(t.s.data, t.made, t.analysis, 9, t.axis(1, {0}), t.axis(0, {0})),
               Error);
}

}  // namespace
}  // namespace entact
