#include "entact/pharm/ensemble.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/pharm/specimen_people.h"

namespace entact {
namespace {

const std::vector<double> hours{0, 0.5, 1, 2, 3, 5, 8, 12, 24, 48};

Population people(std::ptrdiff_t n) {
  Population population{.n = n, .doses = {{.amount_mg = 80}, {.t_h = 2, .amount_mg = 40}}};
  population.parameters = [](std::ptrdiff_t i, std::span<double> p) {
    const auto made = made_person(static_cast<std::uint32_t>(i));
    std::copy(made.begin(), made.end(), p.begin());
  };
  return population;
}

/// All blocks put together, [participant][time][column].
std::vector<double> all_rows(const Population& population, EnsembleOptions how,
                             std::span<const double> times_h = hours) {
  std::vector<double> rows;
  how.sink = [&](const EnsembleBlock& block) {
    EXPECT_EQ(static_cast<std::size_t>(block.first) * block.n_times * block.n_columns, rows.size());
    rows.insert(rows.end(), block.values.begin(), block.values.end());
  };
  simulate_ensemble(reference_model(), population, times_h, how);
  return rows;
}

/// Sixty-five times: more than four groups of sixteen hold.
std::vector<double> many_hours() {
  std::vector<double> times_h;
  for (int i = 0; i <= 64; ++i) times_h.push_back(0.75 * i);
  return times_h;
}

// More than a chunk, so that lanes take up several participants one after the other.
TEST(Ensemble, gives_each_participant_what_simulate_gives) {
  constexpr std::size_t n = 70;
  const auto times_h = many_hours();
  const Population population = people(n);
  const auto rows = all_rows(population, {}, times_h);
  ASSERT_EQ(rows.size(), n * times_h.size() * 7);
  for (std::size_t i = 0; i < n; ++i) {
    const Course course = simulate(reference_model(), made_person(static_cast<std::uint32_t>(i)),
                                   population.doses, times_h);
    for (std::size_t t = 0; t < times_h.size(); ++t) {
      const double* row = rows.data() + (i * times_h.size() + t) * 7;
      ASSERT_NEAR(row[0], course.outputs[t], 1e-5 * (1 + course.outputs[t]));
      for (std::size_t j = 0; j < 6; ++j)
        ASSERT_NEAR(row[1 + j], course.states[t * 6 + j], 1e-6 * (1 + course.states[t * 6 + j]));
    }
  }
}

TEST(Ensemble, summarises_outputs_the_same_with_and_without_states) {
  for (const std::ptrdiff_t exact_values : {4'000'000, 0}) {
    const auto run = [&](bool states) {
      return simulate_ensemble(reference_model(), people(70), many_hours(),
                               {.states = states, .exact_values = exact_values});
    };
    const EnsembleSummary with = run(true), without = run(false);
    ASSERT_EQ(without.quantities.size(), 1U);
    EXPECT_EQ(with.quantities[0].mean, without.quantities[0].mean);
    EXPECT_EQ(with.quantities[0].sd, without.quantities[0].sd);
    EXPECT_EQ(with.quantities[0].quantiles, without.quantities[0].quantiles);
  }
}

// Lanes choose steps with rough logarithms; poor ones would show as other steps.
TEST(Ensemble, takes_as_many_steps_as_simulate) {
  const Population population = people(21);
  double steps = 0;
  for (std::uint32_t i = 0; i < 21; ++i)
    steps += simulate(reference_model(), made_person(i), population.doses, hours).steps / 21.0;
  const double lanes = simulate_ensemble(reference_model(), population, hours, {}).mean_steps;
  EXPECT_NEAR(lanes, steps, 0.02 * steps);
}

TEST(Ensemble, is_the_same_to_the_last_bit_for_any_number_of_threads) {
  for (const std::ptrdiff_t exact_values : {4'000'000, 0}) {
    const auto run = [&](int threads) {
      return simulate_ensemble(reference_model(), people(301), hours,
                               {.threads = threads, .exact_values = exact_values});
    };
    const EnsembleSummary one = run(1), two = run(2);
    EXPECT_EQ(one.exact_quantiles, exact_values > 0);
    for (std::size_t j = 0; j < one.quantities.size(); ++j) {
      EXPECT_EQ(one.quantities[j].mean, two.quantities[j].mean);
      EXPECT_EQ(one.quantities[j].sd, two.quantities[j].sd);
      EXPECT_EQ(one.quantities[j].quantiles, two.quantities[j].quantiles);
    }
  }
}

TEST(Ensemble, a_participant_does_not_depend_on_who_stands_beside) {
  const auto all = all_rows(people(24), {});
  Population shifted = people(20);
  shifted.parameters = [](std::ptrdiff_t i, std::span<double> p) {
    const auto made = made_person(static_cast<std::uint32_t>(i + 3));
    std::copy(made.begin(), made.end(), p.begin());
  };
  const auto part = all_rows(shifted, {});
  const std::size_t row = hours.size() * 7;
  EXPECT_TRUE(
      std::equal(part.begin(), part.end(), all.begin() + static_cast<std::ptrdiff_t>(3 * row)));
}

TEST(Ensemble, summarises_what_it_gives_to_the_sink) {
  const std::size_t n = 203;
  const auto rows = all_rows(people(n), {});
  const auto value = [&](std::size_t i, std::size_t t) { return rows[(i * hours.size() + t) * 7]; };
  const EnsembleSummary exact = simulate_ensemble(reference_model(), people(n), hours);
  const EnsembleSummary sketch =
      simulate_ensemble(reference_model(), people(n), hours, {.exact_values = 0});
  EXPECT_EQ(exact.n, static_cast<std::ptrdiff_t>(n));
  EXPECT_EQ(exact.quantities[0].id, "concentration");
  EXPECT_EQ(exact.quantities[6].id, "response");
  for (std::size_t t = 0; t < hours.size(); ++t) {
    std::vector<double> sorted;
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < n; ++i) sorted.push_back(value(i, t)), sum += value(i, t);
    for (const double x : sorted) squares += (x - sum / n) * (x - sum / n);
    std::sort(sorted.begin(), sorted.end());
    EXPECT_NEAR(exact.quantities[0].mean[t], sum / n, 1e-12 * sum / n);
    EXPECT_NEAR(exact.quantities[0].sd[t], std::sqrt(squares / (n - 1)), 1e-12 * sum / n);
    EXPECT_EQ(exact.quantities[0].mean[t], sketch.quantities[0].mean[t]);
    EXPECT_EQ(exact.quantities[0].quantiles[2][t], sorted[101]);  // the median of 203
    EXPECT_EQ(exact.quantities[0].quantiles[1][t], (sorted[50] + sorted[51]) / 2);  // rank 50.5
    EXPECT_NEAR(sketch.quantities[0].quantiles[2][t], sorted[101], sorted[101] / 64);
  }
}

void expect_faults_named(const SimulateOptions& solver) {
  Population population = people(30);
  const auto plain = population.parameters;
  population.parameters = [=](std::ptrdiff_t i, std::span<double> p) {
    plain(i, p);
    if (i == 5) p[ReferenceModel::v] = 0;  // a rate divides by it
    if (i == 11) p[ReferenceModel::ka] = std::nan("");
    if (i == 12) p[ReferenceModel::lag] = -1;
    if (i == 13) p[ReferenceModel::ka] = -400;  // grows beyond all bounds
  };
  std::vector<double> first;
  EnsembleOptions how{.solver = solver};
  how.sink = [&](const EnsembleBlock& block) { first = block.values; };
  const EnsembleSummary summary = simulate_ensemble(reference_model(), population, hours, how);
  ASSERT_EQ(summary.faults.size(), 4U);
  EXPECT_EQ(summary.n, 26);
  EXPECT_EQ(summary.faults[0].participant, 5);
  EXPECT_EQ(summary.faults[0].code, "pharm.simulate.rate");
  EXPECT_EQ(summary.faults[0].message.substr(0, 23), "model reference, time 0");
  EXPECT_EQ(summary.faults[1].code, "pharm.simulate.parameters");
  EXPECT_EQ(summary.faults[2].code, "pharm.dose.lag");
  EXPECT_EQ(summary.faults[3].participant, 13);
  EXPECT_EQ(summary.faults[3].code.substr(0, 14), "pharm.simulate");
  const auto sound = all_rows(people(30), {.solver = solver});
  const std::size_t row = hours.size() * 7;
  for (std::size_t i = 0; i < 30; ++i) {
    const bool failed = i == 5 || i == 11 || i == 12 || i == 13;
    EXPECT_EQ(std::isnan(first[i * row + row - 1]), failed) << i;
    if (!failed) {
      EXPECT_EQ(first[i * row + row - 1], sound[i * row + row - 1]) << i;
    }
  }
  for (const EnsembleQuantity& quantity : summary.quantities)
    for (const double mean : quantity.mean) EXPECT_TRUE(std::isfinite(mean));
}

TEST(Ensemble, names_the_participant_that_fails_and_gives_the_rest) { expect_faults_named({}); }

TEST(Ensemble, names_the_participant_that_fails_by_the_stiff_method) {
  expect_faults_named({.method = OdeMethod::rosenbrock});
}

TEST(Ensemble, lets_participants_differ_in_their_doses) {
  Population population = people(9);
  population.doses_of = [](std::ptrdiff_t i) {
    return std::vector<DoseEvent>{{.amount_mg = i == 4 ? -1.0 : 10.0 * static_cast<double>(i)}};
  };
  const auto rows = all_rows(population, {});
  const std::size_t row = hours.size() * 7;
  EXPECT_EQ(rows[5 * 7], 0);  // participant 0 takes nothing
  EXPECT_GT(rows[8 * row + 5 * 7], 0);
  const EnsembleSummary summary = simulate_ensemble(reference_model(), population, hours);
  ASSERT_EQ(summary.faults.size(), 1U);
  EXPECT_EQ(summary.faults[0].code, "pharm.dose.amount");
  EXPECT_EQ(summary.faults[0].participant, 4);
}

TEST(Ensemble, agrees_with_the_reference_trajectories) {
  Population population{.n = 5, .doses = reference_doses()};
  const auto five = reference_people();
  population.parameters = [&](std::ptrdiff_t i, std::span<double> p) {
    std::copy(five[static_cast<std::size_t>(i)].begin(), five[static_cast<std::size_t>(i)].end(),
              p.begin());
  };
  const auto times_h = reference_times();
  const auto rows =
      all_rows(population, {.solver = {.relative = 1e-8, .absolute = 1e-10}}, times_h);
  for (std::size_t i = 0; i < 5; ++i) {
    std::vector<double> states;
    for (std::size_t t = 0; t < times_h.size(); ++t)
      for (std::size_t j = 0; j < 6; ++j)
        states.push_back(rows[(i * times_h.size() + t) * 7 + 1 + j]);
    EXPECT_LT(largest_error(states, reference_rows("participant_" + std::to_string(i + 1) + ".csv"),
                            1e-6, 1e-8),
              0.02);
  }
}

TEST(Ensemble, takes_the_stiff_method_where_it_is_asked_for) {
  const EnsembleOptions how{.solver = {.method = OdeMethod::rosenbrock}};
  const auto stiff = all_rows(people(10), how), plain = all_rows(people(10), {});
  for (std::size_t i = 0; i < plain.size(); ++i)
    EXPECT_NEAR(stiff[i], plain[i], 2e-5 * (1 + std::abs(plain[i])));
  // Side by side as alone, where the steps are the same up to rounding.
  for (std::size_t i = 0; i < 10; ++i) {
    const Course course = simulate(reference_model(), made_person(static_cast<std::uint32_t>(i)),
                                   people(10).doses, hours, how.solver);
    for (std::size_t t = 0; t < hours.size(); ++t)
      for (std::size_t j = 0; j < 6; ++j)
        EXPECT_NEAR(stiff[(i * hours.size() + t) * 7 + 1 + j], course.states[t * 6 + j],
                    1e-6 * (1 + course.states[t * 6 + j]));
  }
}

TEST(Ensemble, refuses_what_concerns_everybody) {
  const auto code_of = [](const Population& population, std::span<const double> times_h,
                          const EnsembleOptions& how = {}) {
    try {
      simulate_ensemble(reference_model(), population, times_h, how);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string();
  };
  EXPECT_EQ(code_of(people(0), hours), "pharm.ensemble.empty");
  EXPECT_EQ(code_of(people(3), {}), "pharm.simulate.times");
  EXPECT_EQ(code_of(people(3), hours, {.probabilities = {1.5}}), "pharm.ensemble.probability");
  Population bad = people(3);
  bad.doses[1].compartment = 9;
  EXPECT_EQ(code_of(bad, hours), "pharm.dose.compartment");
}

}  // namespace
}  // namespace entact
