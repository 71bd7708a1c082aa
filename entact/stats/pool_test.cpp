#include "entact/stats/pool.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

using Numbers = std::vector<double>;

constexpr Tau2Method every_method[] = {
    Tau2Method::common, Tau2Method::dl, Tau2Method::he,   Tau2Method::hs, Tau2Method::hsk,
    Tau2Method::sj,     Tau2Method::ml, Tau2Method::reml, Tau2Method::pm, Tau2Method::pmm};
constexpr PoolTest every_test[] = {PoolTest::z, PoolTest::t, PoolTest::knha, PoolTest::adhoc,
                                   PoolTest::kr};

struct Studies {
  Numbers y{}, v{};
};

// Heterogeneous studies by a fixed stream: v in [0.02, 0.5], y ~ N(0.4, tau2 + v).
Studies studies(std::size_t k, unsigned seed, double tau2 = 0.2) {
  std::mt19937_64 bits(seed);
  const auto uniform = [&] { return (static_cast<double>(bits() >> 11) + 0.5) / 0x1p53; };
  Studies s;
  for (std::size_t i = 0; i < k; ++i) {
    s.v.push_back(0.02 + 0.48 * uniform());
    s.y.push_back(0.4 + std::sqrt(s.v.back() + tau2) * normal_quantile(uniform()));
  }
  return s;
}

std::string code_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

// The estimates are found to some 1e-13; 1e-11 leaves room for the rounding of shifted input.
constexpr double tolerance = 1e-11;

void expect_shifted(const Pooled& a, const Pooled& b, double shift, double scale) {
  const auto near = [&](double x, double y, double unit) {
    EXPECT_NEAR(x, y, tolerance * (std::abs(y) + unit));
  };
  near(b.value(), a.value() * scale + shift, std::abs(shift) + scale);
  near(b.se(), a.se() * scale, scale);
  near(b.tau2, a.tau2 * scale * scale, scale * scale);
  near(b.q, a.q, 1);
  near(b.i2, a.i2, 1);
  EXPECT_EQ(std::isinf(b.coefficients[0].df), std::isinf(a.coefficients[0].df));
  if (std::isfinite(a.coefficients[0].df)) near(b.coefficients[0].df, a.coefficients[0].df, 1);
  if (!a.tau2_interval) return;
  near(b.tau2_interval->high, a.tau2_interval->high * scale * scale, scale * scale);
  near(b.prediction->high, a.prediction->high * scale + shift, std::abs(shift) + scale);
}

TEST(Pool, follows_a_shift_and_a_change_of_unit) {
  const Studies s = studies(11, 1);
  for (const auto method : every_method) {
    for (const auto test : every_test) {
      const PoolOptions how{.method = method, .test = test};
      const Pooled plain = pool(s.y, s.v, how);
      for (const auto& [shift, scale] : {std::pair{50.0, 1.0}, {0.0, 40.0}, {-3.0, 0.01}}) {
        Studies moved = s;
        for (double& y : moved.y) y = y * scale + shift;
        for (double& v : moved.v) v *= scale * scale;
        expect_shifted(plain, pool(moved.y, moved.v, how), shift, scale);
      }
    }
  }
}

TEST(Pool, turns_its_sign_with_the_sign_of_the_estimates) {
  Studies s = studies(6, 2);
  const Pooled plain = pool(s.y, s.v);
  for (double& y : s.y) y = -y;
  const Pooled turned = pool(s.y, s.v);
  EXPECT_DOUBLE_EQ(turned.value(), -plain.value());
  EXPECT_DOUBLE_EQ(turned.coefficients[0].low, -plain.coefficients[0].high);
}

TEST(Pool, does_not_depend_on_the_order_of_the_studies) {
  const Studies s = studies(9, 3);
  const Numbers y(s.y.rbegin(), s.y.rend()), v(s.v.rbegin(), s.v.rend());
  for (const auto method : every_method) {
    expect_shifted(pool(s.y, s.v, {.method = method}), pool(y, v, {.method = method}), 0, 1);
  }
}

TEST(Pool, studies_twice_at_twice_the_variance_are_the_same_common_effect) {
  const Studies s = studies(7, 4);
  Studies twice;
  for (std::size_t i = 0; i < 7; ++i) {
    twice.y.insert(twice.y.end(), 2, s.y[i]);
    twice.v.insert(twice.v.end(), 2, 2 * s.v[i]);
  }
  const PoolOptions how{.method = Tau2Method::common, .test = PoolTest::z};
  const Pooled one = pool(s.y, s.v, how), two = pool(twice.y, twice.v, how);
  EXPECT_NEAR(one.value(), two.value(), 1e-14);
  EXPECT_NEAR(one.se(), two.se(), 1e-14);
  EXPECT_NEAR(one.q, two.q, 1e-12);
}

TEST(Pool, equal_variances_have_closed_forms) {
  // v_i = v: mean = average; DL, HE, PM and REML all give max(0, s^2 - v), s^2 the sample variance;
  // ML divides by k; HK's s2 is then 1, so knha, adhoc and t agree.
  const Numbers y{1.0, 2.5, 2.0, 4.0, 0.5}, v(5, 0.3);
  const double mean = 2.0, sample = 1.875, q = 4 * sample / 0.3;
  for (const auto method :
       {Tau2Method::dl, Tau2Method::he, Tau2Method::pm, Tau2Method::eb, Tau2Method::reml}) {
    for (const auto test : {PoolTest::t, PoolTest::knha, PoolTest::adhoc}) {
      const Pooled p = pool(y, v, {.method = method, .test = test});
      EXPECT_NEAR(p.tau2, sample - 0.3, 1e-13);
      EXPECT_NEAR(p.value(), mean, 1e-14);
      EXPECT_NEAR(p.se(), std::sqrt(sample / 5), 1e-13);
      EXPECT_NEAR(p.q, q, 1e-12);
      EXPECT_NEAR(p.i2, (sample - 0.3) / sample, 1e-13);
      // Q(tau2) = 4 s^2 / (v + tau2) = chi-squared quantile
      EXPECT_NEAR(p.tau2_interval->low, 4 * sample / chi_squared_quantile(0.975, 4) - 0.3, 1e-12);
      EXPECT_NEAR(p.tau2_interval->high, 4 * sample / chi_squared_quantile(0.025, 4) - 0.3, 1e-11);
      EXPECT_NEAR(p.coefficients[0].high, mean + t_quantile(0.975, 4) * std::sqrt(sample / 5),
                  1e-12);
    }
  }
  EXPECT_NEAR(pool(y, v, {.method = Tau2Method::ml}).tau2, 0.8 * sample - 0.3, 1e-13);
}

TEST(Pool, one_study_is_its_own_common_effect) {
  const Pooled p =
      pool(Numbers{0.7}, Numbers{0.04}, {.method = Tau2Method::common, .test = PoolTest::z});
  EXPECT_EQ(p.value(), 0.7);
  EXPECT_DOUBLE_EQ(p.se(), 0.2);
  EXPECT_DOUBLE_EQ(p.coefficients[0].low, 0.7 - 0.2 * normal_quantile(0.975));
  EXPECT_EQ(p.q_p, 1);
  EXPECT_EQ(p.weights, Numbers{1});
  EXPECT_FALSE(p.prediction);
}

TEST(Pool, floor_never_narrows_and_agrees_where_it_does_not_bite) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    const Studies s = studies(4, seed);
    const Pooled knha = pool(s.y, s.v, {.test = PoolTest::knha});
    const Pooled floor = pool(s.y, s.v, {.test = PoolTest::adhoc});
    const Pooled t = pool(s.y, s.v, {.test = PoolTest::t});
    EXPECT_DOUBLE_EQ(floor.se(), std::max(knha.se(), t.se()));
  }
}

TEST(Pool, a_shared_column_of_ones_is_the_mean_model) {
  const Studies s = studies(8, 5);
  const Moderators ones{.x = Eigen::MatrixXd::Ones(8, 1), .names = {"intercept"}};
  for (const auto method : every_method) {
    const PoolOptions how{.method = method, .test = PoolTest::knha};
    expect_shifted(pool(s.y, s.v, how), pool(s.y, s.v, ones, how), 0, 1);
  }
  // Any other constant goes the general way through the orthonormal basis: same tau2, half the
  // mean.
  Moderators twos = ones;
  twos.x *= 2;
  EXPECT_NEAR(pool(s.y, s.v, twos).value(), pool(s.y, s.v).value() / 2, 1e-13);
  EXPECT_NEAR(pool(s.y, s.v, twos).tau2, pool(s.y, s.v).tau2, 1e-13);
}

TEST(Pool, regression_does_not_depend_on_the_coding_of_moderators) {
  const Studies s = studies(12, 6);
  Moderators a{.x = Eigen::MatrixXd(12, 3), .names = {"intercept", "u", "year"}};
  for (Eigen::Index i = 0; i < 12; ++i) {
    a.x.row(i) << 1, std::sin(static_cast<double>(i)), 1990 + static_cast<double>(i * i % 17);
  }
  Moderators b = a;
  b.x.col(1) *= 1e6;
  b.x.col(2).array() -= 1990;
  const Pooled first = pool(s.y, s.v, a), second = pool(s.y, s.v, b);
  EXPECT_NEAR(first.tau2, second.tau2, 1e-11);
  EXPECT_NEAR(first.coefficients[2].value, second.coefficients[2].value, 1e-11);
  EXPECT_NEAR(first.coefficients[1].statistic, second.coefficients[1].statistic, 1e-9);
  EXPECT_NEAR(first.qm.statistic, second.qm.statistic, 1e-9);
}

TEST(Pool, prediction_at_a_study_follows_the_coefficients) {
  const Studies s = studies(10, 7);
  const Pooled p = pool(s.y, s.v);
  const PooledPrediction at = predict(p, Numbers{1});
  EXPECT_DOUBLE_EQ(at.mean.low, p.coefficients[0].low);
  EXPECT_DOUBLE_EQ(at.new_study->high, p.prediction->high);
}

TEST(Pool, prediction_widens_with_tau2_at_its_upper_limit) {
  const Studies s = studies(6, 8);
  const Pooled p = pool(s.y, s.v);
  ASSERT_TRUE(p.prediction_high_tau2 && p.prediction);
  EXPECT_GT(p.prediction_high_tau2->high - p.prediction_high_tau2->low,
            p.prediction->high - p.prediction->low);
  const Pooled held = pool(s.y, s.v, {.tau2 = p.tau2_interval->high});
  EXPECT_NEAR(p.prediction_high_tau2->low, held.prediction->low, 1e-12);
}

TEST(Pool, becomes_an_estimate_with_its_reservations) {
  const Pooled p = pool(Numbers{0.1, 0.11, 0.09}, Numbers{0.04, 0.05, 0.06});
  const Estimate e = to_estimate(p, {.variable = "x"}, true);
  EXPECT_EQ(e.value, p.value());
  EXPECT_EQ(e.se, p.se());
  EXPECT_EQ(e.df, 2);
  EXPECT_TRUE(e.log_scale);
  EXPECT_EQ(e.estimand.variable, "x");
  ASSERT_EQ(e.fit.reservations.size(), 1U);
  EXPECT_NE(e.fit.reservations[0].find("lower bound 0"), std::string::npos);
}

TEST(Pool, says_when_hartung_knapp_narrows_the_interval) {
  const Pooled p =
      pool(Numbers{0.1, 0.11, 0.09}, Numbers{0.04, 0.05, 0.06}, {.test = PoolTest::knha});
  ASSERT_EQ(p.fit.reservations.size(), 2U);
  EXPECT_NE(p.fit.reservations[1].find("below 1"), std::string::npos);
}

TEST(Pool, studies_that_agree_exactly_give_numbers_not_nan) {
  for (const double y : {0.0, 0.5}) {
    for (const auto test : every_test) {
      for (const auto method : every_method) {
        const Pooled p =
            pool(Numbers{y, y, y}, Numbers{0.1, 0.2, 0.3}, {.method = method, .test = test});
        EXPECT_EQ(p.value(), y);
        EXPECT_EQ(p.tau2, 0);
        EXPECT_FALSE(std::isnan(p.coefficients[0].p) || std::isnan(p.coefficients[0].statistic));
        EXPECT_FALSE(std::isnan(p.qm.p) || std::isnan(p.i2));
      }
    }
  }
}

TEST(Pool, refuses_what_it_cannot_answer) {
  const Numbers y{0.1, 0.4, 0.3}, v{0.1, 0.2, 0.1};
  const double nan = std::nan("");
  EXPECT_EQ(code_of([&] { pool(Numbers{}, Numbers{}); }), "stats.pool.few");
  EXPECT_EQ(code_of([&] { pool(Numbers{0.1}, Numbers{0.1}); }), "stats.pool.few");
  EXPECT_EQ(code_of([&] { pool(Numbers{0.1}, Numbers{0.1}, {.method = Tau2Method::common}); }),
            "stats.pool.few");  // adhoc needs a residual
  EXPECT_EQ(code_of([&] { pool(y, Numbers{0.1}); }), "stats.pool.length");
  EXPECT_EQ(code_of([&] { pool(Numbers{0.1, nan, 0.3}, v); }), "stats.pool.value");
  EXPECT_EQ(code_of([&] { pool(y, Numbers{0.1, 0.2, 0}); }), "stats.pool.variance");
  EXPECT_EQ(code_of([&] { pool(y, Numbers{0.1, INFINITY, 1}); }), "stats.pool.variance");
  EXPECT_EQ(code_of([&] { pool(y, v, {.level = 1.5}); }), "stats.pool.option");
  EXPECT_EQ(code_of([&] { pool(y, v, {.tau2 = -1.0}); }), "stats.pool.option");
  EXPECT_EQ(code_of([&] { pool_test("wald"); }), "stats.pool.test");
  EXPECT_EQ(code_of([&] { tau2_method("XX"); }), "stats.pool.method");
  EXPECT_EQ(code_of([&] { to_estimate(pool(y, v), {}, false, 1); }), "stats.pool.coefficient");
  EXPECT_EQ(code_of([&] { predict(pool(y, v), Numbers{1, 2}); }), "stats.pool.coefficient");
}

TEST(Pool, names_the_study_that_is_wrong) {
  try {
    pool(Numbers{0.1, 0.4, 0.3}, Numbers{0.1, -0.2, 0.1});
    FAIL();
  } catch (const Error& error) {
    const std::string what = error.what();
    EXPECT_NE(what.find("study 2"), std::string::npos);
    EXPECT_NE(what.find("-0.2"), std::string::npos);
    EXPECT_EQ(error.kind(), ErrorKind::input);
  }
}

TEST(Pool, refuses_moderators_it_cannot_use) {
  const Numbers y{0.1, 0.4, 0.3, 0.2}, v(4, 0.1);
  const auto with = [&](const Eigen::MatrixXd& x, std::size_t named, PoolOptions how = {}) {
    return code_of([&] {
      pool(y, v, Moderators{.x = x, .names = std::vector<std::string>(named, "u")}, how);
    });
  };
  Eigen::MatrixXd x(4, 2);
  x << 1, 1, 1, 2, 1, 3, 1, 5;
  EXPECT_EQ(with(x, 2), "");
  EXPECT_EQ(with(x, 1), "stats.pool.moderator");
  EXPECT_EQ(with(x.topRows(3), 2), "stats.pool.moderator");
  EXPECT_EQ(with(x, 2, {.test = PoolTest::kr}), "stats.pool.kr");
  Eigen::MatrixXd missing = x;
  missing(2, 1) = std::nan("");
  EXPECT_EQ(with(missing, 2), "stats.pool.moderator");
  Eigen::MatrixXd collinear(4, 3);
  collinear << x, 2 * x.col(1) - x.col(0);
  EXPECT_EQ(with(collinear, 3), "stats.pool.rank");
  EXPECT_EQ(with(Eigen::MatrixXd::Identity(4, 4), 4), "stats.pool.few");
}

}  // namespace
}  // namespace entact
