#include "entact/stats/column_rank.h"

#include <gtest/gtest.h>

#include <cmath>

namespace entact {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Ints = std::vector<int>;

// Deterministic columns without structure.
MatrixXd noise(Eigen::Index n, Eigen::Index p) {
  MatrixXd x(n, p);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < p; ++j)
      x(i, j) = std::sin(static_cast<double>((i + 1) * (i + 3) * (j + 2) + j));
  return x;
}

TEST(ColumnRank, keeps_all_independent_columns) {
  const ColumnRank rank = column_rank(noise(40, 5));
  EXPECT_EQ(rank.kept, (Ints{0, 1, 2, 3, 4}));
  EXPECT_EQ(rank.combination.cols(), 0);
}

TEST(ColumnRank, leaves_out_the_later_of_dependent_columns_and_says_how_it_follows) {
  MatrixXd x = noise(700, 6);
  x.col(2) = 2 * x.col(0) - 3 * x.col(1);
  x.col(4).setZero();
  const ColumnRank rank = column_rank(x);
  EXPECT_EQ(rank.kept, (Ints{0, 1, 3, 5}));
  EXPECT_EQ(rank.aliased, (Ints{2, 4}));
  const MatrixXd rebuilt = x(Eigen::all, rank.kept) * rank.combination;
  EXPECT_NEAR((rebuilt - x(Eigen::all, rank.aliased)).cwiseAbs().maxCoeff(), 0, 1e-12);
}

// R's tolerance: what is left of a column after the others, as a part of its length.
TEST(ColumnRank, draws_the_line_at_its_tolerance) {
  for (const auto& [size, aliased] : {std::pair{1e-6, false}, {1e-9, true}}) {
    MatrixXd x = noise(50, 3);
    const double length = x.col(0).norm();
    VectorXd off = x.col(2) - x.col(0) * (x.col(0).dot(x.col(2)) / (length * length));
    x.col(1) = x.col(0) + off * (size * length / off.norm());
    EXPECT_EQ(!column_rank(x.leftCols(2)).aliased.empty(), aliased) << size;
  }
}

TEST(ColumnRank, keeps_no_more_columns_than_rows) {
  EXPECT_EQ(column_rank(noise(2, 4)).kept, (Ints{0, 1}));
  EXPECT_EQ(column_rank(MatrixXd(3, 0)).kept, Ints{});
}

}  // namespace
}  // namespace entact
