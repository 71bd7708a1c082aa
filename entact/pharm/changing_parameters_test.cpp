// One test body for whoever computes a course whose parameters change: one person, derivatives, and
// the lanes of the ensemble, by each method.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "entact/base/error.h"
#include "entact/pharm/carried_values.h"
#include "entact/pharm/ensemble.h"
#include "entact/pharm/specimen_people.h"

namespace entact {
namespace {

using M = OralModel;
using Sets = std::vector<std::vector<double>>;

/// A course of changing parameters, whoever computes it.
struct Asked {
  Sets sets{};  ///< of the oral model
  ParameterSchedule schedule{};
  std::vector<DoseEvent> doses{};
  std::vector<double> times_h{};
  [[nodiscard]] std::vector<double> all() const {
    std::vector<double> joined;
    for (const auto& set : sets) joined.insert(joined.end(), set.begin(), set.end());
    return joined;
  }
};

/// [time]{concentration, depot, central} of nine people who share the lanes with others.
std::vector<double> by_lanes(const PharmModel& model, const Asked& asked,
                             const SimulateOptions& solver) {
  Population people{.n = 9,
                    .doses = asked.doses,
                    .schedule = asked.schedule,
                    .n_sets = static_cast<int>(asked.sets.size())};
  people.parameters = [&](std::ptrdiff_t i, std::span<double> p) {
    const std::vector<double> all = asked.all();
    std::copy(all.begin(), all.end(), p.begin());
    // The others change too, elsewhere and otherwise.
    for (std::size_t k = 2; k < p.size(); k += 7)
      p[k] *= i == 5 ? 1.0 : 1 + 0.1 * static_cast<double>(i);
  };
  std::vector<double> rows;
  EnsembleOptions how{.solver = solver, .probabilities = {}};
  how.sink = [&](const EnsembleBlock& block) {
    for (std::size_t t = 0; t < block.n_times; ++t)
      for (const std::size_t column : {0U, 1U, 2U}) rows.push_back(block.at(5, t, column));
  };
  const EnsembleSummary summary = simulate_ensemble(model, people, asked.times_h, how);
  for (const EnsembleFault& fault : summary.faults) ADD_FAILURE() << fault.message;
  return rows;
}

std::vector<double> rows_of(const Course& course) {
  std::vector<double> rows;
  for (std::size_t t = 0; t < course.t_h.size(); ++t)
    rows.insert(rows.end(), {course.outputs[t], course.states[t * M::n_states + M::depot],
                             course.states[t * M::n_states + M::central]});
  return rows;
}

/// What every implementation says, by name: methods, and one person, derivatives, lanes.
std::vector<std::pair<std::string, std::vector<double>>> every_way(const Asked& asked) {
  std::vector<std::pair<std::string, std::vector<double>>> ways;
  const std::vector<int> by{M::cl};
  PharmModel through_pointers = oral_model();
  through_pointers.wide_solve = nullptr;
  for (const OdeMethod method :
       {OdeMethod::tsitouras, OdeMethod::dormand_prince, OdeMethod::rosenbrock}) {
    const bool stiff = method == OdeMethod::rosenbrock;
    const SimulateOptions how{
        .method = method, .relative = stiff ? 1e-11 : 1e-12, .absolute = 1e-13};
    const std::string name = std::to_string(static_cast<int>(method));
    ways.emplace_back("one person, method " + name,
                      rows_of(simulate_changing(oral_model(), asked.all(), asked.schedule,
                                                asked.doses, asked.times_h, how)));
    ways.emplace_back(
        "derivatives, method " + name,
        rows_of(simulate_changing_derivatives(oral_model(), asked.all(), by, asked.schedule,
                                              asked.doses, asked.times_h, how)
                    .course));
    ways.emplace_back("lanes, method " + name, by_lanes(oral_model(), asked, how));
    ways.emplace_back("lanes through pointers, method " + name,
                      by_lanes(through_pointers, asked, how));
  }
  return ways;
}

void expect_every_way(const Asked& asked, const std::vector<double>& truth) {
  for (const auto& [way, rows] : every_way(asked)) {
    ASSERT_EQ(rows.size(), truth.size()) << way;
    for (std::size_t i = 0; i < rows.size(); ++i)
      EXPECT_NEAR(rows[i], truth[i], 1e-9 * (1 + truth[i])) << way << ", place " << i;
  }
}

// ka, v, cl, lag, fraction, duration, rate
std::vector<double> person(double cl, double lag, double fraction) {
  return {1.2, 330, cl, lag, fraction, 1.5, 30};
}

// 80 mg into the body at 0 h and at 10 h; the clearance is 40 until 4 h, 90 until 10 h and 20 from
// then on: exponentials one after the other.
TEST(ChangingParameters, clearance_that_changes_makes_exponentials_one_after_the_other) {
  Asked asked{.sets = {person(40, 0, 1), person(90, 0, 1), person(20, 0, 1)},
              .doses = {{.amount_mg = 80, .compartment = 2},
                        {.t_h = 10, .amount_mg = 80, .compartment = 2}},
              .times_h = {1, 4, 7, 10, 12, 36}};
  const CarriedValues carried = carry_values(
      std::vector<CarriedRow>{
          {0, true, {40}}, {4, false, {40}}, {10, true, {90}}, {20, false, {20}}},
      asked.times_h, Carry::backward);
  asked.schedule = carried.schedule;
  ASSERT_EQ(carried.sets, (Sets{{40}, {90}, {20}}));
  std::vector<double> truth;
  for (const double t : asked.times_h) {
    const double at_4 = 80 * std::exp(-40 * std::min(t, 4.0) / 330);
    const double at_10 = at_4 * std::exp(-90 * std::clamp(t - 4, 0.0, 6.0) / 330);
    const double x = t > 10 ? (at_10 + 80) * std::exp(-20 * (t - 10) / 330) : at_10;
    truth.insert(truth.end(), {x / 330, 0, x});
  }
  expect_every_way(asked, truth);
}

// dx/dcl of a set is -x times how long the set has held, over v.
TEST(ChangingParameters, derivatives_belong_to_the_set_that_held) {
  const std::vector<double> times_h{1, 4, 9};
  std::vector<double> sets = person(40, 0, 1);
  for (const double p : person(90, 0, 1)) sets.push_back(p);
  const auto found = simulate_changing_derivatives(
      oral_model(), sets, std::vector<int>{M::cl},
      {.changes = {{.t_h = 4, .set = 1, .dose = 1}}, .of_dose = {0}, .of_time = {0, 0, 1}},
      std::vector<DoseEvent>{{.amount_mg = 80, .compartment = 2}}, times_h,
      {.relative = 1e-12, .absolute = 1e-13});
  for (std::size_t t = 0; t < 3; ++t) {
    const double x = found.course.states[t * M::n_states + M::central];
    const double* by = found.states.data() + (t * M::n_states + M::central) * 2;
    EXPECT_NEAR(by[0], -x * std::min(times_h[t], 4.0) / 330, 1e-9);
    EXPECT_NEAR(by[1], -x * std::max(times_h[t] - 4, 0.0) / 330, 1e-9);
  }
}

/// What is in the body enters another person's at once.
std::vector<double> gone_on(const std::vector<double>& left, double at_h,
                            std::vector<DoseEvent> doses, std::vector<double> own,
                            const std::vector<double>& times_h) {
  own[M::lag] = 0, own[M::fraction] = 1;
  doses.push_back({.t_h = at_h, .amount_mg = left[1], .compartment = 1});
  doses.push_back({.t_h = at_h, .amount_mg = left[2], .compartment = 2});
  return rows_of(
      simulate(oral_model(), own, doses, times_h, {.relative = 1e-12, .absolute = 1e-13}));
}

// Absorption, clearance and volume change while a dose is being absorbed: up to there it is one
// course, from there on another that starts from what is left.
TEST(ChangingParameters, a_course_is_that_of_its_parts) {
  std::vector<double> before = person(40, 0.25, 0.9), after = person(70, 0.25, 0.9);
  after[M::ka] = 0.5, after[M::v] = 250;
  const Asked asked{.sets = {before, after},
                    .schedule = {.changes = {{.t_h = 2, .set = 1, .dose = 1}},
                                 .of_dose = {0},
                                 .of_time = {0, 0, 1, 1}},
                    .doses = {{.amount_mg = 80}},
                    .times_h = {1, 2, 3, 9}};
  std::vector<double> truth =
      rows_of(simulate(oral_model(), before, asked.doses, std::vector<double>{1, 2},
                       {.relative = 1e-12, .absolute = 1e-13}));
  const std::vector<double> left(truth.end() - 3, truth.end());
  const std::vector<double> rest = gone_on(left, 2, {}, after, {3, 9});
  truth.insert(truth.end(), rest.begin(), rest.end());
  expect_every_way(asked, truth);
}

// A reset and a steady state are those of the parameters that hold by then.
TEST(ChangingParameters, a_steady_state_is_that_of_the_parameters_that_hold) {
  const Asked asked{
      .sets = {person(40, 0, 1), person(90, 0, 1)},
      .schedule = {.changes = {{.t_h = 5, .set = 1, .dose = 1}},
                   .of_dose = {0, 1},
                   .of_time = {0, 1}},
      .doses = {{.amount_mg = 80, .compartment = 2},
                {.t_h = 24, .amount_mg = 10, .compartment = 2, .interval_h = 6, .steady_state = 1}},
      .times_h = {5, 26}};
  const double first = 80 * std::exp(-40 * 5.0 / 330);
  const double steady = 10 * std::exp(-90 * 2.0 / 330) / (1 - std::exp(-90 * 6.0 / 330));
  expect_every_way(asked, {first / 330, 0, first, steady / 330, 0, steady});
}

TEST(ChangingParameters, people_without_a_change_are_the_same_to_the_last_bit) {
  Asked asked{.sets = {person(40, 0.25, 0.9)}, .doses = {{.amount_mg = 80}}, .times_h = {1, 2, 9}};
  const std::vector<double> plain = by_lanes(oral_model(), asked, {});
  // A schedule without changes, and one that changes after the last time.
  asked.sets.push_back(person(90, 0.25, 0.9));
  asked.schedule = {
      .changes = {{.t_h = 9, .set = 1, .dose = 1}}, .of_dose = {0}, .of_time = {0, 0, 0}};
  EXPECT_EQ(by_lanes(oral_model(), asked, {}), plain);
}

TEST(ChangingParameters, people_are_refused_a_schedule_that_leads_nowhere) {
  const auto code = [](Population people) {
    people.n = 1;
    people.parameters = [](std::ptrdiff_t, std::span<double> p) {
      for (std::size_t i = 0; i < p.size(); ++i) p[i] = 1;
    };
    try {
      simulate_ensemble(oral_model(), people, std::vector<double>{1});
    } catch (const Error& error) {
      return error.code();
    }
    return std::string();
  };
  const ParameterSchedule sound{.changes = {{.t_h = 0.5, .set = 1}}, .of_time = {1}};
  EXPECT_EQ(code({.schedule = sound, .n_sets = 2}), "");
  EXPECT_EQ(code({.schedule = sound}), "pharm.simulate.schedule");
  EXPECT_EQ(code({.doses = {{.amount_mg = 1}}, .schedule = sound, .n_sets = 2}),
            "pharm.simulate.schedule");
  EXPECT_EQ(code({.doses_of = [](std::ptrdiff_t) { return std::vector<DoseEvent>{}; },
                  .schedule = sound,
                  .n_sets = 2}),
            "pharm.simulate.schedule");
}

}  // namespace
}  // namespace entact
