#include "entact/stats/pool_covariance.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/assumed_covariance.h"
#include "entact/stats/multilevel.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

json read(const std::string& file) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/multilevel/" + file);
  return json::parse(in);
}

// Effects of the MDMA trials with a correlation of 0.6 within a trial.
struct Trials {
  std::vector<double> y{}, variance{}, sessions{};
  BlockCovariance v{};
  Trials() {
    const json input = read("input.json")["mdma"];
    y = input["yi"].get<std::vector<double>>();
    variance = input["vi"].get<std::vector<double>>();
    sessions = input["n_dosing"].get<std::vector<double>>();
    v = constant_correlation(variance, input["study"].get<std::vector<std::string>>(), 0.6);
  }
  [[nodiscard]] VectorXd effects() const { return Eigen::Map<const VectorXd>(y.data(), 15); }
  [[nodiscard]] Moderators slope() const {
    Moderators moderators{MatrixXd::Ones(15, 2), {"intercept", "sessions"}};
    moderators.x.col(1) = Eigen::Map<const VectorXd>(sessions.data(), 15);
    return moderators;
  }
};

// The definition at a given tau2, in dense matrices.
struct Dense {
  MatrixXd w{}, vcov{};
  VectorXd beta{};
  double q = 0;
  Dense(const Trials& trials, const MatrixXd& x, double tau2) {
    w = (dense_covariance(trials.v) + tau2 * MatrixXd::Identity(15, 15)).inverse();
    vcov = (x.transpose() * w * x).inverse();
    beta = vcov * x.transpose() * w * trials.effects();
    const VectorXd r = trials.effects() - x * beta;
    q = r.dot(w * r);
  }
  [[nodiscard]] double trace_p(const MatrixXd& x) const {
    return w.trace() - (vcov * x.transpose() * w * w * x).trace();
  }
};

TEST(PoolWithCovariance, agrees_with_metafor) {
  const Trials trials;
  const json reference = read("expected.json")["mdma"];
  // nlminb stopped 6e-10 short of tau2 = 0.0255 (precise.json has it at rho 0.6)
  const Pooled random = pool_with_covariance(trials.y, trials.v, {.test = PoolTest::z});
  EXPECT_NEAR(random.tau2, reference["common_tau2"]["sigma2"].get<double>(), 1e-9);
  EXPECT_NEAR(random.value(), reference["common_tau2"]["beta"].get<double>(), 1e-8);
  EXPECT_NEAR(random.se(), reference["common_tau2"]["se"].get<double>(), 1e-8);
  EXPECT_NEAR(random.restricted_log_likelihood, reference["common_tau2"]["ll"].get<double>(),
              1e-12);
  const Pooled common =
      pool_with_covariance(trials.y, trials.v, {.method = Tau2Method::common, .test = PoolTest::z});
  EXPECT_NEAR(common.value(), reference["equal"]["beta"].get<double>(), 1e-13);
  EXPECT_NEAR(common.se(), reference["equal"]["se"].get<double>(), 1e-13);
  EXPECT_NEAR(common.q, reference["equal"]["QE"].get<double>(), 1e-11);
  EXPECT_NEAR(common.q_p / reference["equal"]["QEp"].get<double>(), 1, 1e-10);
}

TEST(PoolWithCovariance, agrees_with_the_maximum_that_50_digits_find) {
  const Trials trials;
  const json expected = read("precise.json")["mdma_rho0.6"];
  const Pooled pooled = pool_with_covariance(trials.y, trials.v, {.test = PoolTest::z});
  EXPECT_NEAR(pooled.tau2 / expected["sigma2"][1].get<double>(), 1, 1e-10);
  EXPECT_NEAR(pooled.value() / expected["beta"].get<double>(), 1, 1e-11);
  EXPECT_NEAR(pooled.se() / expected["se"].get<double>(), 1, 1e-11);
}

TEST(PoolWithCovariance, is_the_multilevel_model_with_one_level) {
  const Trials trials;
  MultilevelData data{.y = trials.effects(), .x = trials.slope().x, .v = trials.v};
  data.levels = {{.name = "effect"}};
  for (int i = 0; i < 15; ++i) data.levels[0].group.push_back(std::to_string(i));
  for (const bool restricted : {true, false}) {
    const MultilevelFit fit = fit_multilevel(
        data, {.method = restricted ? MultilevelMethod::reml : MultilevelMethod::ml});
    const Pooled pooled = pool_with_covariance(
        trials.y, trials.v, trials.slope(),
        {.method = restricted ? Tau2Method::reml : Tau2Method::ml, .test = PoolTest::z});
    EXPECT_NEAR(pooled.tau2, fit.sigma2[0], 1e-11);
    EXPECT_NEAR(pooled.coefficients[1].value, fit.beta[1], 1e-10);
    EXPECT_NEAR(pooled.coefficients[1].se, fit.se[1], 1e-10);
    EXPECT_NEAR(restricted ? pooled.restricted_log_likelihood : pooled.log_likelihood,
                fit.log_likelihood, 1e-11);
    const std::vector<Index> slope{1};
    EXPECT_NEAR(pooled.qm.p, wald_test(fit, slope).p, 1e-9);
  }
}

TEST(PoolWithCovariance, solves_the_moment_equations_of_its_methods) {
  const Trials trials;
  const MatrixXd x = MatrixXd::Ones(15, 1);
  const Dense fixed(trials, x, 0);
  const Pooled dl = pool_with_covariance(trials.y, trials.v, {.method = Tau2Method::dl});
  EXPECT_NEAR(dl.tau2, (fixed.q - 14) / fixed.trace_p(x), 1e-12);
  const Pooled pm = pool_with_covariance(trials.y, trials.v, {.method = Tau2Method::pm});
  EXPECT_NEAR(Dense(trials, x, pm.tau2).q, 14, 1e-10);
  const Pooled he = pool_with_covariance(trials.y, trials.v, {.method = Tau2Method::he});
  const VectorXd r = trials.effects().array() - trials.effects().mean();
  const MatrixXd centring = MatrixXd::Identity(15, 15) - MatrixXd::Constant(15, 15, 1.0 / 15);
  const double expected = (r.squaredNorm() - (centring * dense_covariance(trials.v)).trace()) / 14;
  EXPECT_NEAR(he.tau2, std::max(0.0, expected), 1e-12);
}

TEST(PoolWithCovariance, scales_as_hartung_and_knapp_do) {
  const Trials trials;
  const MatrixXd x = MatrixXd::Ones(15, 1);
  const Pooled pooled = pool_with_covariance(trials.y, trials.v, {.test = PoolTest::knha});
  const Dense at(trials, x, pooled.tau2);
  EXPECT_NEAR(pooled.residual_scale, at.q / 14, 1e-12);
  EXPECT_NEAR(pooled.se(), std::sqrt(at.vcov(0, 0) * at.q / 14), 1e-12);
  EXPECT_EQ(pooled.coefficients[0].df, 14);
}

TEST(PoolWithCovariance, gives_the_weights_of_the_mean_and_its_predictions) {
  const Trials trials;
  const Pooled pooled = pool_with_covariance(trials.y, trials.v);
  double mean = 0, sum = 0;
  for (std::size_t i = 0; i < 15; ++i) {
    mean += pooled.weights[i] * trials.y[i];
    sum += pooled.weights[i];
  }
  EXPECT_NEAR(sum, 1, 1e-14);
  EXPECT_NEAR(mean, pooled.value(), 1e-12);
  ASSERT_TRUE(pooled.prediction && pooled.prediction_hts && pooled.prediction_high_tau2);
  const double sd = std::sqrt(pooled.tau2 + pooled.se() * pooled.se());
  EXPECT_NEAR(pooled.prediction->high, pooled.value() + t_quantile(0.975, 14) * sd, 1e-12);
  EXPECT_NEAR(pooled.prediction_hts->low, pooled.value() - t_quantile(0.975, 13) * sd, 1e-12);
  EXPECT_GT(pooled.prediction_high_tau2->high, pooled.prediction->high);
}

TEST(PoolWithCovariance, profiles_tau2_by_the_general_q) {
  const Trials trials;
  const MatrixXd x = MatrixXd::Ones(15, 1);
  const Pooled pooled = pool_with_covariance(trials.y, trials.v);
  ASSERT_TRUE(pooled.tau2_interval);
  EXPECT_NEAR(Dense(trials, x, pooled.tau2_interval->high).q, chi_squared_quantile(0.025, 14),
              1e-9);
}

// Every method and test, against `pool`, when nothing covaries.
TEST(PoolWithCovariance, of_independent_effects_is_pool) {
  const Trials trials;
  const BlockCovariance v = diagonal_covariance(trials.variance);
  for (const Tau2Method method :
       {Tau2Method::common, Tau2Method::dl, Tau2Method::he, Tau2Method::hs, Tau2Method::hsk,
        Tau2Method::ml, Tau2Method::reml, Tau2Method::eb, Tau2Method::pm, Tau2Method::pmm})
    for (const PoolTest test : {PoolTest::z, PoolTest::t, PoolTest::knha, PoolTest::adhoc}) {
      const Pooled plain = pool(trials.y, trials.variance, {.method = method, .test = test});
      const Pooled turned = pool_with_covariance(trials.y, v, {.method = method, .test = test});
      EXPECT_NEAR(turned.tau2, plain.tau2, 1e-12);
      EXPECT_NEAR(turned.value(), plain.value(), 1e-12);
      EXPECT_NEAR(turned.se(), plain.se(), 1e-12);
      EXPECT_NEAR(turned.i2, plain.i2, 1e-12);
      EXPECT_NEAR(turned.weights[3], plain.weights[3], 1e-12);
      ASSERT_EQ(turned.prediction.has_value(), plain.prediction.has_value());
      if (plain.prediction) {
        EXPECT_NEAR(turned.prediction->low, plain.prediction->low, 1e-12);
      }
    }
  const Pooled plain = pool(trials.y, trials.variance, trials.slope());
  const Pooled turned = pool_with_covariance(trials.y, v, trials.slope());
  EXPECT_NEAR(*turned.r2, *plain.r2, 1e-10);
  EXPECT_NEAR(turned.qm.p, plain.qm.p, 1e-10);
}

// Effects of one trial said twice over: the more they correlate, the less the copies add.
TEST(PoolWithCovariance, does_not_count_a_copy_twice) {
  const std::vector<double> once{-0.4, -0.9}, variance{0.1, 0.2}, twice{-0.4, -0.4, -0.9};
  MatrixXd v = Eigen::Vector3d(0.1, 0.1, 0.2).asDiagonal();
  v(0, 1) = v(1, 0) = 0.1 * (1 - 1e-8);
  const PoolOptions common{.method = Tau2Method::common, .test = PoolTest::z};
  const Pooled plain = pool(once, variance, common);
  const Pooled copied = pool_with_covariance(twice, block_covariance(v), common);
  EXPECT_NEAR(copied.value(), plain.value(), 1e-8);
  EXPECT_NEAR(copied.se(), plain.se(), 1e-8);
}

std::string code_of(const std::vector<double>& y, const BlockCovariance& v,
                    const PoolOptions& how) {
  try {
    pool_with_covariance(y, v, how);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(PoolWithCovariance, refuses_what_it_cannot_answer) {
  const Trials trials;
  EXPECT_EQ(code_of({1, 2}, trials.v, {}), "stats.pool.length");
  EXPECT_EQ(code_of(trials.y, trials.v, {.method = Tau2Method::sj}), "stats.pool.covariance");
  EXPECT_EQ(code_of(trials.y, trials.v, {.test = PoolTest::kr}), "stats.pool.kr");
  std::vector<double> gap = trials.y;
  gap[4] = std::nan("");
  EXPECT_EQ(code_of(gap, trials.v, {}), "stats.pool.value");
  BlockCovariance broken = trials.v;
  broken.blocks[0].value(0, 0) = 0;
  EXPECT_EQ(code_of(trials.y, broken, {}), "stats.covariance.variance");
}

}  // namespace
}  // namespace entact
