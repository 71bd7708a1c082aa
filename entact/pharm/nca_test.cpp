#include "entact/pharm/nca.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "entact/base/error.h"

namespace entact {
namespace {

using Numbers = std::vector<double>;

Numbers map(const Numbers& times_h, const std::function<double(double)>& f) {
  Numbers values;
  for (const double t : times_h) values.push_back(f(t));
  return values;
}

const Numbers sparse{0, 0.5, 1, 2, 4, 6, 8, 12, 24};

TEST(Nca, is_exact_for_an_exponential_by_logarithms) {
  const auto c = map(sparse, [](double t) { return 10 * std::exp(-0.2 * t); });
  const Nca found = nca(sparse, c, 100);
  EXPECT_EQ(found.cmax, 10);
  EXPECT_EQ(found.tmax_h, 0);
  EXPECT_EQ(found.tlast_h, 24);
  EXPECT_NEAR(found.lambda_z, 0.2, 1e-14);
  EXPECT_NEAR(found.half_life_h, std::log(2.0) / 0.2, 1e-12);
  EXPECT_NEAR(found.auc_last, 50 * (1 - std::exp(-4.8)), 1e-12);
  EXPECT_NEAR(found.auc_inf, 50, 1e-12);
  EXPECT_NEAR(found.auc_inf_predicted, 50, 1e-12);
  EXPECT_NEAR(found.auc_extrapolated, std::exp(-4.8), 1e-14);
  EXPECT_NEAR(found.aumc_inf, 250, 1e-10);  // 10 / 0.2^2
  EXPECT_NEAR(found.mean_residence_h, 5, 1e-12);
  EXPECT_NEAR(found.clearance, 2, 1e-13);
  EXPECT_NEAR(found.volume, 10, 1e-12);
  EXPECT_NEAR(found.r2, 1, 1e-14);
  EXPECT_TRUE(found.reservations.empty());
}

TEST(Nca, takes_areas_by_hand) {
  // 0-2 up: (0 + 8) / 2 x 2 = 8; 2-4 down: 2 (8 - 4) / ln 2; 4-6 level: 4 x 2 = 8.
  const Numbers t{0, 2, 4, 6}, c{0, 8, 4, 4};
  EXPECT_NEAR(nca(t, c).auc_last, 8 + 8 / std::log(2.0) + 8, 1e-14);
  EXPECT_EQ(nca(t, c, 1, {.method = AucMethod::linear}).auc_last, 8 + 12 + 8);
  // A rise after the peak: linear for one rule, logarithmic for the other.
  const Numbers up{0, 8, 2, 4};
  EXPECT_NEAR(nca(t, up).auc_last, 8 + 12 / std::log(4.0) + 6, 1e-14);
  EXPECT_NEAR(nca(t, up, 1, {.method = AucMethod::linear_log}).auc_last,
              8 + 12 / std::log(4.0) + 4 / std::log(2.0), 1e-14);
}

TEST(Nca, comes_close_to_dose_over_clearance_where_sampling_is_dense) {
  constexpr double ka = 1.2, ke = 0.14, v = 330, dose = 80;
  Numbers t;
  for (int i = 0; i <= 400; ++i) t.push_back(i * 0.25);
  const auto c = map(t, [&](double h) {
    return dose * ka / (v * (ka - ke)) * (std::exp(-ke * h) - std::exp(-ka * h));
  });
  const Nca found = nca(t, c, dose);
  EXPECT_NEAR(found.clearance, ke * v, 0.005 * ke * v);  // trapezoids cut the rounded top
  EXPECT_NEAR(found.lambda_z, ke, 1e-4);
  EXPECT_NEAR(found.mean_residence_h, 1 / ka + 1 / ke, 0.01 * (1 / ka + 1 / ke));
  EXPECT_NEAR(found.tmax_h, std::log(ka / ke) / (ka - ke), 0.125);
}

TEST(Nca, prefers_more_points_of_slopes_that_are_as_good) {
  // Exactly exponential from 4 h on, another curve before: five points fit, six do not.
  const auto c = map(sparse, [](double t) {
    return t == 0 ? 0 : t < 4 ? 20 * std::exp(-0.5 * t) : 5 * std::exp(-0.1 * t);
  });
  const Nca found = nca(sparse, c);
  EXPECT_EQ(found.slope_points, 5);
  EXPECT_EQ(found.slope_from_h, 4);
  EXPECT_NEAR(found.lambda_z, 0.1, 1e-13);
  EXPECT_NEAR(found.span, 20 * 0.1 / std::log(2.0), 1e-12);
}

TEST(Nca, leaves_the_peak_out_of_the_slope_unless_told) {
  const Numbers t{0, 1, 2, 3}, c{8, 4, 2, 1};
  EXPECT_EQ(nca(t, c).slope_points, 3);
  EXPECT_EQ(nca(t, c, 1, {.peak_in_slope = true}).slope_points, 4);
  const Nca few = nca(Numbers{0, 1, 2}, Numbers{8, 4, 2});
  EXPECT_TRUE(std::isnan(few.lambda_z));
  EXPECT_TRUE(std::isnan(few.auc_inf));
  ASSERT_EQ(few.reservations.size(), 1U);
}

TEST(Nca, takes_the_slope_from_the_times_it_is_given) {
  const auto c = map(sparse, [](double t) { return 10 * std::exp(-0.2 * t); });
  const Nca found = nca(sparse, c, 1, {.slope_between_h = {{6, 12}}});
  EXPECT_EQ(found.slope_points, 3);
  EXPECT_EQ(found.slope_from_h, 6);
}

TEST(Nca, has_no_slope_where_concentrations_rise) {
  EXPECT_TRUE(std::isnan(nca(Numbers{0, 1, 2, 3, 4}, Numbers{9, 1, 2, 4, 8}).lambda_z));
}

// By 1 - SSE / SST a flat run has no R^2; whatever sum its rounding leaves is no evidence.
TEST(Nca, takes_no_slope_from_equal_concentrations) {
  const Nca flat = nca(Numbers{1, 3, 22, 36}, Numbers{27, 5.4, 5.4, 5.4}, 1);
  EXPECT_TRUE(std::isnan(flat.half_life_h));
  EXPECT_TRUE(std::isnan(flat.auc_inf));
  EXPECT_EQ(flat.slope_points, 0);
  ASSERT_EQ(flat.reservations.size(), 1U);
  const NcaOptions between{.slope_between_h = {{3, 36}}};
  EXPECT_TRUE(std::isnan(nca(Numbers{1, 3, 22, 36}, Numbers{27, 5.4, 5.4, 5.4}, 1, between).r2));
  for (const double level : {0.1, 5.4, 3e-7, 1e12}) {
    const double above = std::nextafter(level, 2 * level);  // as a change of units leaves it
    const Nca nearly = nca(Numbers{1, 3, 22, 36}, Numbers{9 * level, above, above, level}, 1);
    EXPECT_TRUE(std::isnan(nearly.half_life_h)) << level;
  }
}

// What lm() gives of the four points: 4, 3, 3, 3 at 12, 14, 16, 17 h.
TEST(Nca, takes_the_longer_run_where_the_shorter_is_flat) {
  const Nca found = nca(Numbers{0, 12, 14, 16, 17}, Numbers{10, 4, 3, 3, 3});
  EXPECT_EQ(found.slope_points, 4);
  const double lambda = std::log(4 / 3.0) * 2.75 / 14.75;  // -sum of t y / sum of t^2, centred
  EXPECT_NEAR(found.lambda_z, lambda, 1e-15);
  EXPECT_NEAR(found.half_life_h, 12.92, 0.005);
  EXPECT_NEAR(found.auc_inf, 150.46, 0.005);
  EXPECT_NEAR(found.auc_inf, found.auc_last + 3 / lambda, 1e-12);
}

// The first and the last of three are equal: the slope is 0, whatever rounding leaves of it.
TEST(Nca, needs_a_fall_beyond_rounding) {
  for (const double origin : {1.0, 24.3, 1e5})
    for (const double level : {4.0, 0.3, 7e-5}) {
      const Numbers t{origin, origin + 1, origin + 2, origin + 3};
      const Nca found = nca(t, Numbers{9 * level, level, 1.3 * level, level}, 1);
      EXPECT_TRUE(std::isnan(found.lambda_z)) << origin << " " << level << " " << found.lambda_z;
    }
}

TEST(Nca, follows_the_rules_for_what_lies_below_quantification) {
  const Numbers t{0, 1, 2, 3, 4, 5, 6, 7}, c{0.5, 0, 8, 4, 0.2, 2, 1, 0.3};
  const NcaOptions limit{.lower_limit = 1};
  const Nca found = nca(t, c, 1, limit);
  EXPECT_EQ(found.tlast_h, 6);
  EXPECT_EQ(found.clast, 1);
  // 0 at 0 and 1 h; 4 h dropped: 4 to 2 over two hours.
  const double falls = 4 / std::log(2.0) + 2 * 2 / std::log(2.0) + 1 / std::log(2.0);
  EXPECT_NEAR(found.auc_last, 4 + falls, 1e-13);
  NcaOptions kept = limit;
  kept.middle = BlqRule::zero;
  EXPECT_NEAR(nca(t, c, 1, kept).auc_last, 4 + 4 / std::log(2.0) + 2 + 1 + 1 / std::log(2.0),
              1e-13);
  NcaOptions dropped = limit;
  dropped.first = BlqRule::drop;
  EXPECT_NEAR(nca(t, c, 1, dropped).auc_last, falls, 1e-13);
}

TEST(Nca, of_nothing_measurable_says_so) {
  const Nca found = nca(Numbers{0, 1, 2}, Numbers{0, 0, 0});
  EXPECT_EQ(found.cmax, 0);
  EXPECT_TRUE(std::isnan(found.tmax_h));
  EXPECT_EQ(found.auc_last, 0);
  EXPECT_EQ(found.reservations.size(), 1U);
}

TEST(Nca, of_nothing_measurable_drops_nothing) {
  NcaOptions how{.first = BlqRule::drop, .middle = BlqRule::drop, .last = BlqRule::drop};
  EXPECT_EQ(nca(Numbers{0, 1, 2}, Numbers{0, 0, 0}, 1, how).cmax, 0);
  how.lower_limit = 5;
  const Nca found = nca(Numbers{0, 1, 2}, Numbers{1, 4, 2}, 1, how);
  EXPECT_EQ(found.auc_last, 0);
  EXPECT_EQ(found.reservations.size(), 1U);
  EXPECT_EQ(auc_between(Numbers{0, 1, 2}, Numbers{1, 4, 2}, 0, 2, how), 0);
}

// As the second concentration comes up to the first, the areas become those of a level.
TEST(Nca, areas_of_nearly_equal_neighbours_are_those_of_equal_ones) {
  const Numbers t{0, 100, 110, 120, 130};
  const Nca level = nca(t, Numbers{10, 10, 4, 2, 1});
  EXPECT_NEAR(level.aumc_last, 61923, 0.5);
  double x = 10;
  for (const double off : {0.0, 1e-15, 1e-14, 1e-12, 1e-10, 1e-8}) {
    x = off == 0 ? std::nextafter(10.0, 0.0) : 10 * (1 - off);
    const Nca found = nca(t, Numbers{10, x, 4, 2, 1});
    EXPECT_NEAR(found.auc_last, level.auc_last, (1e-14 + off) * level.auc_last) << off;
    EXPECT_NEAR(found.aumc_last, level.aumc_last, (1e-14 + off) * level.aumc_last) << off;
  }
  // A sliver of an interval, whose ends round to one concentration.
  EXPECT_NEAR(auc_between(t, Numbers{10, x, 4, 2, 1}, 50, 50 + 1e-9), 1e-8, 1e-13);
}

// Rate r over 2 h into one compartment, k = 0.25, v = 10: afterwards all is exponential.
TEST(Nca, takes_the_slope_after_the_end_of_an_infusion) {
  constexpr double k = 0.25, v = 10, dose = 100, hours = 2;
  Numbers t;
  for (int i = 0; i <= 800; ++i) t.push_back(i * 0.05);
  const auto c = map(t, [&](double h) {
    const double during = std::min(h, hours);
    return dose / hours / (k * v) * -std::expm1(-k * during) * std::exp(-k * (h - during));
  });
  const Nca found = nca(t, c, dose, {.infusion_h = hours});
  EXPECT_NEAR(found.mean_residence_h, 1 / k, 1e-3);  // of a bolus, v / cl; trapezoids on the rise
  EXPECT_NEAR(nca(t, c, dose).mean_residence_h, 1 / k + hours / 2, 1e-3);
  // A peak before the end: 8 at 1 h; the points from the end at 3 h on halve every two hours.
  const Numbers at{0, 1, 2, 3, 5, 7, 9}, seen{0, 8, 7.9, 4, 2, 1, 0.5};
  EXPECT_EQ(nca(at, seen, 1, {.infusion_h = 3}).slope_points, 4);
  EXPECT_EQ(nca(at, seen, 1, {.infusion_h = 3.1}).slope_points, 3);
  EXPECT_EQ(nca(at, seen, 1, {.infusion_h = std::nextafter(3.0, 4.0)}).slope_points, 4);
  EXPECT_EQ(nca(at, seen, 1, {.slope_between_h = {{2, 9}}, .infusion_h = 3}).slope_points, 5);
  EXPECT_THROW(nca(at, seen, 1, {.infusion_h = -1}), Error);
}

TEST(Nca, leaves_out_what_is_missing) {
  const Nca with = nca(Numbers{0, 1, 2, 3, 4}, Numbers{8, 4, std::nan(""), 1, 0.5});
  const Nca without = nca(Numbers{0, 1, 3, 4}, Numbers{8, 4, 1, 0.5});
  EXPECT_EQ(with.auc_inf, without.auc_inf);
  EXPECT_EQ(with.slope_points, 3);
}

TEST(Nca, warns_of_a_long_tail_and_a_short_slope) {
  const auto c = map(Numbers{0, 1, 2, 3}, [](double t) { return std::exp(-0.1 * t); });
  EXPECT_EQ(nca(Numbers{0, 1, 2, 3}, c).reservations.size(), 2U);
}

TEST(Nca, areas_between_times_add_up) {
  const auto c = map(sparse, [](double t) { return 10 * std::exp(-0.2 * t); });
  EXPECT_NEAR(auc_between(sparse, c, 0, 24), nca(sparse, c).auc_last, 1e-12);
  EXPECT_NEAR(auc_between(sparse, c, 3, 9), 50 * (std::exp(-0.6) - std::exp(-1.8)), 1e-12);
  EXPECT_NEAR(auc_between(sparse, c, 0, 5) + auc_between(sparse, c, 5, 24),
              auc_between(sparse, c, 0, 24), 1e-12);
  EXPECT_EQ(auc_between(sparse, c, 7, 7), 0);
}

// Boluses of 100 every 8 h, k = 0.15, v = 20: all of an interval at steady state in closed form.
TEST(Nca, describes_an_interval_at_steady_state) {
  constexpr double k = 0.15, v = 20, dose = 100, tau = 8;
  const double accumulated = 1 / (1 - std::exp(-k * tau));
  const Numbers t{48, 49, 51, 53.5, 56, 57};
  const auto c = map(t, [&](double h) { return dose / v * accumulated * std::exp(-k * (h - 48)); });
  const NcaInterval found = nca_interval(t, c, 48, tau, dose);
  EXPECT_NEAR(found.auc, dose / (k * v), 1e-10);
  EXPECT_NEAR(found.clearance, k * v, 1e-11);
  EXPECT_NEAR(found.average, dose / (k * v * tau), 1e-11);
  EXPECT_NEAR(found.highest, dose / v * accumulated, 1e-12);
  EXPECT_NEAR(found.trough, dose / v * (accumulated - 1), 1e-10);
  EXPECT_NEAR(found.lowest, found.trough, 1e-12);
  EXPECT_NEAR(found.fluctuation, k * tau, 1e-10);  // bolus: (max - min) / average = k tau
  EXPECT_NEAR(found.swing, std::exp(k * tau) - 1, 1e-9);
  EXPECT_NEAR(predicted_accumulation(k, tau), accumulated, 1e-14);
  // As observed: the area of an interval at steady state over that of the first.
  const Numbers first{0, 1, 3, 5.5, 8};
  const auto c1 = map(first, [&](double h) { return dose / v * std::exp(-k * h); });
  EXPECT_NEAR(found.auc / nca_interval(first, c1, 0, tau).auc, accumulated, 1e-10);
  EXPECT_THROW(nca_interval(t, c, 48, 0), Error);
  EXPECT_THROW(nca_interval(t, c, 48, 12), Error);
}

// An infusion of 12 a hour, k = 0.3, v = 20: level at rate / clearance; while it rises the area is
// that of the trapezoid, which dense sampling brings close to the integral.
TEST(Nca, describes_a_steady_infusion) {
  constexpr double k = 0.3, v = 20, rate = 12;
  Numbers t;
  for (int i = 0; i <= 2400; ++i) t.push_back(i * 0.05);
  const auto c = map(t, [&](double h) { return rate / (k * v) * (1 - std::exp(-k * h)); });
  const NcaInterval steady = nca_interval(t, c, 96, 24, rate * 24);
  EXPECT_NEAR(steady.clearance, k * v, 1e-9);
  EXPECT_NEAR(steady.average, rate / (k * v), 1e-9);
  EXPECT_NEAR(steady.fluctuation, 0, 1e-10);
  const double rising = rate / (k * v) * (10 - (1 - std::exp(-3.0)) / k);
  EXPECT_NEAR(auc_between(t, c, 0, 10), rising, 1e-3);
}

TEST(Nca, knows_how_long_a_threshold_is_exceeded) {
  const auto c = map(sparse, [](double t) { return 10 * std::exp(-0.2 * t); });
  EXPECT_NEAR(time_above(sparse, c, 3), std::log(10 / 3.0) / 0.2, 1e-12);
  EXPECT_EQ(time_above(sparse, c, 10), 0);
  EXPECT_EQ(time_above(sparse, c, 0), 24);
  // Up by 4 a hour, down by 4 a hour: above 2 from 0.5 to 1.5 h.
  EXPECT_EQ(time_above(Numbers{0, 1, 2}, Numbers{0, 4, 0}, 2), 1);
}

TEST(Nca, refuses_what_it_cannot_read) {
  const auto code_of = [](const Numbers& t, const Numbers& c) {
    try {
      nca(t, c);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string();
  };
  EXPECT_EQ(code_of({0, 1}, {1}), "pharm.nca.length");
  EXPECT_EQ(code_of({0, 0}, {1, 1}), "pharm.nca.times");
  EXPECT_EQ(code_of({0, 1}, {1, -1}), "pharm.nca.negative");
  EXPECT_EQ(code_of({0}, {std::nan("")}), "pharm.nca.empty");
  EXPECT_THROW(auc_between(Numbers{0, 1}, Numbers{1, 1}, 0, 2), Error);
}

}  // namespace
}  // namespace entact
