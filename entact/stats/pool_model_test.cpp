#include "entact/stats/pool_model.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>
#include <random>
#include <vector>

namespace entact {
namespace {

struct Data {
  std::vector<double> y{}, v{};
  Moderators moderators{};
};

Data random_data(std::ptrdiff_t k, std::ptrdiff_t p, unsigned seed) {
  std::mt19937_64 bits(seed);
  const auto uniform = [&] { return (static_cast<double>(bits() >> 11) + 0.5) / 0x1p53; };
  Data d;
  d.moderators.x = Eigen::MatrixXd::Ones(k, p);
  for (std::ptrdiff_t i = 0; i < k; ++i) {
    d.v.push_back(0.01 + 0.6 * uniform());
    d.y.push_back(3 * uniform() - 1);
    for (std::ptrdiff_t j = 1; j < p; ++j) d.moderators.x(i, j) = 10 * uniform();
  }
  d.moderators.names.assign(static_cast<std::size_t>(p), "u");
  return d;
}

// The definition with k x k matrices: slow and obvious.
PoolSums by_definition(const Data& d, const Eigen::VectorXd& w) {
  const Eigen::MatrixXd W = w.asDiagonal(), &X = d.moderators.x;
  const Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXd>(d.y.data(), w.size());
  const Eigen::MatrixXd V = Eigen::Map<const Eigen::VectorXd>(d.v.data(), w.size()).asDiagonal();
  const Eigen::MatrixXd P = W - W * X * (X.transpose() * W * X).inverse() * X.transpose() * W;
  return {.w = w.sum(),
          .w2 = w.squaredNorm(),
          .q = y.dot(P * y),
          .y_pp_y = (P * y).squaredNorm(),
          .y_ppp_y = (P * y).dot(P * (P * y)),
          .trace_p = P.trace(),
          .trace_pp = (P * P).trace(),
          .trace_pv = (P * V).trace(),
          .trace_ppv = (P * P * V).trace(),
          .trace_pvpv = (P * V * P * V).trace()};
}

void expect_equal(const PoolSums& a, const PoolSums& b) {
  const auto near = [](double x, double y) { EXPECT_NEAR(x, y, 1e-10 * (1 + std::abs(y))); };
  near(a.w, b.w), near(a.w2, b.w2), near(a.q, b.q), near(a.y_pp_y, b.y_pp_y);
  near(a.y_ppp_y, b.y_ppp_y), near(a.trace_p, b.trace_p), near(a.trace_pp, b.trace_pp);
  near(a.trace_pv, b.trace_pv), near(a.trace_ppv, b.trace_ppv), near(a.trace_pvpv, b.trace_pvpv);
}

TEST(PoolModel, sums_are_those_of_the_projection_matrix) {
  for (const std::ptrdiff_t p : {1, 2, 4}) {
    const Data d = random_data(9, p, 7);
    PoolModel model(d.y, d.v, d.moderators);
    const Eigen::VectorXd v = Eigen::Map<const Eigen::VectorXd>(d.v.data(), 9);
    for (const double tau2 : {0.0, 0.3, 20.0}) {
      expect_equal(model.sums_with_variances(tau2), by_definition(d, (v.array() + tau2).inverse()));
    }
    expect_equal(model.sums_with_variances(0, true), by_definition(d, Eigen::VectorXd::Ones(9)));
  }
}

TEST(PoolModel, mean_only_and_general_evaluation_agree) {
  const Data d = random_data(12, 1, 3);
  Moderators doubled = d.moderators;
  doubled.x *= 2;  // not 1, so it takes the general way
  PoolModel fast(d.y, d.v), general(d.y, d.v, doubled);
  for (const double tau2 : {0.0, 0.01, 1.0}) {
    expect_equal(fast.sums_with_variances(tau2), general.sums_with_variances(tau2));
    EXPECT_NEAR(fast.restricted_log_likelihood(tau2), general.restricted_log_likelihood(tau2),
                1e-12);
  }
}

TEST(PoolModel, derivatives_of_q_and_of_the_likelihoods_are_those_of_differences) {
  const Data d = random_data(10, 3, 5);
  PoolModel model(d.y, d.v, d.moderators);
  const double t = 0.2, h = 1e-5;
  const PoolSums s = model.sums_at(t);
  const auto slope = [&](auto f) { return (f(t + h) - f(t - h)) / (2 * h); };
  EXPECT_NEAR(slope([&](double x) { return model.q_at(x).q; }), -s.y_pp_y, 1e-6);
  EXPECT_NEAR(slope([&](double x) { return model.q_at(x).y_pp_y; }), -2 * s.y_ppp_y, 1e-5);
  EXPECT_NEAR(slope([&](double x) { return model.log_likelihood(x); }), 0.5 * (s.y_pp_y - s.w),
              1e-7);
  EXPECT_NEAR(slope([&](double x) { return model.restricted_log_likelihood(x); }),
              0.5 * (s.y_pp_y - s.trace_p), 1e-7);
}

}  // namespace
}  // namespace entact
