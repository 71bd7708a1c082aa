#include "entact/pharm/aggregate_fit.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/base/random.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

// k rows of one quantity in each of g studies: restricted maximum likelihood is the analysis of
// variance.
TEST(AggregateFit, is_the_analysis_of_variance_of_a_balanced_layout) {
  const double y[4][3] = {{1.2, 1.5, 1.3}, {0.7, 0.9, 0.8}, {2.2, 1.8, 2.1}, {1.1, 1.4, 1.0}};
  std::vector<AggregateRow> rows;
  double mean = 0, between = 0, inside = 0;
  for (int s = 0; s < 4; ++s)
    for (const double value : y[s]) {
      rows.push_back({.observed = value, .study = s});
      mean += std::log(value) / 12;
    }
  double study_mean[4] = {};
  for (int s = 0; s < 4; ++s) {
    for (const double value : y[s]) study_mean[s] += std::log(value) / 3;
    for (const double value : y[s]) inside += std::pow(std::log(value) - study_mean[s], 2) / 8;
    between += 3 * std::pow(study_mean[s] - mean, 2) / 3;
  }
  const auto fit = fit_aggregates(
      rows, [](const VectorXd& x) -> VectorXd { return VectorXd::Constant(12, x[0]); },
      VectorXd::Zero(1));
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(fit.x[0], mean, 1e-8);
  EXPECT_NEAR(fit.sigma, std::sqrt(inside), 1e-5);
  EXPECT_NEAR(fit.tau, std::sqrt((between - inside) / 3), 1e-4);
  EXPECT_NEAR(fit.se[0], std::sqrt(between / 12), 1e-5);
  const double shrunk = (between - inside) / between;  // of each study's deviation
  for (int s = 0; s < 4; ++s)
    EXPECT_NEAR(fit.study_effect[s], shrunk * (study_mean[s] - mean), 1e-4);
}

// Where studies differ less than their rows would make them differ anyway, tau is 0 and the fit is
// the one without study effects; a weight is so many rows.
TEST(AggregateFit, finds_no_spread_where_there_is_none) {
  std::vector<AggregateRow> rows;
  for (int s = 0; s < 4; ++s)
    for (const double value : {0.8, 1.25}) rows.push_back({.observed = value, .study = s});
  const auto level = [](const VectorXd& x) -> VectorXd { return VectorXd::Constant(8, x[0]); };
  const auto with = fit_aggregates(rows, level, VectorXd::Constant(1, 0.3));
  const auto without = fit_aggregates(rows, level, VectorXd::Constant(1, 0.3), false);
  EXPECT_NEAR(with.tau, 0, 1e-3);
  EXPECT_NEAR(with.x[0], 0, 1e-8);
  EXPECT_NEAR(with.se[0], without.se[0], 1e-5);
  rows[0].weight = 3;  // as if it stood there three times
  EXPECT_NEAR(fit_aggregates(rows, level, VectorXd::Zero(1), false).x[0], 2 * std::log(0.8) / 10,
              1e-8);
}

// Twelve studies report three concentrations after a dose, and the ratio of the first two: truth,
// simulated summaries, and how often the 95% intervals hold the truth.
struct Simulated {
  std::vector<AggregateRow> rows{};
  std::vector<double> hours{};  // 0: the ratio
};

constexpr double true_sigma = 0.08, true_tau = 0.25;
const VectorXd truth = Eigen::Vector2d(std::log(200.0), std::log(0.09));

VectorXd predicted(const std::vector<double>& hours, const VectorXd& x) {
  VectorXd y(static_cast<Index>(hours.size()));
  for (std::size_t i = 0; i < hours.size(); ++i)
    y[static_cast<Index>(i)] =
        hours[i] == 0 ? std::exp(x[1]) * 5 : x[0] - std::exp(x[1]) * hours[i];
  return y;
}

Simulated draw(std::uint32_t replicate) {
  RandomStream random({.seed = 4, .purpose = RandomPurpose::people, .participant = replicate});
  Simulated made;
  for (int s = 0; s < 12; ++s) {
    const double b = true_tau * random.normal();
    for (const double t : {1.0, 6.0, 12.0, 0.0}) {
      const double weight = t == 12 ? 0.5 : 1;
      const double error = true_sigma / std::sqrt(weight) * random.normal();
      const double y = predicted({t}, truth)[0] + (t == 0 ? 0 : b) + error;
      made.rows.push_back(
          {.observed = std::exp(y), .weight = weight, .study = s, .within = t == 0});
      made.hours.push_back(t);
    }
  }
  return made;
}

TEST(AggregateFit, finds_the_truth_behind_simulated_summaries) {
  constexpr int replicates = 200;
  int covered[2] = {}, naive[2] = {};
  double tau = 0, sigma = 0;
  for (std::uint32_t r = 0; r < replicates; ++r) {
    const Simulated made = draw(r);
    const auto predict = [&](const VectorXd& x) { return predicted(made.hours, x); };
    const auto with = fit_aggregates(made.rows, predict, truth);
    const auto without = fit_aggregates(made.rows, predict, truth, false);
    tau += with.tau * with.tau / replicates, sigma += with.sigma * with.sigma / replicates;
    for (Index k = 0; k < 2; ++k) {
      const double t11 = 2.201;  // of as many degrees of freedom as studies less one
      covered[k] += std::abs(with.x[k] - truth[k]) < t11 * with.se[k] ? 1 : 0;
      naive[k] += std::abs(without.x[k] - truth[k]) < t11 * without.se[k] ? 1 : 0;
    }
  }
  // REML's variances are unbiased; their Monte Carlo error is about 3% (tau^2: 10 df times 200).
  EXPECT_NEAR(tau, true_tau * true_tau, 0.1 * true_tau * true_tau);
  EXPECT_NEAR(sigma, true_sigma * true_sigma, 0.05 * true_sigma * true_sigma);
  // 190 of 200 expected, 181 to 198 but for three times in a thousand. The level's interval is too
  // short where the spread between studies is left out.
  EXPECT_GE(covered[0], 181);
  EXPECT_GE(covered[1], 181);
  EXPECT_LT(naive[0], 181);
  RecordProperty("covered_level", covered[0]);
  RecordProperty("naive_level", naive[0]);
}

TEST(AggregateFit, refuses_rows_that_say_too_little) {
  const auto code = [](std::vector<AggregateRow> rows) -> std::string {
    try {
      const auto m = static_cast<Index>(rows.size());
      fit_aggregates(
          rows, [m](const VectorXd& x) -> VectorXd { return VectorXd::Constant(m, x[0]); },
          VectorXd::Zero(1));
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  };
  EXPECT_EQ(code({{.observed = 1}}), "pharm.aggregate.rows");
  EXPECT_EQ(code({{.observed = 1}, {.observed = -1, .study = 1}}), "pharm.aggregate.rows");
  EXPECT_EQ(code({{.observed = 1}, {.observed = 2}}), "pharm.aggregate.studies");
  EXPECT_EQ(code({{.observed = 1}, {.observed = 2, .study = 1, .within = true}}),
            "pharm.aggregate.studies");
}

}  // namespace
}  // namespace entact
