// One body for every instance of the solver: a participant alone, with derivatives, and sixteen
// side by side on each instruction set.
#include "entact/pharm/course_solver.h"

#include <gtest/gtest.h>

#include "entact/pharm/course.h"
#include "entact/pharm/specimen_people.h"
#include "entact/pharm/wide_solver.h"

namespace entact {
namespace {

using Rows = std::vector<std::vector<double>>;  // [participant][time and state]

struct Study {
  PharmModel model;
  std::vector<std::vector<double>> people;
  std::vector<DoseEvent> doses;
  std::vector<double> times_h;
  SimulateOptions how{};
};

struct Alone {
  static Rows solve(const Study& study) {
    Rows rows;
    for (const auto& person : study.people)
      rows.push_back(simulate(study.model, person, study.doses, study.times_h, study.how).states);
    return rows;
  }
};

struct WithDerivatives {
  static Rows solve(const Study& study) {
    Rows rows;
    const std::vector<int> by{0, 1};
    for (const auto& person : study.people)
      rows.push_back(
          simulate_derivatives(study.model, person, by, study.doses, study.times_h, study.how)
              .course.states);
    return rows;
  }
};

template <InstructionSet set, class Model>
void use(PharmModel& model) {
  const WideModel wide = wide_model<Model, set>();
  model.wide = {wide.initial, wide.rates, wide.outputs};
  model.wide_solve = wide.solve;
}

WideMethod method_of(const SimulateOptions& how) {
  return how.method == OdeMethod::rosenbrock       ? WideMethod::rosenbrock
         : how.method == OdeMethod::dormand_prince ? WideMethod::dormand_prince
                                                   : WideMethod::tsitouras;
}

/// @tparam own  by the solver that has the model's equations in its code
template <InstructionSet set, bool own = false>
struct SideBySide {
  static Rows solve(Study study) {
    if (study.model.description.id == "oral")
      use<set, OralModel>(study.model);
    else
      use<set, ReferenceModel>(study.model);
    const std::size_t n_x = study.model.description.states.size();
    std::vector<Lanes> parameters(study.model.description.parameters.size());
    std::vector<Lanes> space(n_x * wide_room);
    const std::size_t n_times = study.times_h.size(), n_groups = (n_times + n_lanes - 1) / n_lanes;
    std::vector<Lanes> rows(study.people.size() * n_groups * n_x), times(n_groups);
    for (std::size_t t = 0; t < n_times; ++t)
      times[t / n_lanes].lane[t % n_lanes] = study.times_h[t];
    std::vector<std::vector<Stop<double>>> stops;
    WideTask task{.n_states = static_cast<int>(n_x),
                  .equations = equations_of(study.model.wide),
                  .parameters = parameters.data(),
                  .n_columns = static_cast<int>(n_x),
                  .times_aside = times.data(),
                  .space = space.data()};
    const LaneSteadySearch steady{&study.model, parameters.data(),
                                  course_options(study.how).tolerance};
    task.steady_self = &steady, task.steady = LaneSteadySearch::find;
    for (std::size_t l = 0; l < study.people.size(); ++l) {
      const auto& person = study.people[l];
      for (std::size_t i = 0; i < person.size(); ++i) parameters[i].lane[l] = person[i];
      stops.push_back(
          until_last_time(expand_doses(std::span<const DoseInput>(study.model.description.inputs),
                                       std::span<const double>(person), study.doses),
                          study.times_h));
      task.lane[l].stops = stops.back().data();
      task.lane[l].times_h = study.times_h.data();
      task.lane[l].n_times = static_cast<int>(study.times_h.size());
      task.rows[l] = rows.data() + l * n_groups * n_x;
    }
    const CourseOptions how = course_options(study.how);
    if (!own) solve_wide<set>(task, how, method_of(study.how));
    EXPECT_TRUE(!own || study.model.wide_solve(task, how, method_of(study.how)));
    Rows result(study.people.size());
    for (std::size_t l = 0; l < study.people.size(); ++l)
      for (std::size_t t = 0; t < n_times; ++t)
        for (std::size_t i = 0; i < n_x; ++i)
          result[l].push_back(task.rows[l][t / n_lanes * n_x + i].lane[t % n_lanes]);
    return result;
  }
};

/// By the solvers of a model's own: only by the methods that it has them for.
template <class Instance>
constexpr bool by_own = false;
template <InstructionSet set>
constexpr bool by_own<SideBySide<set, true>> = true;

template <class Instance>
constexpr InstructionSet needed = InstructionSet::sse2;
template <InstructionSet set, bool own>
constexpr InstructionSet needed<SideBySide<set, own>> = set;

template <class Instance>
class CourseSolverInstance : public testing::Test {
 protected:
  void SetUp() override {
    if (best_instruction_set() < needed<Instance>)
      GTEST_SKIP() << "this machine has no "
                   << (needed<Instance> == InstructionSet::avx512 ? "AVX-512" : "AVX2");
  }
};
using Instances =
    testing::Types<Alone, WithDerivatives, SideBySide<InstructionSet::sse2>,
                   SideBySide<InstructionSet::avx2>, SideBySide<InstructionSet::avx512>,
                   SideBySide<InstructionSet::sse2, true>, SideBySide<InstructionSet::avx2, true>,
                   SideBySide<InstructionSet::avx512, true>>;
TYPED_TEST_SUITE(CourseSolverInstance, Instances);

TYPED_TEST(CourseSolverInstance, follows_the_reference_trajectories) {
  for (const OdeMethod method : {OdeMethod::dormand_prince, OdeMethod::tsitouras}) {
    if (by_own<TypeParam> && method == OdeMethod::dormand_prince) continue;
    const Rows rows = TypeParam::solve({reference_model(),
                                        reference_people(),
                                        reference_doses(),
                                        reference_times(),
                                        {.method = method, .relative = 1e-8, .absolute = 1e-10}});
    for (std::size_t i = 0; i < rows.size(); ++i)
      EXPECT_LT(
          largest_error(rows[i], reference_rows("participant_" + std::to_string(i + 1) + ".csv"),
                        1e-8, 1e-10),
          1)
          << "participant " << i + 1;
  }
}

/// Instances that have the method for stiff models.
template <class Instance>
constexpr bool is_stiff = by_own<Instance> || std::is_same_v<Instance, Alone>;

TYPED_TEST(CourseSolverInstance, follows_the_reference_trajectories_by_the_stiff_method) {
  if (!is_stiff<TypeParam>) GTEST_SKIP() << "this instance has explicit methods only";
  const Rows rows =
      TypeParam::solve({reference_model(),
                        reference_people(),
                        reference_doses(),
                        reference_times(),
                        {.method = OdeMethod::rosenbrock, .relative = 1e-8, .absolute = 1e-10}});
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_LT(
        largest_error(rows[i], reference_rows("participant_" + std::to_string(i + 1) + ".csv"),
                      1e-6, 1e-8),
        0.1)
        << "participant " << i + 1;
}

/// Infusions, resets, steady states and a lag that differs between participants.
Study everything() {
  Study study{oral_model(), {}, {}, {}, {.relative = 1e-9, .absolute = 1e-10}};
  for (int l = 0; l < n_lanes; ++l)
    study.people.push_back({0.5 + 0.3 * l, 200.0 + 30 * l, 20.0 + 5 * l, 0.2 * l, 0.9, 1.5, 30});
  study.doses = {
      {.amount_mg = 80, .interval_h = 12, .steady_state = 1},
      {.t_h = 5, .amount_mg = 60, .rate_mg_per_h = 20, .compartment = 2},
      {.t_h = 9, .amount_mg = 20, .rate_mg_per_h = -2},
      {.t_h = 14, .amount_mg = 50, .kind = DoseKind::reset_and_dose},
      {.t_h = 20, .amount_mg = 10, .compartment = 2, .interval_h = 6, .steady_state = 2}};
  for (int i = 0; i <= 120; ++i) study.times_h.push_back(i * 0.25);
  return study;
}

/// @param unit  how far apart two ways may be
template <class Instance>
void expect_as_alone(const Study& study, double unit) {
  const Rows rows = Instance::solve(study), expected = Alone::solve(study);
  for (std::size_t l = 0; l < rows.size(); ++l)
    for (std::size_t i = 0; i < rows[l].size(); ++i)
      EXPECT_NEAR(rows[l][i], expected[l][i], unit * (1 + std::abs(expected[l][i])))
          << "participant " << l << " at " << study.times_h[i / 3];
}

TYPED_TEST(CourseSolverInstance, gives_what_one_participant_alone_is_given) {
  expect_as_alone<TypeParam>(everything(), 2e-9);
}

TYPED_TEST(CourseSolverInstance, gives_what_one_alone_is_given_by_the_stiff_method) {
  if (!is_stiff<TypeParam>) GTEST_SKIP() << "this instance has explicit methods only";
  Study study = everything();
  study.how.method = OdeMethod::rosenbrock;
  expect_as_alone<TypeParam>(study, 2e-8);
}

TYPED_TEST(CourseSolverInstance, follows_a_closed_form_long_after_a_fast_state_has_gone) {
  // Absorption within minutes, elimination over weeks.
  Study study{oral_model(), {}, {{.amount_mg = 80}, {.t_h = 400, .amount_mg = 40}}, {}};
  for (int l = 0; l < n_lanes; ++l)
    study.people.push_back({15.0 + 2 * l, 300, 3.0 + l, 0.1 * l, 1, 1, 1});
  for (int i = 0; i <= 100; ++i) study.times_h.push_back(i * 8);
  const Rows rows = TypeParam::solve(study);
  for (std::size_t l = 0; l < rows.size(); ++l) {
    const double ka = study.people[l][0], k = study.people[l][2] / 300, lag = study.people[l][3];
    const auto one = [&](double t) {
      return t < 0 ? 0 : ka / (ka - k) * (std::exp(-k * t) - std::exp(-ka * t));
    };
    for (std::size_t i = 0; i < study.times_h.size(); ++i) {
      const double t = study.times_h[i] - lag;
      const double truth = 80 * one(t) + 40 * one(t - 400);
      EXPECT_NEAR(rows[l][3 * i + 1], truth, 1e-8 + 1e-6 * truth)
          << "participant " << l << " " << t;
    }
  }
}

}  // namespace
}  // namespace entact
