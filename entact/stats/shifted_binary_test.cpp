// Shifts of the log odds of imputed binary outcomes: closed form, limits, what stays.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "entact/base/error.h"
#include "entact/stats/latent_normal.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Two visits, the second unseen but for the last participant; latent means 0.2 and -0.3,
/// correlation 0.6.
struct KnownDraw {
  ImputationData data{};
  LatentDraws latent{};
};

KnownDraw known_draw(Index n, ImputationStrategy strategy = ImputationStrategy::mar,
                     int first_affected = 2) {
  KnownDraw made;
  MatrixXd z(n, 2);
  z.col(0).setConstant(1.1);
  z.col(1).setConstant(std::numeric_limits<double>::quiet_NaN());
  z(n - 1, 1) = -0.4;
  ImputationData& d = made.data;
  d.y = z.unaryExpr([](double x) { return std::isnan(x) ? x : (x > 0 ? 1.0 : 0.0); });
  d.x = MatrixXd::Identity(2, 2).replicate(n, 1);
  d.x_reference = d.x;
  d.first_affected.assign(static_cast<std::size_t>(n), first_affected);
  d.strategy.assign(static_cast<std::size_t>(n), strategy);
  d.participants.assign(static_cast<std::size_t>(n), "P");
  d.visits = {"V1", "V2"};
  d.binary = true;
  MatrixXd correlation{{1, 0.6}, {0.6, 1}};
  made.latent.posterior.draws = {{VectorXd{{0.2, -0.3}}, {correlation}}};
  made.latent.latent = {z};
  return made;
}

double share_at(const KnownDraw& known, const CompletedBinary& made, double delta) {
  const auto all = MatrixXd::Constant(known.data.n(), 2, delta);
  return with_log_odds_delta(made.y, made.turning, all).col(1).mean();
}

// z of the second visit is normal about -0.3 + 0.6 (1.1 - 0.2) = 0.24 with standard deviation 0.8:
// P(z > 0) = Phi(0.3) = 0.61791142, whose odds are multiplied by exp(delta).
TEST(ShiftedBinary, odds_of_response_are_multiplied_by_the_exponential_of_the_shift) {
  const KnownDraw known = known_draw(40000);
  const CompletedBinary made = completed_binary(known.data, known.latent, 0, 7);
  for (const double delta : {-2.0, -0.5, 0.0, 1.0, 3.0}) {
    const double odds = 0.61791142 / (1 - 0.61791142) * std::exp(delta);
    // Four standard errors of a share of 40000.
    const double share = odds / (1 + odds);
    EXPECT_NEAR(share_at(known, made, delta), share, 4 * std::sqrt(share * (1 - share) / 40000));
  }
}

TEST(ShiftedBinary, more_respond_as_the_shift_rises_up_to_all_who_were_imputed) {
  const KnownDraw known = known_draw(500);
  const CompletedBinary made = completed_binary(known.data, known.latent, 0, 7);
  MatrixXd last = with_log_odds_delta(made.y, made.turning, MatrixXd::Constant(500, 2, -1e6));
  EXPECT_EQ(last.col(1).sum(), 0);
  for (const double delta : {-3.0, -1.0, 0.0, 0.5, 2.0, 1e6}) {
    const MatrixXd next =
        with_log_odds_delta(made.y, made.turning, MatrixXd::Constant(500, 2, delta));
    EXPECT_TRUE((next.array() >= last.array()).all()) << delta;  // nobody turns back
    EXPECT_EQ(next.col(0), known.data.y.col(0));
    EXPECT_EQ(next(499, 1), 0);  // seen
    last = next;
  }
  EXPECT_EQ(last.col(1).sum(), 499);
}

TEST(ShiftedBinary, no_shift_leaves_the_imputation_as_it_was) {
  const KnownDraw known = known_draw(2000);
  const CompletedBinary made = completed_binary(known.data, known.latent, 0, 7);
  EXPECT_EQ(with_log_odds_delta(made.y, made.turning, {}), made.y);
  EXPECT_EQ(with_log_odds_delta(made.y, made.turning, MatrixXd::Zero(2000, 2)), made.y);
  for (Index i = 0; i < 1999; ++i) EXPECT_EQ(made.turning(i, 1) < 0, made.y(i, 1) == 1);
  EXPECT_TRUE(std::isnan(made.turning(0, 0)));
  EXPECT_THROW(with_log_odds_delta(made.y, made.turning, MatrixXd::Zero(3, 2)), Error);
}

TEST(ShiftedBinary, outcomes_that_a_strategy_defines_are_not_shifted) {
  const KnownDraw known = known_draw(20, ImputationStrategy::composite, 1);
  const CompletedBinary made = completed_binary(known.data, known.latent, 0, 7);
  EXPECT_EQ(share_at(known, made, 1e6), 0);
}

}  // namespace
}  // namespace entact
