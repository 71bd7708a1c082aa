#include "entact/stats/count_imputation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/stats/count_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

CountAnalysis analysis_of(const CountData& d) {
  MatrixXd treated = d.x_reference;
  treated.col(1).setOnes();
  return {.x = d.x, .as_arm = {d.x_reference, treated}};
}

PooledImputation ratio(const CountData& d, const CountImputationOptions& how) {
  return pool_counts(d, impute_counts(d, how), analysis_of(d), how).front();
}

TEST(CountImputation, pooled_rate_ratios_are_those_of_an_independent_program) {
  const auto reference = counts_reference();
  const CountImputationOptions how{.draws = 1000};
  for (const auto& [name, strategy, factor] :
       std::vector<std::tuple<const char*, ImputationStrategy, double>>{
           {"MAR", ImputationStrategy::mar, 1},
           {"JR", ImputationStrategy::jr, 1},
           {"CR", ImputationStrategy::cr, 1},
           {"JR_delta2", ImputationStrategy::jr, 2}}) {
    CountData d = count_specimen(reference, strategy);
    d.factor = 1 + (factor - 1) * d.x.col(1).array();
    const auto& expected = reference["imputed"][name];
    const PooledImputation found = ratio(d, how);
    // Four Monte Carlo standard errors of both programs: sd of draws over the roots of 200 and
    // 1000.
    const double sd = std::sqrt(expected["between"].get<double>());
    const double error = 4 * sd * std::sqrt(1.0 / 200 + 1.0 / 1000);
    EXPECT_NEAR(found.estimate, expected["estimate"].get<double>(), error) << name;
    // A standard deviation from 200 draws is known to 5 %, the total much better.
    EXPECT_NEAR(found.se / expected["se"].get<double>(), 1, 0.03) << name;
    EXPECT_NEAR(std::sqrt(found.between) / sd, 1, 0.2) << name;
  }
}

// A large trial, so that the parameters hardly vary: E y2 = (1/k + y1) r2 t2 / (1/k + r1 t1).
TEST(CountImputation, later_counts_have_the_conditional_mean_and_variance) {
  const Index n = 6000;
  CountData d{.events = VectorXd(n),
              .exposure = VectorXd::Constant(n, 4),
              .planned = VectorXd::Constant(n, 10),
              .x = MatrixXd::Ones(n, 2)};
  RandomStream random({.seed = 8});
  for (Index i = 0; i < n; ++i) {
    d.x(i, 1) = i % 2 == 0 ? 0 : 1;
    const double mean = random.gamma(2) / 2 * 4 * std::exp(-0.2 - 0.5 * d.x(i, 1));
    double count = 0;  // waiting times
    for (double t = -std::log(random.uniform()); t < mean; t -= std::log(random.uniform())) ++count;
    d.events[i] = count;
    d.participants.push_back(std::to_string(i));
  }
  d.x_reference = d.x;
  d.x_reference.col(1).setZero();
  d.strategy.assign(static_cast<std::size_t>(n), ImputationStrategy::jr);
  const CountImputations made = impute_counts(d, {.draws = 40});
  EXPECT_NEAR(made.model.dispersion, 0.5, 0.04);
  double expected = 0, variance = 0, sum = 0, squares = 0;
  for (Index i = 1; i < n; i += 2) {
    const double shape = 1 / made.model.dispersion + d.events[i];
    const double rate = 1 / made.model.dispersion + 4 * std::exp(made.model.beta.sum());
    const double after = 6 * std::exp(made.model.beta[0]);
    expected += shape / rate * after;
    variance += shape / rate * after + shape / (rate * rate) * after * after;
    for (const VectorXd& completed : made.completed) {
      const double later = completed[i] - d.events[i];
      sum += later / 40;
      squares += std::pow(later - shape / rate * after, 2) / 40;
    }
  }
  EXPECT_NEAR(sum / expected, 1, 0.02);  // the rate of the reference arm is known to 2 %
  EXPECT_NEAR(squares / variance, 1, 0.04);
}

TEST(CountImputation, strategies_differ_only_where_the_arm_is_not_the_reference) {
  const auto reference = counts_reference();
  const CountData mar = count_specimen(reference, ImputationStrategy::mar);
  for (const ImputationStrategy other : {ImputationStrategy::jr, ImputationStrategy::cr}) {
    const CountData d = count_specimen(reference, other);
    const VectorXd a = impute_counts(mar, {.draws = 2}).completed[0];
    const VectorXd b = impute_counts(d, {.draws = 2}).completed[0];
    for (Index i = 0; i < a.size(); ++i) {
      if (d.x(i, 1) == 0 || d.exposure[i] == d.planned[i]) {
        EXPECT_EQ(a[i], b[i]);
      }
      EXPECT_GE(a[i], d.events[i]);
    }
    EXPECT_FALSE(a == b);
  }
}

TEST(CountImputation, of_complete_counts_is_the_regression_itself) {
  CountData d = count_specimen(counts_reference(), ImputationStrategy::jr);
  d.exposure = d.planned;
  const CountFit fit = fit_negative_binomial(d.x, d.events, d.planned);
  const PooledImputation found = ratio(d, {.draws = 3});
  EXPECT_NEAR(found.estimate, fit.beta[1], 1e-12);
  EXPECT_NEAR(found.se, std::sqrt(fit.vcov(1, 1)), 1e-12);
}

TEST(CountImputation, answers_depend_on_the_seed_and_not_on_the_threads) {
  const CountData d = count_specimen(counts_reference(), ImputationStrategy::jr);
  const double one = ratio(d, {.draws = 20, .seed = 3}).estimate;
  EXPECT_EQ(one, ratio(d, {.draws = 20, .seed = 3, .threads = 3}).estimate);
  EXPECT_NE(one, ratio(d, {.draws = 20, .seed = 4}).estimate);
  EXPECT_NE(one, ratio(d, {.poisson = true, .draws = 20, .seed = 3}).estimate);
}

std::string code_of(const CountData& d, const CountImputationOptions& how = {.draws = 2}) {
  try {
    impute_counts(d, how);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(CountImputation, bad_input_is_refused) {
  const CountData good = count_specimen(counts_reference(), ImputationStrategy::jr);
  CountData d = good;
  d.strategy[3] = ImputationStrategy::cir;
  EXPECT_EQ(code_of(d), "stats.count.strategy");
  d = good;
  d.exposure[3] = 13;
  EXPECT_EQ(code_of(d), "stats.count.value");
  d = good;
  d.factor = VectorXd::Zero(160);
  EXPECT_EQ(code_of(d), "stats.count.value");
  d.factor = VectorXd::Ones(3);
  EXPECT_EQ(code_of(d), "stats.impute.shape");
  EXPECT_EQ(code_of(good, {.draws = 1}), "stats.impute.option");
}

}  // namespace
}  // namespace entact
