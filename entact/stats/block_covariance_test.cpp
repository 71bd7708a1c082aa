#include "entact/stats/block_covariance.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::MatrixXd;

std::string code_of(const std::function<void()>& act, std::string* message = nullptr) {
  try {
    act();
  } catch (const Error& error) {
    if (message != nullptr) *message = error.what();
    return error.code();
  }
  return "";
}

// Effects 0, 2, 3 hang together (0-2 and 2-3), 1 and 4 stand alone.
MatrixXd chain() {
  MatrixXd m = MatrixXd::Identity(5, 5);
  m(0, 2) = m(2, 0) = 0.5;
  m(2, 3) = m(3, 2) = -0.25;
  return m;
}

TEST(BlockCovariance, joins_what_covaries_through_others) {
  const BlockCovariance v = block_covariance(chain());
  ASSERT_EQ(v.blocks.size(), 3U);
  EXPECT_EQ(v.blocks[0].rows, (std::vector<Eigen::Index>{0, 2, 3}));
  EXPECT_EQ(v.blocks[1].rows, (std::vector<Eigen::Index>{1}));
  EXPECT_EQ(v.blocks[0].value(1, 2), -0.25);
}

TEST(BlockCovariance, gives_back_the_dense_matrix_and_its_diagonal) {
  EXPECT_EQ(dense_covariance(block_covariance(chain())), chain());
  EXPECT_EQ(variances_of(block_covariance(2 * chain())), Eigen::VectorXd::Constant(5, 2));
}

TEST(BlockCovariance, of_independent_effects_is_diagonal) {
  const std::vector<double> variances{0.1, 0.2};
  EXPECT_EQ(dense_covariance(diagonal_covariance(variances)), (MatrixXd{{0.1, 0}, {0, 0.2}}));
}

TEST(BlockCovariance, accepts_the_asymmetry_of_rounding_and_evens_it) {
  MatrixXd m = chain();
  m(0, 2) = 0.5 + 1e-9;
  const MatrixXd even = dense_covariance(block_covariance(m));
  EXPECT_EQ(even(0, 2), even(2, 0));
  m(0, 2) = 0.51;
  EXPECT_EQ(code_of([&] { block_covariance(m); }), "stats.covariance.symmetric");
  m(0, 2) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(code_of([&] { block_covariance(m); }), "stats.covariance.symmetric");
}

TEST(BlockCovariance, names_the_study_whose_block_is_not_positive_definite) {
  MatrixXd m = chain();
  m(2, 3) = m(3, 2) = 1;
  const std::vector<std::string> names{"Ito 2001", "Ash 2002", "Ito 2001", "Ito 2001", "Low 2003"};
  std::string message;
  EXPECT_EQ(code_of([&] { block_covariance(m, names); }, &message), "stats.covariance.definite");
  EXPECT_TRUE(message.starts_with("Ito 2001: the covariance of these 3 effects")) << message;
}

TEST(BlockCovariance, names_the_effect_without_a_variance) {
  const std::vector<double> variances{0.1, 0};
  const std::vector<std::string> names{"Ash", "Ito"};
  std::string message;
  EXPECT_EQ(code_of([&] { diagonal_covariance(variances, names); }, &message),
            "stats.covariance.variance");
  EXPECT_NE(message.find("effect 2 (Ito)"), std::string::npos) << message;
  MatrixXd m = chain();
  m(4, 4) = -1;
  EXPECT_EQ(code_of([&] { block_covariance(m); }), "stats.covariance.variance");
}

TEST(BlockCovariance, refuses_other_shapes) {
  EXPECT_EQ(code_of([] { block_covariance(MatrixXd::Ones(2, 3)); }), "stats.covariance.shape");
  const std::vector<std::string> names{"Ash"};
  EXPECT_EQ(code_of([&] { block_covariance(chain(), names); }), "stats.covariance.shape");
}

TEST(BlockCovariance, needs_each_effect_in_exactly_one_block) {
  BlockCovariance v = block_covariance(chain());
  v.blocks.pop_back();
  EXPECT_EQ(code_of([&] { require_positive_definite(v); }), "stats.covariance.shape");
  v.blocks.push_back({{1}, MatrixXd::Ones(1, 1)});
  EXPECT_EQ(code_of([&] { require_positive_definite(v); }), "stats.covariance.shape");
  v.blocks.back().rows = {4};
  EXPECT_EQ(code_of([&] { require_positive_definite(v); }), "");
}

}  // namespace
}  // namespace entact
