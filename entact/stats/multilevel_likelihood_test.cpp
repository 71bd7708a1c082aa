#include "entact/stats/multilevel_likelihood.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numbers>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;
using nlohmann::json;

json read(const std::string& file) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/multilevel/" + file);
  return json::parse(in);
}

VectorXd vector(const json& values) {
  if (!values.is_array()) return VectorXd::Constant(1, values.get<double>());
  VectorXd v(static_cast<Index>(values.size()));
  for (Index i = 0; i < v.size(); ++i) v[i] = values[static_cast<std::size_t>(i)].get<double>();
  return v;
}

// Schools in districts, with the moderators of the reference or without.
MultilevelData schools(bool moderators = false) {
  const json input = read("input.json")["konstantopoulos"];
  const VectorXd district = vector(input["district"]), school = vector(input["school"]);
  std::vector<std::string> names, schools;
  for (Index i = 0; i < district.size(); ++i) {
    names.push_back(std::to_string(district[i]));
    schools.push_back(std::to_string(school[i]));
  }
  MultilevelData data{.y = vector(input["yi"])};
  data.x = MatrixXd::Ones(data.y.size(), moderators ? 3 : 1);
  if (moderators) {
    data.x.col(1) = (district.array() > 60).cast<double>();
    data.x.col(2) = school.array() - 2;
  }
  data.v = diagonal_covariance(input["vi"].get<std::vector<double>>());
  const std::vector<std::string> level{"district", "school"};
  const std::vector<std::vector<std::string>> columns{names, schools};
  data.levels = nested_levels(level, columns);
  return data;
}

// The definition, with every k x k matrix written out.
double dense_log_likelihood(const MultilevelData& data, const VectorXd& sigma2,
                            MultilevelMethod method) {
  const Index k = data.y.size(), p = data.x.cols();
  MatrixXd m = dense_covariance(data.v);
  for (Index i = 0; i < k; ++i)
    for (Index j = 0; j < k; ++j)
      for (std::size_t l = 0; l < data.levels.size(); ++l) {
        const auto& group = data.levels[l].group;
        if (group[static_cast<std::size_t>(i)] == group[static_cast<std::size_t>(j)])
          m(i, j) += sigma2[static_cast<Index>(l)];
      }
  const MatrixXd w = m.inverse(), xwx = data.x.transpose() * w * data.x;
  const VectorXd beta = xwx.inverse() * data.x.transpose() * w * data.y;
  const VectorXd r = data.y - data.x * beta;
  double twice = std::log(m.determinant()) + r.dot(w * r);
  twice += static_cast<double>(method == MultilevelMethod::reml ? k - p : k) *
           std::log(2 * std::numbers::pi);
  if (method == MultilevelMethod::reml)
    twice += std::log(xwx.determinant()) - std::log((data.x.transpose() * data.x).determinant());
  return -twice / 2;
}

class EitherLikelihood : public testing::TestWithParam<MultilevelMethod> {};

TEST_P(EitherLikelihood, is_its_definition_in_dense_matrices) {
  const MultilevelData data = schools(true);
  const MultilevelLikelihood likelihood(data);
  for (const Vector2d& sigma2 : {Vector2d(0, 0), Vector2d(0.05, 0.02), Vector2d(1, 0.3)})
    EXPECT_NEAR(likelihood.at(sigma2, GetParam()).log_likelihood,
                dense_log_likelihood(data, sigma2, GetParam()), 1e-10);
}

TEST_P(EitherLikelihood, has_the_derivatives_of_its_differences) {
  const MultilevelLikelihood likelihood(schools(true));
  const Vector2d at(0.05, 0.02);
  const auto here = likelihood.at(at, GetParam());
  for (Index l = 0; l < 2; ++l) {
    // Central differences with step h: error of order h^2 times the third derivative, plus eps/h.
    const double h = 1e-6;
    Vector2d low = at, high = at;
    low[l] -= h, high[l] += h;
    const auto below = likelihood.at(low, GetParam()), above = likelihood.at(high, GetParam());
    EXPECT_NEAR(here.gradient[l], (above.log_likelihood - below.log_likelihood) / (2 * h),
                1e-6 * (1 + std::abs(here.gradient[l])));
    const Vector2d slope = (above.gradient - below.gradient) / (2 * h);
    EXPECT_LT((here.hessian.col(l) - slope).cwiseAbs().maxCoeff(),
              1e-6 * here.hessian.cwiseAbs().maxCoeff());
  }
}

INSTANTIATE_TEST_SUITE_P(RemlAndMl, EitherLikelihood,
                         testing::Values(MultilevelMethod::reml, MultilevelMethod::ml));

// The reference holds the variances, so nothing but rounding may differ.
void expect_point(const MultilevelPoint& point, const json& expected) {
  EXPECT_NEAR(point.log_likelihood, expected["ll"].get<double>(), 1e-10);
  const VectorXd beta = vector(expected["beta"]), se = vector(expected["se"]);
  EXPECT_LT((point.beta - beta).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_LT((point.vcov.diagonal().cwiseSqrt() - se).cwiseAbs().maxCoeff(), 1e-12);
}

TEST(MultilevelLikelihood, agrees_with_metafor_at_fixed_variances) {
  const json expected = read("expected.json")["konstantopoulos"];
  const MultilevelLikelihood plain(schools()), moderated(schools(true));
  const Vector2d at(0.05, 0.02);
  expect_point(plain.at(at, MultilevelMethod::reml), expected["fixed_reml"]);
  expect_point(plain.at(at, MultilevelMethod::ml), expected["fixed_ml"]);
  expect_point(plain.at(Vector2d(0, 0), MultilevelMethod::reml), expected["zero_reml"]);
  expect_point(moderated.at(at, MultilevelMethod::reml), expected["moderators_fixed"]);
}

TEST(MultilevelLikelihood, does_not_depend_on_the_order_of_effects) {
  MultilevelData data = schools(true), turned = data;
  const Index k = data.y.size();
  turned.y = data.y.reverse().eval();
  turned.x = data.x.colwise().reverse().eval();
  for (CovarianceBlock& block : turned.v.blocks)
    for (Index& row : block.rows) row = k - 1 - row;
  for (RandomLevel& level : turned.levels) std::reverse(level.group.begin(), level.group.end());
  const Vector2d at(0.05, 0.02);
  EXPECT_NEAR(MultilevelLikelihood(data).at(at, MultilevelMethod::reml).log_likelihood,
              MultilevelLikelihood(turned).at(at, MultilevelMethod::reml).log_likelihood, 1e-11);
}

// Laboratories crossed with trials: one cluster, and still the definition.
TEST(MultilevelLikelihood, takes_crossed_levels_as_one_cluster) {
  MultilevelData data{.y = VectorXd::LinSpaced(6, -1, 1.5), .x = MatrixXd::Ones(6, 1)};
  data.v = diagonal_covariance(std::vector<double>(6, 0.1));
  data.levels = {{.name = "trial", .group = {"1", "1", "2", "2", "3", "3"}},
                 {.name = "laboratory", .group = {"a", "b", "a", "b", "a", "b"}}};
  const MultilevelLikelihood likelihood(data);
  EXPECT_EQ(likelihood.marginal(Vector2d(1, 1)).blocks.size(), 1U);
  const Vector2d at(0.3, 0.2);
  EXPECT_NEAR(likelihood.at(at, MultilevelMethod::reml).log_likelihood,
              dense_log_likelihood(data, at, MultilevelMethod::reml), 1e-13);
}

TEST(MultilevelLikelihood, keeps_one_cluster_a_district) {
  EXPECT_EQ(MultilevelLikelihood(schools()).marginal(Vector2d(1, 1)).blocks.size(), 11U);
}

TEST(MultilevelLikelihood, takes_a_new_response) {
  MultilevelData data = schools();
  MultilevelLikelihood likelihood(data);
  data.y.array() += 0.5;
  likelihood.set_response(data.y);
  const Vector2d at(0.05, 0.02);
  EXPECT_EQ(likelihood.at(at, MultilevelMethod::ml).beta,
            MultilevelLikelihood(data).at(at, MultilevelMethod::ml).beta);
}

TEST(NestedLevels, tell_school_1_of_one_district_from_school_1_of_another) {
  const std::vector<std::string> names{"district", "school"};
  const std::vector<std::vector<std::string>> columns{{"11", "12"}, {"1", "1"}};
  const auto levels = nested_levels(names, columns);
  EXPECT_EQ(levels[1].name, "district/school");
  EXPECT_EQ(levels[1].group, (std::vector<std::string>{"11/1", "12/1"}));
}

std::string refusal(const MultilevelData& data) {
  try {
    const MultilevelLikelihood likelihood(data);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(MultilevelLikelihood, refuses_what_it_cannot_answer) {
  MultilevelData data = schools(true);
  data.x.col(2) = 7 - 3 * data.x.col(1).array();
  EXPECT_EQ(refusal(data), "stats.multilevel.rank");
  data = schools();
  data.levels.push_back(data.levels.front());
  EXPECT_EQ(refusal(data), "stats.multilevel.level");
  data = schools();
  data.levels.front().sigma2 = -1;
  EXPECT_EQ(refusal(data), "stats.multilevel.level");
  data = schools();
  data.y[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(refusal(data), "stats.multilevel.missing");
  data = schools();
  data.levels.front().group.pop_back();
  EXPECT_EQ(refusal(data), "stats.multilevel.length");
  MultilevelData one{.y = VectorXd::Ones(1), .x = MatrixXd::Ones(1, 1)};
  one.v = diagonal_covariance(std::vector<double>{1.0});
  EXPECT_EQ(refusal(one), "stats.multilevel.few");
}

TEST(MultilevelLikelihood, names_the_moderator_that_follows_from_others) {
  MultilevelData data = schools(true);
  data.coefficient = {"intercept", "half", "copy of half"};
  data.x.col(2) = data.x.col(1);
  try {
    const MultilevelLikelihood likelihood(data);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("half"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace entact
