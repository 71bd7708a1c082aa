// Resets, steady states and repeats: the closed form of one compartment beside its equations.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>
#include <tuple>

#include "entact/pharm/one_compartment.h"
#include "entact/pharm/oral_specimen.h"

namespace entact {
namespace {

using Eigen::VectorXd;
using Records = std::vector<CompartmentRecord>;

constexpr OneCompartment intravenous{.clearance = 0, .volume = 1};

VectorXd concentrations(const OneCompartment& form, const Records& records, const VectorXd& phi) {
  Prediction p;
  one_compartment(form, phi.size(), {records})(0, phi, false, p);
  return p.value;
}

/// Clearance 1 L/h, volume 10 L.
VectorXd intravenous_course(const Records& records) {
  return concentrations(intravenous, records, Eigen::Vector2d(1, 10));
}

// An infusion of 10 h ends with the reset at 6 h: nothing is left, and nothing is taken off later.
TEST(ClosedFormEvents, a_reset_ends_an_infusion) {
  const CompartmentRecord infusion{.amount_mg = 100, .rate_mg_h = 10};
  VectorXd c = intravenous_course({infusion,
                                   {.time_h = 5, .observed = true},
                                   {.time_h = 6, .reset = true},
                                   {.time_h = 11, .observed = true},
                                   {.time_h = 15, .observed = true}});
  EXPECT_NEAR(c[0], 10 * (1 - std::exp(-0.5)), 1e-12);
  EXPECT_EQ(c[1], 0);
  EXPECT_EQ(c[2], 0);
  c = intravenous_course(
      {infusion, {.time_h = 6, .amount_mg = 100, .reset = true}, {.time_h = 15, .observed = true}});
  EXPECT_NEAR(c[0], 10 * std::exp(-0.9), 1e-12);
}

// Doses each 12 h up to 60 h, but from 30 h on the steady state of doses each 24 h.
TEST(ClosedFormEvents, a_steady_state_ends_what_was_to_come) {
  const Records records{{.amount_mg = 100, .additional = 5, .interval_h = 12},
                        {.time_h = 30, .amount_mg = 100, .interval_h = 24, .steady_state = true},
                        {.time_h = 37, .observed = true}};
  EXPECT_NEAR(intravenous_course(records)[0], 10 * std::exp(-0.7) / (1 - std::exp(-2.4)), 1e-12);
  Records infused = records;
  infused[0] = {.time_h = 28, .amount_mg = 100, .rate_mg_h = 10};
  infused.push_back({.time_h = 45, .observed = true});
  EXPECT_NEAR(intravenous_course(infused)[1], 10 * std::exp(-1.5) / (1 - std::exp(-2.4)), 1e-12);
}

TEST(ClosedFormEvents, a_reset_ends_a_dose_on_its_way) {
  VectorXd phi(4);
  phi << 1, 1, 10, 2;
  const VectorXd c = concentrations(
      {.absorption = 0, .clearance = 1, .volume = 2, .lag = 3},
      {{.amount_mg = 100}, {.time_h = 1, .reset = true}, {.time_h = 5, .observed = true}}, phi);
  EXPECT_EQ(c[0], 0);
}

/// A table of one person: fourteen rows at random times, of every kind; with ties, a third of them
/// at the time of the row before.
Records drawn_table(std::mt19937_64& random, bool lagged, bool ties, int occasions) {
  std::uniform_real_distribution<double> uniform;
  const auto chance = [&](double p) { return uniform(random) < p; };
  Records records;
  double now = 0;
  std::set<std::tuple<double, int, bool>> seen;  // the equations take a kind of dose once a time
  for (int i = 0; i < 14; ++i) {
    CompartmentRecord r{.time_h = now, .occasion = i * occasions / 14};
    if (!ties || !chance(0.33)) now += 0.3 + 6 * uniform(random);
    if (i > 0 && i < 13) r.reset = chance(0.15);
    if (i == 0 || (i < 13 && chance(0.5))) {
      r.amount_mg = 20 + 80 * uniform(random);
      r.compartment = chance(0.5) ? 1 : 2;
      r.interval_h = 3 + 9 * uniform(random);
      if (chance(0.5)) r.rate_mg_h = r.amount_mg / (r.interval_h * (0.1 + 0.8 * uniform(random)));
      if (chance(0.4)) r.additional = 1 + static_cast<int>(5 * uniform(random));
      r.steady_state = chance(0.25) && (!lagged || r.compartment == 2);
    }
    r.observed = r.amount_mg == 0 && !r.reset;
    if (r.observed || seen.emplace(r.time_h, r.amount_mg > 0 ? r.compartment : 0, r.reset).second)
      records.push_back(r);
  }
  return records;
}

/// Forty tables of one to three occasions: values and derivatives by both.
void expect_agreement(const OneCompartment& form, const std::vector<int>& by, const VectorXd& phi,
                      bool ties) {
  std::mt19937_64 random(20261126);
  std::vector<Records> tables;
  for (int i = 0; i < 40; ++i)
    tables.push_back(drawn_table(random, form.lag >= 0, ties, 1 + i % 3));
  const auto parameters = static_cast<std::ptrdiff_t>(by.size());
  const PredictSubject closed = one_compartment(form, parameters, tables);
  const PredictSubject ode = specimen::solved(tables, 1e-10, by);
  // The equations tell rows at one time apart by moments of 1e-9 h.
  const double tolerance = ties ? 1e-7 : 1e-8;
  Prediction a, b;
  std::ptrdiff_t seen = 0;
  for (std::ptrdiff_t i = 0; i < 40; ++i) {
    const VectorXd own = phi.head(parameters * (1 + i % 3));
    closed(i, own, true, a);
    ode(i, own, true, b);
    ASSERT_EQ(a.value.size(), b.value.size());
    if (a.value.size() == 0) continue;
    seen += a.value.size();
    EXPECT_LT((a.value - b.value).cwiseAbs().maxCoeff(), tolerance) << "table " << i;
    EXPECT_LT((a.jacobian - b.jacobian).cwiseAbs().maxCoeff(), tolerance) << "table " << i;
    EXPECT_GE(a.value.minCoeff(), 0) << "table " << i;
  }
  EXPECT_GT(seen, 150);
}

class RandomTables : public ::testing::TestWithParam<bool> {};

TEST_P(RandomTables, agree_with_the_equations) {
  VectorXd phi(9), lagged(12);
  phi << 1.6, 2.8, 32, 2.2, 4.1, 27, 1.1, 2.2, 40;
  lagged << 0.4, 1.6, 2.8, 32, 0.3, 2.2, 4.1, 27, 0.6, 1.1, 2.2, 40;
  expect_agreement({.absorption = 0, .clearance = 1, .volume = 2}, {1, 2, 3}, phi, GetParam());
  expect_agreement({.absorption = 1, .clearance = 2, .volume = 3, .lag = 0}, {0, 1, 2, 3}, lagged,
                   GetParam());
}

INSTANTIATE_TEST_SUITE_P(ClosedFormEvents, RandomTables, ::testing::Bool());

}  // namespace
}  // namespace entact
