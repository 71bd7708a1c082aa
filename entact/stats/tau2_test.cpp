// Identities of the estimators and their intervals; agreement with metafor stands in
// pool_metafor_test.cpp.
#include "entact/stats/tau2.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "entact/num/distributions.h"
#include "entact/stats/tau2_interval.h"

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

TEST(Tau2, solves_its_own_equation) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    const Data d = random_data(8, 2, seed);
    PoolModel model(d.y, d.v, d.moderators);
    const double pm = estimate_tau2(model, Tau2Method::pm).value;
    if (pm > 0) {
      EXPECT_NEAR(model.q_at(pm).q, 6, 1e-12);
    }
    if (pm == 0) {
      EXPECT_LE(model.q_at(0).q, 6);
    }
    const double pmm = estimate_tau2(model, Tau2Method::pmm).value;
    if (pmm > 0) {
      EXPECT_NEAR(chi_squared_cdf(model.q_at(pmm).q, 6), 0.5, 1e-12);
    }
    const double reml = estimate_tau2(model, Tau2Method::reml).value;
    const PoolSums s = model.sums_at(reml);
    if (reml > 0) {
      EXPECT_NEAR(s.y_pp_y, s.trace_p, 1e-11 * s.trace_p);
    }
    const double ml = estimate_tau2(model, Tau2Method::ml).value;
    const PoolSums m = model.sums_at(ml);
    if (ml > 0) {
      EXPECT_NEAR(m.y_pp_y, m.w, 1e-11 * m.w);
    }
  }
}

TEST(Tau2, no_grid_point_is_likelier_than_the_maximum) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    const Data d = random_data(3 + seed % 6, 1 + seed % 2, seed);
    PoolModel model(d.y, d.v, d.moderators);
    for (const bool restricted : {true, false}) {
      const auto ll = [&](double t) {
        return restricted ? model.restricted_log_likelihood(t) : model.log_likelihood(t);
      };
      const Tau2 found = estimate_tau2(model, restricted ? Tau2Method::reml : Tau2Method::ml);
      ASSERT_TRUE(found.converged);
      const double best = ll(found.value);
      for (double t = 0; t < 4; t += 0.01) ASSERT_LE(ll(t), best + 1e-12) << seed << " " << t;
    }
  }
}

TEST(Tau2, takes_the_higher_of_two_peaks) {
  // Two precise studies that agree and one imprecise outlier: the restricted likelihood has a peak
  // at 0 and one far out. The grid says which is higher.
  int two_peaks = 0;
  for (double outlier = 1; outlier < 8; outlier += 0.05) {
    const std::vector<double> y{0, 0.01, outlier}, v{0.001, 0.001, 1.2};
    PoolModel model(y, v);
    const Tau2 found = estimate_tau2(model, Tau2Method::reml);
    const double best = model.restricted_log_likelihood(found.value);
    two_peaks += found.several_peaks;
    for (double t = 1e-5; t < 100; t *= 1.1)
      ASSERT_LE(model.restricted_log_likelihood(t), best + 1e-9) << outlier << " " << t;
  }
  EXPECT_GT(two_peaks, 0);
}

TEST(Tau2, converges_for_variances_of_very_different_size) {
  for (const double unit : {1e-12, 1e-6, 1.0, 1e6, 1e12}) {
    const std::vector<double> y{-3 * std::sqrt(unit), 0, std::sqrt(unit), 4 * std::sqrt(unit)};
    const std::vector<double> v{1e-6 * unit, unit, 1e-3 * unit, 1e4 * unit};
    PoolModel model(y, v);
    for (const auto method : {Tau2Method::reml, Tau2Method::ml, Tau2Method::pm}) {
      const Tau2 found = estimate_tau2(model, method);
      EXPECT_TRUE(found.converged);
      EXPECT_LT(found.iterations, 60);
      const std::vector<double> y1{-3, 0, 1, 4}, v1{1e-6, 1, 1e-3, 1e4};
      PoolModel plain(y1, v1);
      EXPECT_NEAR(found.value / unit, estimate_tau2(plain, method).value, 1e-9);
    }
  }
}

TEST(Tau2Interval, covers_at_its_level_by_construction) {
  Data d = random_data(9, 1, 12);
  for (double& y : d.y) y *= 3;  // heterogeneous enough for a positive lower end
  PoolModel model(d.y, d.v);
  const Interval wide = q_profile_interval(model, 0.95);
  const Interval narrow = q_profile_interval(model, 0.5);
  EXPECT_LT(wide.low, narrow.low);
  EXPECT_GT(wide.high, narrow.high);
  EXPECT_NEAR(chi_squared_cdf(model.q_at(wide.high).q, 8), 0.025, 1e-12);
  EXPECT_NEAR(chi_squared_cdf(model.q_at(wide.low).q, 8), 0.975, 1e-12);
}

TEST(Tau2Interval, profile_ends_lie_at_the_same_height) {
  const Data d = random_data(9, 2, 13);
  PoolModel model(d.y, d.v, d.moderators);
  const double tau2 = estimate_tau2(model, Tau2Method::reml).value;
  const Interval profile = profile_likelihood_interval(model, tau2, true, 0.9);
  const double floor = model.restricted_log_likelihood(tau2) - chi_squared_quantile(0.9, 1) / 2;
  EXPECT_NEAR(model.restricted_log_likelihood(profile.high), floor, 1e-12);
  EXPECT_NEAR(model.restricted_log_likelihood(profile.low), floor, 1e-12);
}

TEST(Tau2Method, names_are_read_in_either_case_and_written_as_metafor) {
  EXPECT_EQ(tau2_method("reml"), Tau2Method::reml);
  EXPECT_EQ(tau2_method("HSk"), Tau2Method::hsk);
  EXPECT_EQ(tau2_method("EE"), Tau2Method::common);
  EXPECT_EQ(to_text(Tau2Method::common), "CE");
  EXPECT_EQ(to_text(Tau2Method::hsk), "HSk");
  EXPECT_EQ(to_text(Tau2Method::pm), "PM");
}

}  // namespace
}  // namespace entact
