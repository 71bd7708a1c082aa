// The restricted likelihood against its definition and differences, its maximum against an
// independent program (reference/impute), and what leaving out and counting twice must do.
#include "entact/stats/unstructured_reml.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <fstream>

#include "entact/base/error.h"
#include "entact/stats/imputation_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

json read(const char* name) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/" + name);
  return json::parse(in);
}

ImputationSpecimen specimen(bool by_arm = false) {
  return imputation_specimen(read("input.json"), ImputationStrategy::mar, by_arm);
}

std::vector<MatrixXd> some_covariances(const ImputationSpecimen& s) {
  std::vector<MatrixXd> some;
  for (int g = 0; g < s.data.groups(); ++g) {
    MatrixXd each = MatrixXd::Constant(3, 3, 20 + g);
    each.diagonal() << 60, 75, 90;
    each(0, 2) = each(2, 0) = 11;
    some.push_back(each);
  }
  return some;
}

// Straight from the definition, participant by participant.
double objective_by_definition(const ImputationSpecimen& s, const MatrixXd& sigma) {
  const Index p = s.data.p();
  MatrixXd a = MatrixXd::Zero(p, p);
  VectorXd b = VectorXd::Zero(p);
  double value = 0, yy = 0, observed = 0;
  for (Index i = 0; i < s.data.n(); ++i) {
    std::vector<Index> o;
    for (Index v = 0; v < 3; ++v)
      if (!std::isnan(s.data.y(i, v))) o.push_back(v);
    if (o.empty()) continue;
    const MatrixXd part = sigma(o, o), w = part.inverse();
    const MatrixXd rows = s.data.x.middleRows(3 * i, 3), x = rows(o, Eigen::all);
    const VectorXd all = s.data.y.row(i), y = all(o);
    value += std::log(part.determinant());
    a += x.transpose() * w * x;
    b += x.transpose() * w * y;
    yy += y.dot(w * y);
    observed += static_cast<double>(o.size());
  }
  const double log_two_pi = std::log(2 * 3.14159265358979323846);
  return value + std::log(a.determinant()) + yy - b.dot(a.inverse() * b) +
         (observed - static_cast<double>(p)) * log_two_pi;
}

TEST(UnstructuredReml, objective_is_the_restricted_likelihood_by_its_definition) {
  const auto s = specimen();
  const auto sigma = some_covariances(s);
  EXPECT_NEAR(restricted_objective(PatternSums(s.data), sigma).value,
              objective_by_definition(s, sigma[0]), 1e-8);
}

TEST(UnstructuredReml, derivatives_are_those_of_finite_differences) {
  for (const bool by_arm : {false, true}) {
    const auto s = specimen(by_arm);
    const PatternSums sums(s.data);
    const auto at = some_covariances(s);
    const auto exact = restricted_objective(sums, at);
    Index j = 0;
    for (std::size_t g = 0; g < at.size(); ++g)
      for (Index c = 0; c < 3; ++c)
        for (Index r = 0; r <= c; ++r, ++j) {
          const double h = 1e-3;
          auto up = at, down = at;
          up[g](r, c) = up[g](c, r) = at[g](r, c) + h;
          down[g](r, c) = down[g](c, r) = at[g](r, c) - h;
          const auto above = restricted_objective(sums, up),
                     below = restricted_objective(sums, down);
          EXPECT_NEAR(exact.gradient(j), (above.value - below.value) / (2 * h), 1e-7);
          // Central differences of step 1e-3 on elements around 50: relative error about 1e-9.
          EXPECT_LT((exact.hessian.col(j) - (above.gradient - below.gradient) / (2 * h)).norm(),
                    1e-7 * exact.hessian.norm());
        }
  }
}

void expect_fit(const UnstructuredFit& fit, const json& expected) {
  ASSERT_TRUE(fit.fit.converged);
  EXPECT_NEAR(fit.minus_two_log_likelihood, expected["minus_two_log_likelihood"].get<double>(),
              1e-8);
  for (Index j = 0; j < fit.beta.size(); ++j)
    EXPECT_NEAR(fit.beta(j), expected["beta"][static_cast<std::size_t>(j)].get<double>(), 1e-6);
}

void expect_covariance(const MatrixXd& covariance, const json& expected) {
  // R's likelihood is maximised by differences to a gradient of about 1e-8.
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t c = 0; c < 3; ++c)
      EXPECT_NEAR(covariance(static_cast<Index>(r), static_cast<Index>(c)),
                  expected[r][c].get<double>(), 1e-6 * expected[r][r].get<double>());
}

TEST(UnstructuredReml, fits_are_those_of_an_independent_likelihood) {
  const json expected = read("expected.json");
  const auto one = specimen();
  const auto shared = fit_unstructured(PatternSums(one.data));
  expect_fit(shared, expected["reml"]);
  expect_covariance(shared.covariance[0], expected["reml"]["sigma"]);
  const auto two = specimen(true);
  const auto grouped = fit_unstructured(PatternSums(two.data));
  expect_fit(grouped, expected["reml_by_arm"]);
  for (std::size_t g = 0; g < 2; ++g)
    expect_covariance(grouped.covariance[g], expected["reml_by_arm"]["sigma"][g]);
}

TEST(UnstructuredReml, the_answer_does_not_depend_on_the_start) {
  const auto s = specimen();
  const PatternSums sums(s.data);
  const auto cold = fit_unstructured(sums);
  for (const double scale : {0.01, 1.0, 50.0}) {
    const auto from = fit_unstructured(sums, {scale * MatrixXd::Identity(3, 3)});
    EXPECT_TRUE(from.fit.converged);
    EXPECT_LT((from.covariance[0] - cold.covariance[0]).norm(), 1e-6);
    EXPECT_LT((from.beta - cold.beta).norm(), 1e-7);
  }
}

TEST(UnstructuredReml, leaving_one_out_by_subtraction_is_a_fit_without_them) {
  const auto s = specimen();
  const auto all = fit_unstructured(PatternSums(s.data));
  for (const Index out : {0, 41, 99}) {
    PatternSums less(s.data);
    less.add(out, -1);
    VectorXd weights = VectorXd::Ones(100);
    weights(out) = 0;
    const auto near = refit_unstructured(less, all);
    const auto afresh = fit_unstructured(PatternSums(s.data, weights));
    EXPECT_TRUE(near.fit.converged);
    EXPECT_LT((near.beta - afresh.beta).norm(), 1e-7);
    EXPECT_LT((near.covariance[0] - afresh.covariance[0]).norm(), 1e-5);
  }
}

TEST(UnstructuredReml, weights_count_as_copies) {
  auto s = specimen();
  VectorXd twice = VectorXd::Ones(100);
  twice.head(50).setConstant(2);
  ImputationData copied = s.data;
  copied.y.conservativeResize(150, 3);
  copied.y.bottomRows(50) = s.data.y.topRows(50);
  copied.x.conservativeResize(450, copied.p());
  copied.x.bottomRows(150) = s.data.x.topRows(150);
  copied.first_affected.insert(copied.first_affected.end(), s.data.first_affected.begin(),
                               s.data.first_affected.begin() + 50);
  copied.strategy.resize(150, ImputationStrategy::mar);
  const auto by_weight = fit_unstructured(PatternSums(s.data, twice));
  const auto by_copy = fit_unstructured(PatternSums(copied));
  EXPECT_LT((by_weight.beta - by_copy.beta).norm(), 1e-9);
  EXPECT_NEAR(by_weight.minus_two_log_likelihood, by_copy.minus_two_log_likelihood, 1e-8);
}

TEST(UnstructuredReml, two_visits_that_nobody_attended_both_of_are_a_reservation) {
  auto s = specimen();
  for (Index i = 0; i < 100; ++i) s.data.y(i, i % 2 == 0 ? 0 : 2) = std::nan("");
  const auto fit = fit_unstructured(PatternSums(s.data));
  EXPECT_FALSE(fit.fit.converged);
  EXPECT_EQ(fit.fit.reservations.size(), 1U);
}

TEST(UnstructuredReml, covariates_that_depend_on_one_another_are_refused) {
  auto s = specimen();
  s.data.x.col(1) = 2 * s.data.x.col(0);
  try {
    fit_unstructured(PatternSums(s.data));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "stats.impute.rank");
  }
  s = specimen();
  s.data.y.col(1).setConstant(std::nan(""));
  try {
    fit_unstructured(PatternSums(s.data));
    ADD_FAILURE();
  } catch (const Error& error) {  // its coefficients are not there either
    EXPECT_EQ(error.code(), "stats.impute.rank");
  }
}

}  // namespace
}  // namespace entact
