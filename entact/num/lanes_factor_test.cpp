#include "entact/num/lanes_factor.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>

namespace entact {
namespace {

constexpr int n = 12;
using Factor = LanesFactor<double, n>;

/// Of rates with losses, as a chain of pools that all give something to every third.
Eigen::MatrixXd pools(double size) {
  Eigen::MatrixXd j = Eigen::MatrixXd::Zero(n, n);
  for (int k = 0; k < n; ++k) {
    const double rate = size * std::pow(7.0, k % 5);
    j(k, k) -= rate;
    if (k + 1 < n) j(k + 1, k) += 0.6 * rate;
    j(k - k % 3, k) += 0.3 * rate;
  }
  return j;
}

double factor(Factor& of, const Eigen::MatrixXd& j, double shift) {
  for (int k = 0; k < n; ++k)
    for (int i = 0; i < n; ++i) of.jacobian()[k * n + i] = j(i, k);
  return of.factor(shift);
}

TEST(LanesFactor, solves_what_a_dense_one_solves) {
  Factor of;
  // The second has other zeros than the first: nothing of that may stay.
  for (const Eigen::MatrixXd& j : {pools(1), Eigen::MatrixXd(pools(30).transpose()), pools(1e6)}) {
    EXPECT_EQ(factor(of, j, 5), 0);
    Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(n, -1, 2);
    const Eigen::MatrixXd whole = 5 * Eigen::MatrixXd::Identity(n, n) - j;
    const Eigen::VectorXd wanted = whole.partialPivLu().solve(x);
    of.solve(x.data());
    EXPECT_LT((x - wanted).norm(), 1e-11 * wanted.norm());
  }
}

TEST(LanesFactor, says_where_a_pivot_is_lost) {
  Factor of;
  Eigen::MatrixXd j = Eigen::MatrixXd::Zero(n, n);
  j(0, 0) = 5;
  EXPECT_EQ(factor(of, j, 5), 1);  // exactly zero
  j(0, 0) = 5 + 1e-9;
  EXPECT_EQ(factor(of, j, 5), 1);
  j(0, 0) = 5 + 1e-5;
  EXPECT_EQ(factor(of, j, 5), 0);
  j(0, 0) = 0, j(1, 0) = 1e6, j(0, 1) = 25e-6;  // 5 - 1e6 25e-6 / 5 = 0 by elimination
  EXPECT_EQ(factor(of, j, 5), 1);
  j(1, 0) = 0, j(3, 3) = std::nan("");
  EXPECT_EQ(factor(of, j, 5), 1);
}

}  // namespace
}  // namespace entact
