#include "entact/stats/mmrm.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "entact/base/error.h"
#include "entact/stats/mmrm_inference.h"
#include "entact/stats/mmrm_specimen.h"

namespace entact {
namespace {

constexpr MmrmVcov model = MmrmVcov::model;

// Extra hours of sleep of ten patients under two drugs (Student 1908, Biometrika 6:1).
MmrmData sleep_data(Eigen::VectorXd& y) {
  y.resize(20);
  y << 0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0, 1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5,
      1.6, 4.6, 3.4;
  MmrmData d{.x = Eigen::MatrixXd::Ones(20, 2), .visits = 2};
  for (int i = 0; i < 20; ++i) {
    d.subject.push_back(i % 10);
    d.visit.push_back(i / 10);
    d.x(i, 1) = i / 10;
  }
  return d;
}

TEST(Mmrm, with_two_visits_and_kenward_roger_is_the_paired_t_test) {
  Eigen::VectorXd y;
  Mmrm fitted(sleep_data(y));
  fitted.fit(y);
  const MmrmContrast c =
      MmrmInference(fitted, MmrmDf::kenward_roger).contrast(Eigen::Vector2d(0, 1));
  EXPECT_NEAR(c.estimate, 1.58, 1e-13);
  EXPECT_NEAR(c.se, 0.388958723888395, 1e-12);  // sd of the differences / sqrt(10)
  EXPECT_NEAR(c.df, 9, 1e-9);
  EXPECT_NEAR(c.p, 0.00283289019738427, 1e-12);  // R: t.test(paired = TRUE)
}

TEST(Mmrm, with_one_visit_is_least_squares) {
  auto trial = specimen::drawn_trial(40, 1, 0);
  Mmrm fitted(trial.data);
  const MmrmFit& fit = fitted.fit(trial.y);
  const Eigen::VectorXd beta =
      (trial.data.x.transpose() * trial.data.x).inverse() * trial.data.x.transpose() * trial.y;
  EXPECT_LT((fit.beta - beta).norm(), 1e-10 * beta.norm());
  const double variance = (trial.y - trial.data.x * beta).squaredNorm() /
                          static_cast<double>(trial.data.x.rows() - trial.data.x.cols());
  EXPECT_NEAR(fit.covariance[0](0, 0), variance, 1e-9 * variance);
  for (const MmrmDf df : {MmrmDf::satterthwaite, MmrmDf::kenward_roger, MmrmDf::residual})
    EXPECT_NEAR(MmrmInference(fitted, df).contrast(Eigen::VectorXd::Unit(beta.size(), 1)).df,
                static_cast<double>(trial.data.x.rows() - trial.data.x.cols()), 1e-7);
}

void expect_same_fit(const MmrmFit& a, const MmrmFit& b, double tolerance) {
  EXPECT_NEAR(a.log_likelihood, b.log_likelihood, tolerance * std::abs(a.log_likelihood));
  EXPECT_LT((a.covariance[0] - b.covariance[0]).norm(), tolerance * a.covariance[0].norm());
}

TEST(Mmrm, does_not_depend_on_the_order_of_rows_and_participants) {
  const auto trial = specimen::drawn_trial(60, 4, 0.2);
  const MmrmFit fit = fit_mmrm(trial.data, trial.y);
  std::vector<std::size_t> order(trial.data.subject.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::reverse(order.begin(), order.end());
  std::rotate(order.begin(), order.begin() + 31, order.end());
  MmrmData shuffled = trial.data;
  Eigen::VectorXd y = trial.y;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const auto to = static_cast<Eigen::Index>(k), from = static_cast<Eigen::Index>(order[k]);
    shuffled.x.row(to) = trial.data.x.row(from);
    y[to] = trial.y[from];
    shuffled.subject[k] = 59 - trial.data.subject[order[k]];
    shuffled.visit[k] = trial.data.visit[order[k]];
  }
  const MmrmFit again = fit_mmrm(shuffled, y);
  expect_same_fit(fit, again, 1e-9);
  EXPECT_LT((fit.beta - again.beta).norm(), 1e-9 * fit.beta.norm());
}

TEST(Mmrm, moves_with_the_response) {
  const auto trial = specimen::drawn_trial(60, 4, 0.2);
  const MmrmFit fit = fit_mmrm(trial.data, trial.y);
  const MmrmFit moved = fit_mmrm(trial.data, (3 * trial.y.array() + 1000).matrix());
  EXPECT_NEAR(moved.beta[0], 3 * fit.beta[0] + 1000, 1e-7);
  EXPECT_LT((moved.beta.tail(5) - 3 * fit.beta.tail(5)).norm(), 1e-8);
  EXPECT_LT((moved.covariance[0] - 9 * fit.covariance[0]).norm(),
            1e-7 * moved.covariance[0].norm());
}

TEST(Mmrm, relabels_with_the_visits) {
  const auto trial = specimen::drawn_trial(60, 3, 0.2);
  const MmrmFit fit = fit_mmrm(trial.data, trial.y);
  MmrmData other = trial.data;
  for (int& v : other.visit) v = 2 - v;
  const MmrmFit again = fit_mmrm(other, trial.y);
  EXPECT_LT((fit.covariance[0] - again.covariance[0].reverse()).norm(),
            1e-9 * fit.covariance[0].norm());
  EXPECT_LT((fit.beta - again.beta).norm(), 1e-9 * fit.beta.norm());
}

TEST(Mmrm, reaches_the_optimum_from_elsewhere) {
  const auto trial = specimen::drawn_trial(50, 4, 0.2);
  Mmrm fitted(trial.data);
  const MmrmFit fit = fitted.fit(trial.y);
  EXPECT_LT(fit.gradient, 1e-6);
  Eigen::VectorXd far = fit.theta;
  for (Eigen::Index k = 0; k < far.size(); ++k)
    far[k] += 0.8 * std::sin(3.0 * static_cast<double>(k));
  const MmrmFit again = fitted.fit(trial.y, far);
  EXPECT_TRUE(again.fit.converged);
  expect_same_fit(fit, again, 1e-9);
}

TEST(Mmrm, says_when_a_likelihood_has_no_maximum) {
  // Two visits that are equal for everyone: a correlation of 1.
  const auto trial = specimen::drawn_trial(30, 2, 0);
  Eigen::VectorXd y = trial.y;
  for (Eigen::Index i = 1; i < y.size(); i += 2) y[i] = y[i - 1];
  const MmrmFit fit = fit_mmrm(trial.data, y);
  EXPECT_FALSE(fit.fit.converged);
  EXPECT_FALSE(fit.fit.reservations.empty());
}

std::string code_of(const MmrmData& d, const Eigen::VectorXd& y, const MmrmOptions& how = {}) {
  try {
    fit_mmrm(d, y, how);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(Mmrm, refuses_data_it_cannot_use) {
  const auto trial = specimen::drawn_trial(20, 3, 0);
  EXPECT_EQ(code_of(trial.data, trial.y), "");
  MmrmData d = trial.data;
  d.visit[1] = d.visit[0];
  EXPECT_EQ(code_of(d, trial.y), "stats.mmrm.twice");
  d = trial.data;
  d.visit[0] = 3;
  EXPECT_EQ(code_of(d, trial.y), "stats.mmrm.data");
  d = trial.data;
  d.x.col(3) = d.x.col(2) + d.x.col(0);
  EXPECT_EQ(code_of(d, trial.y), "stats.mmrm.rank");
  d = trial.data;
  d.group.assign(d.subject.size(), 0);
  d.group[0] = 1;
  EXPECT_EQ(code_of(d, trial.y), "stats.mmrm.group");
  d = trial.data;
  d.weight = Eigen::VectorXd::Zero(d.x.rows());
  EXPECT_EQ(code_of(d, trial.y), "stats.mmrm.data");
  Eigen::VectorXd y = trial.y;
  y[4] = std::nan("");
  EXPECT_EQ(code_of(trial.data, y), "stats.mmrm.data");
  EXPECT_EQ(code_of(trial.data, trial.data.x.col(1)), "stats.mmrm.constant");
  EXPECT_EQ(code_of(trial.data, trial.y, {.covariance = CovarianceKind::un_ar1, .endpoints = 2}),
            "stats.mmrm.covariance");
  d = trial.data;
  d.visits = 61;
  EXPECT_EQ(code_of(d, trial.y, {.covariance = CovarianceKind::ar1}), "stats.mmrm.covariance");
  EXPECT_EQ(code_of(d, trial.y, {.covariance = CovarianceKind::sp_exp}), "stats.mmrm.covariance");
  EXPECT_EQ(
      code_of(d, trial.y,
              {.covariance = CovarianceKind::sp_exp, .coordinates = Eigen::MatrixXd::Zero(61, 1)}),
      "stats.mmrm.twice");
  const auto tiny = specimen::drawn_trial(2, 3, 0);
  EXPECT_EQ(code_of(tiny.data, tiny.y), "stats.mmrm.rank");
}

TEST(MmrmInference, accepts_only_pairs_that_mean_something) {
  const auto trial = specimen::drawn_trial(20, 3, 0);
  Mmrm reml(trial.data), ml(trial.data, {.reml = false});
  reml.fit(trial.y);
  ml.fit(trial.y);
  EXPECT_THROW(MmrmInference(reml, MmrmDf::kenward_roger, MmrmVcov::cr0), Error);
  EXPECT_THROW(MmrmInference(ml, MmrmDf::kenward_roger), Error);
  EXPECT_NO_THROW(MmrmInference(ml, MmrmDf::satterthwaite, model));
  EXPECT_EQ(df_named("kenward-roger-linear"), MmrmDf::kenward_roger_linear);
  EXPECT_THROW(df_named("KR"), Error);
  EXPECT_THROW(vcov_named("HC3"), Error);
}

TEST(MmrmInference, one_contrast_is_the_square_root_of_its_f_test) {
  const auto trial = specimen::drawn_trial(30, 4, 0.2);
  Mmrm fitted(trial.data, {.covariance = CovarianceKind::ar1h});
  fitted.fit(trial.y);
  const Eigen::VectorXd l = Eigen::VectorXd::Unit(trial.data.x.cols(), 5);
  for (const auto& [df, vcov] : {std::pair{MmrmDf::satterthwaite, model},
                                 {MmrmDf::kenward_roger, model},
                                 {MmrmDf::between_within, MmrmVcov::cr0},
                                 {MmrmDf::satterthwaite, MmrmVcov::cr2}}) {
    const MmrmInference inference(fitted, df, vcov);
    const MmrmContrast c = inference.contrast(l);
    const MmrmTest f = inference.test(l.transpose());
    EXPECT_NEAR(f.f, c.t * c.t, 1e-9 * f.f);
    EXPECT_NEAR(f.denominator_df, c.df, 1e-9 * c.df);
    EXPECT_NEAR(f.p, c.p, 1e-9);
  }
}

}  // namespace
}  // namespace entact
