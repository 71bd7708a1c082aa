#include "entact/stats/imputation_strategy.h"

#include <gtest/gtest.h>

#include <Eigen/LU>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Vector3d;
using Eigen::VectorXd;
using S = ImputationStrategy;

const Vector3d own(1, 2, 3), reference(10, 20, 40);

MatrixXd covariance(double scale, double correlation) {
  MatrixXd c = MatrixXd::Constant(3, 3, correlation * scale);
  c.diagonal() << scale, 1.5 * scale, 2 * scale;
  return c;
}

TEST(ImputationStrategy, means_follow_their_definitions) {
  EXPECT_EQ(strategy_mean(S::mar, 1, own, reference), own);
  EXPECT_EQ(strategy_mean(S::jr, 1, own, reference), Vector3d(1, 20, 40));
  EXPECT_EQ(strategy_mean(S::cr, 1, own, reference), reference);
  EXPECT_EQ(strategy_mean(S::cir, 1, own, reference), Vector3d(1, 11, 31));
  EXPECT_EQ(strategy_mean(S::lmcf, 2, own, reference), Vector3d(1, 2, 2));
}

TEST(ImputationStrategy, without_an_event_all_are_mar_and_from_the_start_all_are_the_reference) {
  for (const S s : {S::mar, S::jr, S::cr, S::cir, S::lmcf}) {
    EXPECT_EQ(strategy_mean(s, 3, own, reference), own);
    EXPECT_EQ(strategy_covariance(s, 3, covariance(1, 0.3), covariance(2, 0.4)),
              covariance(1, 0.3));
  }
  for (const S s : {S::jr, S::cr, S::cir}) {
    EXPECT_EQ(strategy_mean(s, 0, own, reference), reference);
    EXPECT_EQ(strategy_covariance(s, 0, covariance(1, 0.3), covariance(2, 0.4)),
              covariance(2, 0.4));
  }
}

// The joined matrix is the own arm's before the event, and regresses later on earlier visits as the
// reference does, with the reference's residual covariance.
TEST(ImputationStrategy, joined_covariance_has_the_references_regression_of_later_visits) {
  const MatrixXd t = covariance(3, 0.6), r = covariance(2, 0.2);
  for (const Index first : {1, 2}) {
    const MatrixXd c = strategy_covariance(S::jr, first, t, r);
    EXPECT_EQ(c, strategy_covariance(S::cir, first, t, r));
    const Index later = 3 - first;
    EXPECT_EQ(c.topLeftCorner(first, first), t.topLeftCorner(first, first));
    const auto slope = [&](const MatrixXd& x) {
      return MatrixXd(x.bottomLeftCorner(later, first) * x.topLeftCorner(first, first).inverse());
    };
    EXPECT_LT((slope(c) - slope(r)).norm(), 1e-14);
    const auto residual = [&](const MatrixXd& x) {
      return MatrixXd(x.bottomRightCorner(later, later) -
                      slope(x) * x.topRightCorner(first, later));
    };
    EXPECT_LT((residual(c) - residual(r)).norm(), 1e-14);
  }
}

TEST(ImputationStrategy, names_are_read_in_any_case_and_others_refused) {
  EXPECT_EQ(imputation_strategy("jr"), S::jr);
  EXPECT_EQ(imputation_strategy("J2R"), S::jr);
  EXPECT_EQ(imputation_strategy("Lmcf"), S::lmcf);
  for (const S s : {S::mar, S::jr, S::cr, S::cir, S::lmcf})
    EXPECT_EQ(imputation_strategy(to_text(s)), s);
  EXPECT_EQ(strategy_words(S::cir), "copy increments in reference");
  EXPECT_THROW(imputation_strategy("LOCF"), Error);
}

TEST(ImputationStrategy, a_reference_covariance_that_is_not_definite_is_refused) {
  EXPECT_THROW(strategy_covariance(S::jr, 2, covariance(1, 0.3), covariance(1, 3)), Error);
}

}  // namespace
}  // namespace entact
