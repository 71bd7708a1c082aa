#include "entact/pharm/simulate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "entact/base/error.h"
#include "entact/num/cvode.h"
#include "entact/pharm/specimen_people.h"

namespace entact {
namespace {

using M = OralModel;
// ka, v, cl, lag, fraction, duration, rate
const std::vector<double> oral{1.2, 330, 46, 0.4, 0.9, 1.5, 30};
constexpr double ka = 1.2, ke = 46.0 / 330, lag = 0.4, f = 0.9;
const SimulateOptions tight{.relative = 1e-12, .absolute = 1e-13};

std::vector<double> every(double step_h, int n) {
  std::vector<double> times_h;
  for (int i = 0; i <= n; ++i) times_h.push_back(i * step_h);
  return times_h;
}

/// Amount in the central compartment, t after one dose of 1 mg entered the depot.
double bateman(double t) {
  return t < 0 ? 0 : ka / (ka - ke) * (std::exp(-ke * t) - std::exp(-ka * t));
}
/// t after an infusion of 1 mg/h into the central compartment began, which ends after d.
double infused(double t, double d) {
  if (t < 0) return 0;
  return t <= d ? (1 - std::exp(-ke * t)) / ke
                : (1 - std::exp(-ke * d)) / ke * std::exp(-ke * (t - d));
}

template <class Truth>
void expect_central(const std::vector<DoseEvent>& doses, const std::vector<double>& times_h,
                    double tolerance, const Truth& truth) {
  const Course course = simulate(oral_model(), oral, doses, times_h, tight);
  for (std::size_t i = 0; i < times_h.size(); ++i) {
    const double expected = truth(times_h[i]);
    EXPECT_NEAR(course.states[i * M::n_states + M::central], expected,
                tolerance * (1 + std::abs(expected)))
        << "at " << times_h[i] << " h";
  }
}

// Tolerance of closed forms: 1e-10, the solver at 1e-12.

TEST(Simulate, one_oral_dose_is_the_bateman_function) {
  expect_central({{.t_h = 1, .amount_mg = 80}}, every(0.25, 200), 1e-10,
                 [](double t) { return f * 80 * bateman(t - 1 - lag); });
}

TEST(Simulate, doses_superpose) {
  expect_central({{.amount_mg = 80}, {.t_h = 2, .amount_mg = 40, .additional = 3, .interval_h = 5}},
                 every(0.25, 120), 1e-10, [](double t) {
                   double sum = 80 * bateman(t - lag);
                   for (int i = 0; i < 4; ++i) sum += 40 * bateman(t - 2 - 5 * i - lag);
                   return f * sum;
                 });
}

TEST(Simulate, an_infusion_ends_to_the_second) {
  expect_central({{.amount_mg = 60, .rate_mg_per_h = 20, .compartment = 2}}, every(0.1, 100), 1e-10,
                 [](double t) { return 20 * infused(t - lag, f * 60 / 20); });
  expect_central({{.amount_mg = 60, .rate_mg_per_h = -2, .compartment = 2}}, every(0.1, 100), 1e-10,
                 [](double t) { return f * 60 / 1.5 * infused(t - lag, 1.5); });
  expect_central({{.amount_mg = 60, .rate_mg_per_h = -1, .compartment = 2}}, every(0.1, 100), 1e-10,
                 [](double t) { return 30 * infused(t - lag, f * 60 / 30); });
}

TEST(Simulate, a_reset_forgets_the_dose_before) {
  expect_central({{.amount_mg = 80}, {.t_h = 3, .amount_mg = 40, .kind = DoseKind::reset_and_dose}},
                 every(0.25, 80), 1e-10, [](double t) {
                   return t <= 3 ? f * 80 * bateman(t - lag) : f * 40 * bateman(t - 3 - lag);
                 });
  expect_central({{.amount_mg = 60, .rate_mg_per_h = 20, .compartment = 2},
                  {.t_h = 1, .kind = DoseKind::reset}},
                 every(0.25, 20), 1e-10,
                 [](double t) { return t <= 1 ? 20 * infused(t - lag, 9) : 0; });
}

/// Endless doses every `interval`, seen at t after a record at 0, summed until they fade.
double endless(double t, double interval) {
  double sum = 0;
  for (int k = -200; k <= 0; ++k) sum += bateman(t - lag - interval * k);
  return sum;
}

TEST(Simulate, a_steady_state_is_that_of_endless_doses) {
  expect_central({{.amount_mg = 40, .interval_h = 8, .steady_state = 1}}, every(0.25, 80), 1e-10,
                 [](double t) { return f * 40 * endless(t, 8); });
  // It replaces what was there, and the doses after it go on.
  expect_central({{.amount_mg = 500},
                  {.t_h = 4, .amount_mg = 40, .additional = 1, .interval_h = 8, .steady_state = 1}},
                 every(0.25, 80), 1e-10, [](double t) {
                   return t < 4 ? f * 500 * bateman(t - lag)
                                : f * 40 * (endless(t - 4, 8) + bateman(t - 12 - lag));
                 });
  // Added to what is there.
  expect_central(
      {{.amount_mg = 500}, {.t_h = 4, .amount_mg = 40, .interval_h = 8, .steady_state = 2}},
      every(0.25, 80), 1e-10, [](double t) {
        return f * 500 * bateman(t - lag) + (t < 4 ? 0 : f * 40 * endless(t - 4, 8));
      });
}

TEST(Simulate, a_steady_state_of_infusions_that_overlap_is_that_of_endless_ones) {
  // 5.4 h long (6 h of 10 mg/h shortened by the fraction), every 4 h.
  expect_central({{.amount_mg = 60,
                   .rate_mg_per_h = 10,
                   .compartment = 2,
                   .interval_h = 4,
                   .steady_state = 1}},
                 every(0.25, 60), 1e-10, [](double t) {
                   double sum = 0;
                   for (int k = -400; k <= 0; ++k) sum += infused(t - lag - 4 * k, 5.4);
                   return 10 * sum;
                 });
  expect_central({{.rate_mg_per_h = 10, .compartment = 2, .steady_state = 1}}, every(0.25, 60),
                 1e-10, [](double t) { return 10 / ke * std::exp(-ke * t); });
}

TEST(Simulate, a_steady_state_that_begins_anew_shows_its_trough) {
  expect_central({{.amount_mg = 500},
                  {.t_h = 4,
                   .amount_mg = 40,
                   .kind = DoseKind::reset_and_dose,
                   .interval_h = 8,
                   .steady_state = 1}},
                 every(0.25, 80), 1e-10, [](double t) {
                   return t < 4 ? f * 500 * bateman(t - lag) : f * 40 * endless(t - 4, 8);
                 });
}

// 2.3 h three times is a little less than 6.9.
TEST(Simulate, an_additional_dose_is_due_when_it_is_written) {
  const std::vector<double> no_lag{1.2, 330, 46, 0, 1, 1, 1};
  const std::vector<DoseEvent> doses{
      {.amount_mg = 100, .compartment = 2, .additional = 5, .interval_h = 2.3}};
  const Course course =
      simulate(oral_model(), no_lag, doses, std::vector<double>{2.3, 4.6, 6.9, 9.2}, tight);
  for (std::size_t i = 0; i < 4; ++i) {
    double sum = 0;
    for (std::size_t k = 1; k <= i + 1; ++k) sum += std::exp(-ke * 2.3 * static_cast<double>(k));
    EXPECT_NEAR(course.states[i * M::n_states + M::central], 100 * sum, 1e-8) << i;
  }
}

TEST(Simulate, an_infusion_of_no_time_is_a_bolus) {
  const std::vector<double> no_lag{1.2, 330, 46, 0, 1, 1, 1};
  const std::vector<DoseEvent> doses{
      {.t_h = 672, .amount_mg = 100, .rate_mg_per_h = 1e16, .compartment = 2}};
  const Course course = simulate(oral_model(), no_lag, doses, std::vector<double>{0, 673}, tight);
  EXPECT_NEAR(course.states[M::n_states + M::central], 100 * std::exp(-ke), 1e-8);
}

TEST(Simulate, reports_the_value_before_a_dose_at_its_time) {
  const std::vector<double> no_lag{1.2, 330, 46, 0, 1, 1, 1};
  const std::vector<DoseEvent> doses{{.amount_mg = 80}, {.t_h = 2, .amount_mg = 40}};
  const Course course = simulate(oral_model(), no_lag, doses, std::vector<double>{0, 2}, tight);
  EXPECT_EQ(course.states[M::depot], 0);
  EXPECT_NEAR(course.states[M::n_states + M::depot], 80 * std::exp(-2.4), 1e-10);
}

TEST(Simulate, keeps_every_milligram) {
  const std::vector<double> times_h = every(0.05, 400);
  const Course course = simulate(
      oral_model(), oral,
      std::vector<DoseEvent>{{.amount_mg = 80},
                             {.t_h = 2, .amount_mg = 40, .rate_mg_per_h = 10, .compartment = 2}},
      times_h);
  for (std::size_t i = 0; i < times_h.size(); ++i) {
    const double t = times_h[i] - lag;
    const double given = f * (t > 0 ? 80 : 0) + std::min(f * 40, 10 * std::max(0.0, t - 2));
    const double* x = course.states.data() + i * M::n_states;
    // A linear invariant: Runge-Kutta steps keep it; rounding of a few thousand operations is left.
    EXPECT_NEAR(x[0] + x[1] + x[2], given, 1e-10) << "at " << times_h[i] << " h";
  }
}

TEST(Simulate, agrees_with_the_reference_trajectories) {
  const PharmModel model = reference_model();
  const auto people = reference_people();
  for (const OdeMethod method : {OdeMethod::dormand_prince, OdeMethod::tsitouras})
    for (std::size_t i = 0; i < people.size(); ++i) {
      const auto expected = reference_rows("participant_" + std::to_string(i + 1) + ".csv");
      const Course course = simulate(model, people[i], reference_doses(), reference_times(),
                                     {.method = method, .relative = 1e-8, .absolute = 1e-10});
      // 1e-6 is what must hold; the solver stays within its own tolerance.
      EXPECT_LT(largest_error(course.states, expected, 1e-6, 1e-8), 0.01) << "person " << i + 1;
      EXPECT_LT(largest_error(course.states, expected, 1e-8, 1e-10), 1) << "person " << i + 1;
    }
}

TEST(Simulate, a_tighter_tolerance_gives_a_smaller_error) {
  const auto expected = reference_rows("participant_1.csv");
  double last = 1;
  for (const double relative : {1e-5, 1e-6, 1e-7, 1e-8, 1e-9}) {
    const Course course =
        simulate(reference_model(), reference_people()[0], reference_doses(), reference_times(),
                 {.relative = relative, .absolute = relative * 1e-2});
    const double error = largest_error(course.states, expected, 1, 1e-2);
    EXPECT_LT(error, last * 0.3) << relative;  // a tenth, were the error proportional
    last = error;
  }
}

TEST(Simulate, derivatives_leave_the_values_as_they_are) {
  const PharmModel model = reference_model();
  const auto person = reference_people()[0];
  const std::vector<int> by{ReferenceModel::ka, ReferenceModel::lag};
  const Course plain = simulate(model, person, reference_doses(), reference_times());
  const CourseDerivatives with =
      simulate_derivatives(model, person, by, reference_doses(), reference_times());
  EXPECT_GE(with.course.steps, plain.steps);  // they keep states that have died away
  for (std::size_t i = 0; i < plain.states.size(); ++i)
    EXPECT_NEAR(with.course.states[i], plain.states[i], 1e-7 * (1 + std::abs(plain.states[i])));
}

TEST(Simulate, derivatives_agree_with_differences) {
  const PharmModel model = reference_model();
  const auto person = reference_people()[0];
  const std::vector<double> times_h{0.3, 1.05, 2.3, 3.1, 7.7, 24.2, 48};
  std::vector<int> by;  // all fifteen: two passes
  for (int k = 0; k < ReferenceModel::n_parameters; ++k) by.push_back(k);
  const CourseDerivatives found =
      simulate_derivatives(model, person, by, reference_doses(), times_h, tight);
  for (std::size_t k = 0; k < by.size(); ++k) {
    auto up = person, down = person;
    const double step = 1e-5 * person[k];
    up[k] += step, down[k] -= step;
    const Course high = simulate(model, up, reference_doses(), times_h, tight);
    const Course low = simulate(model, down, reference_doses(), times_h, tight);
    for (std::size_t i = 0; i < high.outputs.size(); ++i) {
      const double expected = (high.outputs[i] - low.outputs[i]) / (2 * step);
      // Central differences: step^2 of the third derivative, and 1e-12 / step of noise.
      EXPECT_NEAR(found.outputs[i * by.size() + k], expected, 1e-6 * (1 + std::abs(expected)))
          << "parameter " << k << " at " << times_h[i] << " h";
    }
  }
}

TEST(Simulate, derivatives_of_a_steady_state_agree_with_its_closed_form) {
  // Infusions of modelled duration into the central compartment, every 8 h, with lag.
  const std::vector<DoseEvent> doses{
      {.amount_mg = 60, .rate_mg_per_h = -2, .compartment = 2, .interval_h = 8, .steady_state = 1}};
  const std::vector<int> by{M::cl, M::fraction, M::duration, M::lag};
  const std::vector<double> times_h{0, 1, 5, 9.5};
  const CourseDerivatives found =
      simulate_derivatives(oral_model(), oral, by, doses, times_h, tight);
  for (std::size_t k = 0; k < by.size(); ++k) {
    const auto index = static_cast<std::size_t>(by[k]);
    auto up = oral, down = oral;
    const double step = 1e-4 * oral[index];
    up[index] += step, down[index] -= step;
    const Course high = simulate(oral_model(), up, doses, times_h, tight);
    const Course low = simulate(oral_model(), down, doses, times_h, tight);
    for (std::size_t i = 0; i < times_h.size(); ++i) {
      const double expected = (high.outputs[i] - low.outputs[i]) / (2 * step);
      EXPECT_NEAR(found.outputs[i * by.size() + k], expected, 1e-6 * (1e-3 + std::abs(expected)))
          << "parameter " << by[k] << " at " << times_h[i] << " h";
    }
  }
}

/// A fast and a slow compartment: dx = -1e6 (x - y), dy = -k y, dosed into y; and a rate that
/// depends on time. x follows y at once, so explicit steps would be microseconds.
struct StiffModel {
  enum State { fast, slow, driven, n_states };
  enum Parameter { speed, k, delay, n_parameters };
  enum Output { sum, n_outputs };
  template <class Real>
  static void initial(const Real*, Real* x) {
    x[fast] = x[slow] = x[driven] = Real(0.0);
  }
  template <class Real>
  static void rates(const Real& t_h, const Real* x, const Real* p, Real* dx) {
    using std::cos;
    dx[fast] = -p[speed] * (x[fast] - x[slow]);
    dx[slow] = -p[k] * x[slow];
    dx[driven] = -p[speed] * (x[driven] - cos(p[k] * t_h));
  }
  template <class Real>
  static void outputs(const Real&, const Real* x, const Real*, Real* y) {
    y[sum] = x[fast] * x[slow];
  }
};

PharmModel stiff_model() {
  PharmModel model{.description = {.id = "stiff",
                                   .states = {{.id = "fast"}, {.id = "slow"}, {.id = "driven"}},
                                   .parameters = {{.id = "speed"}, {.id = "k"}, {.id = "lag"}},
                                   .outputs = {{.id = "sum"}},
                                   .inputs = {{.state = 1, .lag_parameter = 2}},
                                   .stiff = true}};
  model.scalar = functions_over<StiffModel, double>();
  model.jet = functions_over<StiffModel, PharmJet>();
  model.wide.outputs = [](const Lanes&, const Lanes* x, const Lanes*, Lanes* y) {
    for (std::size_t l = 0; l < n_lanes; ++l) y[0].lane[l] = x[0].lane[l] * x[1].lane[l];
  };
  return model;
}
const std::vector<double> stiff_parameters{1e6, 0.1, 0.5};

TEST(Simulate, a_fast_state_that_has_died_away_holds_no_step_short) {
  // Steps of 600 h that 20/h bounds would be 3500; what is left after an hour asks for 80.
  const std::vector<double> person{20, 300, 15, 0, 1, 1, 1};
  const Course course = simulate(oral_model(), person, std::vector<DoseEvent>{{.amount_mg = 80}},
                                 std::vector<double>{600}, {.method = OdeMethod::tsitouras});
  EXPECT_LT(course.steps, 400);
  EXPECT_EQ(course.states[0], 0);
}

// Steps at the edge of stability would keep a state as large as they may be wrong by. From 300 h on
// the enzyme, for whose recovery 30 steps are enough, and the response, stable up to 7 h a step,
// are all that is left.
TEST(Simulate, a_state_swinging_through_zero_holds_no_step_short) {
  const auto steps = [](double until_h) {
    return simulate(reference_model(), made_person(0), std::vector<DoseEvent>{{.amount_mg = 80}},
                    std::vector<double>{until_h})
        .steps;
  };
  EXPECT_LT(steps(1000) - steps(300), 1.1 * 700 / 7.0);
}

TEST(Simulate, a_state_that_grows_from_almost_nothing_does_grow) {
  const std::vector<double> person{-0.1, 300, 15, 0, 1, 1, 1};  // an absorption that multiplies
  const Course course = simulate(oral_model(), person, std::vector<DoseEvent>{{.amount_mg = 1e-13}},
                                 std::vector<double>{100, 400}, {.method = OdeMethod::tsitouras});
  EXPECT_GT(course.states[3], 1);  // 2e4, but what lies below the tolerance is not followed closely
}

TEST(Simulate, takes_long_steps_through_a_stiff_model) {
  const std::vector<double> times_h = every(1, 48);
  const std::vector<DoseEvent> doses{{.amount_mg = 10}, {.t_h = 12, .amount_mg = 10}};
  const Course course = simulate(stiff_model(), stiff_parameters, doses, times_h,
                                 {.relative = 1e-8, .absolute = 1e-10});
  EXPECT_LT(course.steps, 3000);  // explicit steps are 3e-6 h: sixteen million
  for (std::size_t i = 1; i < times_h.size(); ++i) {
    const double t = times_h[i];
    const double slow =
        10 * std::exp(-0.1 * (t - 0.5)) + (t > 12.5 ? 10 * std::exp(-0.1 * (t - 12.5)) : 0);
    EXPECT_NEAR(course.states[i * 3 + 1], slow, 1e-7 * slow);
    EXPECT_NEAR(course.states[i * 3], slow / (1 - 1e-7),
                2e-7 * slow);  // fast = slow speed/(speed-k)
    // Between steps the dense output of order 3 is all there is, and a stiff driven state loses
    // one.
    EXPECT_NEAR(course.states[i * 3 + 2], std::cos(0.1 * t), 1e-6);
  }
}

TEST(Simulate, derivatives_through_a_stiff_model_agree_with_closed_forms) {
  const std::vector<double> times_h{1, 5, 20};
  const std::vector<int> by{StiffModel::k, StiffModel::delay};
  const CourseDerivatives found = simulate_derivatives(
      stiff_model(), stiff_parameters, by, std::vector<DoseEvent>{{.amount_mg = 10}}, times_h,
      {.relative = 1e-9, .absolute = 1e-11});
  for (std::size_t i = 0; i < times_h.size(); ++i) {
    const double since = times_h[i] - 0.5, slow = 10 * std::exp(-0.1 * since);
    EXPECT_NEAR(found.states[(i * 3 + 1) * 2], -since * slow, 1e-6 * (1 + since * slow));
    EXPECT_NEAR(found.states[(i * 3 + 1) * 2 + 1], 0.1 * slow, 1e-6 * slow);
    EXPECT_NEAR(found.states[i * 3 * 2], -since * slow, 1e-5 * (1 + since * slow));
    EXPECT_NEAR(found.states[(i * 3 + 2) * 2], -times_h[i] * std::sin(0.1 * times_h[i]),
                1e-5 * times_h[i]);
  }
}

TEST(Simulate, the_stiff_method_follows_the_reference_trajectories) {
  const auto people = reference_people();
  for (std::size_t i = 0; i < 2; ++i) {
    const Course course =
        simulate(reference_model(), people[i], reference_doses(), reference_times(),
                 {.method = OdeMethod::rosenbrock, .relative = 1e-8, .absolute = 1e-10});
    EXPECT_LT(
        largest_error(course.states,
                      reference_rows("participant_" + std::to_string(i + 1) + ".csv"), 1e-6, 1e-8),
        0.1);
  }
}

TEST(Simulate, derivatives_by_the_stiff_method_agree_with_the_explicit_one) {
  const auto person = reference_people()[0];
  const std::vector<double> times_h{0.3, 1.05, 2.3, 7.7, 48};
  const std::vector<int> by{ReferenceModel::ka, ReferenceModel::lag, ReferenceModel::kinact};
  const auto run = [&](OdeMethod method) {
    return simulate_derivatives(reference_model(), person, by, reference_doses(), times_h,
                                {.method = method, .relative = 1e-10, .absolute = 1e-11});
  };
  const auto stiff = run(OdeMethod::rosenbrock), plain = run(OdeMethod::dormand_prince);
  for (std::size_t i = 0; i < plain.outputs.size(); ++i)
    EXPECT_NEAR(stiff.outputs[i], plain.outputs[i], 2e-6 * (1 + std::abs(plain.outputs[i]))) << i;
}

/// Robertson's reactions: stiff, not linear, and the sum of the three is kept.
struct ReactionModel {
  enum State { a, b, c, n_states };
  enum Parameter { slow, fast, back, n_parameters };
  enum Output { n_outputs };
  template <class Real>
  static void initial(const Real*, Real* x) {
    x[a] = Real(1.0), x[b] = x[c] = Real(0.0);
  }
  template <class Real>
  static void rates(const Real&, const Real* x, const Real* p, Real* dx) {
    const Real out = p[slow] * x[a], reverse = p[back] * x[b] * x[c], on = p[fast] * x[b] * x[b];
    dx[a] = reverse - out;
    dx[b] = out - reverse - on;
    dx[c] = on;
  }
  template <class Real>
  static void outputs(const Real&, const Real*, const Real*, Real*) {}
};

TEST(Simulate, the_stiff_method_agrees_with_cvode) {
  if (!has_cvode()) GTEST_SKIP() << "this build has no SUNDIALS";
  PharmModel model{.description = {.id = "reaction", .stiff = true},
                   .scalar = functions_over<ReactionModel, double>(),
                   .jet = functions_over<ReactionModel, PharmJet>()};
  model.description.states.resize(3), model.description.parameters.resize(3);
  const std::vector<double> p{0.04, 3e7, 1e4}, times_h{0, 0.4, 4, 40, 400, 4000};
  const Course course = simulate(model, p, {}, times_h, {.relative = 1e-9, .absolute = 1e-13});
  const CvodeSystem system{.n = 3, .rates = [&](double t, const double* x, double* dx) {
                             ReactionModel::rates(t, x, p.data(), dx);
                           }};
  const auto rows = solve_cvode(system, std::vector<double>{1, 0, 0}, times_h,
                                {.relative = 1e-10, .absolute = 1e-15});
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_NEAR(course.states[i], rows[i], 1e-6 * rows[i] + 1e-12) << i;
  EXPECT_NEAR(course.states[15] + course.states[16] + course.states[17], 1, 1e-10);
}

/// A course's states and their derivatives by parameters, [time][parameter][state].
struct Sensitivities {
  std::vector<double> states{}, derivatives{};
};

/// By automatic differentiation through the solver.
Sensitivities through_the_solver(const PharmModel& model, const std::vector<double>& p,
                                 const std::vector<int>& by, const std::vector<DoseEvent>& doses,
                                 const std::vector<double>& times_h) {
  const CourseDerivatives found =
      simulate_derivatives(model, p, by, doses, times_h, {.relative = 1e-9, .absolute = 1e-12});
  const std::size_t n = model.description.states.size();
  Sensitivities all{.states = found.course.states};
  for (std::size_t t = 0; t < times_h.size(); ++t)
    for (std::size_t k = 0; k < by.size(); ++k)
      for (std::size_t i = 0; i < n; ++i)
        all.derivatives.push_back(found.states[(t * n + i) * by.size() + k]);
  return all;
}

/// By CVODES, which integrates the sensitivity equations; what is given at the first time is a
/// bolus there. The model's own start depends on no parameter.
Sensitivities by_cvodes(const PharmModel& model, const std::vector<double>& p,
                        const std::vector<int>& by, const std::vector<DoseEvent>& doses,
                        const std::vector<double>& times_h) {
  const std::size_t n = model.description.states.size();
  std::vector<PharmJet> jets(p.begin(), p.end());
  for (std::size_t k = 0; k < by.size(); ++k)
    jets[static_cast<std::size_t>(by[k])].v[static_cast<Eigen::Index>(k)] = 1;
  CvodeSystem system{.n = static_cast<int>(n)};
  system.rates = [&](double t, const double* x, double* dx) {
    model.scalar.rates(t, x, p.data(), dx);
  };
  system.jacobian = [&](double t, const double* x, double* j) {
    const std::vector<PharmJet> fixed(p.begin(), p.end());
    std::vector<PharmJet> state(x, x + n), rates(n);
    for (std::size_t k = 0; k < n; ++k) state[k].v[static_cast<Eigen::Index>(k)] = 1;
    model.jet.rates(PharmJet(t), state.data(), fixed.data(), rates.data());
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t i = 0; i < n; ++i) j[k * n + i] = rates[i].v[static_cast<Eigen::Index>(k)];
  };
  system.by_parameters = [&](double t, const double* x, double* out) {
    std::vector<PharmJet> state(x, x + n), rates(n);
    model.jet.rates(PharmJet(t), state.data(), jets.data(), rates.data());
    for (std::size_t k = 0; k < by.size(); ++k)
      for (std::size_t i = 0; i < n; ++i) out[k * n + i] = rates[i].v[static_cast<Eigen::Index>(k)];
  };
  std::vector<double> start(n);
  model.scalar.initial(p.data(), start.data());
  for (const DoseEvent& dose : doses)
    start[static_cast<std::size_t>(dose.compartment - 1)] += dose.amount_mg;
  const auto found =
      solve_cvode_sensitivities(system, start, std::vector<double>(n * by.size(), 0.0), times_h,
                                {.relative = 1e-10, .absolute = 1e-14});
  return {found.states, found.derivatives};
}

void expect_one_answer(const Sensitivities& a, const Sensitivities& b, double tolerance) {
  ASSERT_EQ(a.derivatives.size(), b.derivatives.size());
  for (std::size_t i = 0; i < a.states.size(); ++i)
    EXPECT_NEAR(a.states[i], b.states[i], tolerance * (std::abs(b.states[i]) + 1e-3)) << i;
  for (std::size_t i = 0; i < a.derivatives.size(); ++i)
    EXPECT_NEAR(a.derivatives[i], b.derivatives[i], tolerance * (std::abs(b.derivatives[i]) + 1e-3))
        << i;
}

// One body for a stiff reaction and for MDMA's kinetics with inactivation of the enzyme. Values at
// the first time lie before the dose, so it is not compared.
TEST(Simulate, derivatives_agree_with_the_sensitivities_of_cvodes) {
  if (!has_cvode()) GTEST_SKIP() << "this build has no SUNDIALS";
  PharmModel reaction{.description = {.id = "reaction", .stiff = true},
                      .scalar = functions_over<ReactionModel, double>(),
                      .jet = functions_over<ReactionModel, PharmJet>()};
  reaction.description.states.resize(3), reaction.description.parameters.resize(3);
  struct Case {
    PharmModel model;
    std::vector<double> p;
    std::vector<int> by;
    std::vector<DoseEvent> doses;
    std::vector<double> times_h;
  };
  for (const Case& one : {Case{reaction, {0.04, 3e7, 1e4}, {0, 2}, {}, {0, 0.4, 4, 40}},
                          Case{reference_model(),
                               made_person(3),
                               {1, 2, 3, 5, 6, 8, 9, 10},
                               {{.amount_mg = 100, .compartment = 2}},
                               {0, 1, 3, 9, 24}}}) {
    Sensitivities a = through_the_solver(one.model, one.p, one.by, one.doses, one.times_h);
    Sensitivities b = by_cvodes(one.model, one.p, one.by, one.doses, one.times_h);
    const auto n = static_cast<std::ptrdiff_t>(one.model.description.states.size());
    for (Sensitivities* each : {&a, &b}) {
      each->states.erase(each->states.begin(), each->states.begin() + n);
      each->derivatives.erase(
          each->derivatives.begin(),
          each->derivatives.begin() + n * static_cast<std::ptrdiff_t>(one.by.size()));
    }
    expect_one_answer(a, b, 1e-5);
  }
}

TEST(Simulate, finds_the_steady_state_of_a_stiff_model) {
  const Course course =
      simulate(stiff_model(), stiff_parameters,
               std::vector<DoseEvent>{{.amount_mg = 10, .interval_h = 6, .steady_state = 1}},
               std::vector<double>{0, 5}, {.relative = 1e-8, .absolute = 1e-10});
  // Endless doses of 10 every 6 h, entering 0.5 h late: the last entered 5.5 h ago.
  const double slow = 10 * std::exp(-0.55) / (1 - std::exp(-0.6));
  EXPECT_NEAR(course.states[1], slow, 1e-6 * slow);
}

/// dx = x^2, which runs away at t = 1 / x(0); with p < 0 its rate is the logarithm of p.
PharmModel explosive() {
  PharmModel model{.description = {.id = "explosive", .states = {{.id = "x"}}}};
  model.description.parameters.push_back({.id = "p"});
  model.scalar.initial = [](const double*, double* x) { x[0] = 1; };
  model.scalar.rates = [](const double&, const double* x, const double* p, double* dx) {
    dx[0] = p[0] < 0 ? std::log(p[0]) : x[0] * x[0];
  };
  model.scalar.outputs = [](const double&, const double*, const double*, double*) {};
  return model;
}

std::string code_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

// The clearance doubles at 6 h, with an infusion running until 8 h: before it all is as ever, and
// afterwards the central amount is what decays at the new rate.
TEST(Simulate, parameters_change_on_the_way) {
  std::vector<double> sets = oral;
  sets.insert(sets.end(), oral.begin(), oral.end());
  sets[oral.size() + 2] *= 2;
  const std::vector<DoseEvent> doses{
      {.t_h = 1, .amount_mg = 70, .rate_mg_per_h = 9, .compartment = 2}};
  const std::vector<double> times_h{0, 5, 6, 6, 9, 14};
  const ParameterSchedule schedule{
      .changes = {{.t_h = 6, .set = 1, .dose = 1}}, .of_dose = {0}, .of_time = {0, 0, 0, 1, 1, 1}};
  const double end = 1 + lag + f * 70 / 9;
  for (const OdeMethod method : {OdeMethod::tsitouras, OdeMethod::rosenbrock}) {
    SimulateOptions how{.method = method, .relative = 1e-11, .absolute = 1e-12};
    if (method == OdeMethod::rosenbrock) how.relative = 1e-8, how.absolute = 1e-9;
    const Course course = simulate_changing(oral_model(), sets, schedule, doses, times_h, how);
    const auto central = [&](std::size_t i) { return course.states[i * M::n_states + M::central]; };
    const double tolerance = 100 * how.relative;
    for (const std::size_t i : {0UL, 1UL, 2UL})
      EXPECT_NEAR(central(i), 9 * infused(times_h[i] - 1 - lag, end - 1 - lag), 50 * tolerance);
    EXPECT_EQ(central(3), central(2));
    double x = central(2) * std::exp(-2 * ke * (end - 6)) +
               9 * (1 - std::exp(-2 * ke * (end - 6))) / (2 * ke);
    for (const std::size_t i : {4UL, 5UL})
      EXPECT_NEAR(central(i), x * std::exp(-2 * ke * (times_h[i] - end)), 50 * tolerance);
  }
}

TEST(Simulate, refuses_a_schedule_that_leads_nowhere) {
  const std::vector<double> times_h{1};
  const std::vector<DoseEvent> doses{{.amount_mg = 1}};
  const auto code = [&](const ParameterSchedule& schedule) {
    return code_of([&] { simulate_changing(oral_model(), oral, schedule, doses, times_h); });
  };
  EXPECT_EQ(code({.of_dose = {0}, .of_time = {0}}), "");
  EXPECT_EQ(code({.of_dose = {0}, .of_time = {1}}), "pharm.simulate.schedule");
  EXPECT_EQ(code({.of_dose = {}, .of_time = {0}}), "pharm.simulate.schedule");
  EXPECT_EQ(code({.changes = {{.set = 2}}, .of_dose = {0}, .of_time = {0}}),
            "pharm.simulate.schedule");
}

TEST(Simulate, says_where_a_solution_blows_up) {
  const std::vector<double> times_h{0, 0.5, 2};
  EXPECT_EQ(code_of([&] { simulate(explosive(), std::vector<double>{1.0}, {}, times_h); }),
            "pharm.simulate.step");
  EXPECT_EQ(code_of([&] { simulate(explosive(), std::vector<double>{-1.0}, {}, times_h); }),
            "pharm.simulate.rate");
  EXPECT_EQ(code_of([&] {
              simulate(explosive(), std::vector<double>{1.0}, {}, times_h, {.max_steps = 5});
            }),
            "pharm.simulate.steps");
  try {
    simulate(explosive(), std::vector<double>{1.0}, {}, times_h);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::unanswerable);
    EXPECT_NE(std::string(error.what()).find("model explosive, time 1.0000"), std::string::npos)
        << error.what();
  }
}

TEST(Simulate, refuses_inputs_of_another_shape) {
  const std::vector<double> times_h{0, 1};
  const auto run = [&](std::vector<double> p, const std::vector<double>& t,
                       const SimulateOptions& how = {}) {
    return code_of([&] { simulate(oral_model(), p, {}, t, how); });
  };
  EXPECT_EQ(run({1}, times_h), "pharm.simulate.parameters");
  auto nan = oral;
  nan[0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(run(nan, times_h), "pharm.simulate.parameters");
  EXPECT_EQ(run(oral, {}), "pharm.simulate.times");
  EXPECT_EQ(run(oral, {1, 1}), "pharm.simulate.times");
  EXPECT_EQ(run(oral, times_h, {.relative = 0}), "pharm.simulate.tolerance");
  EXPECT_EQ(
      code_of([&] { simulate_derivatives(oral_model(), oral, std::vector<int>{7}, {}, times_h); }),
      "pharm.simulate.parameters");
  EXPECT_EQ(code_of([&] {
              simulate(oral_model(), oral, std::vector<DoseEvent>{{.amount_mg = -1}}, times_h);
            }),
            "pharm.dose.amount");
}

}  // namespace
}  // namespace entact
