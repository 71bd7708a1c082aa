#include "entact/pharm/carried_values.h"

#include <gtest/gtest.h>

#include <limits>

#include "entact/pharm/ode_predictions.h"

namespace entact {
namespace {

using Sets = std::vector<std::vector<double>>;
constexpr double inf = std::numeric_limits<double>::infinity();

/// A dose at 0 h, a row at 4 h, a dose at 10 h and a row at 20 h, of one value each.
std::vector<CarriedRow> rows_of(std::vector<double> values) {
  return {{0, true, {values[0]}},
          {4, false, {values[1]}},
          {10, true, {values[2]}},
          {20, false, {values[3]}}};
}

/// From when each set holds, the first of them from ever on.
std::vector<std::pair<double, double>> told(const CarriedValues& carried) {
  std::vector<std::pair<double, double>> told{{-inf, carried.sets[0][0]}};
  for (const ScheduledChange& change : carried.schedule.changes)
    told.emplace_back(change.t_h, carried.sets[static_cast<std::size_t>(change.set)][0]);
  return told;
}

using Told = std::vector<std::pair<double, double>>;

TEST(CarriedValues, a_row_holds_from_the_row_before_or_until_the_next) {
  const std::vector<double> hours{0, 4, 5, 10, 15, 30};
  const CarriedValues backward = carry_values(rows_of({70, 70, 80, 70}), hours, Carry::backward);
  EXPECT_EQ(told(backward), (Told{{-inf, 70}, {4, 80}, {10, 70}}));
  EXPECT_EQ(backward.schedule.of_dose, (std::vector<int>{0, 1}));
  EXPECT_EQ(backward.schedule.of_time, (std::vector<int>{0, 0, 1, 1, 0, 0}));
  EXPECT_EQ(backward.schedule.changes[1].dose, 2);  // after the dose of its time
  const CarriedValues forward = carry_values(rows_of({70, 70, 80, 70}), hours, Carry::forward);
  EXPECT_EQ(told(forward), (Told{{-inf, 70}, {10, 80}, {20, 70}}));
  EXPECT_EQ(forward.schedule.of_dose, (std::vector<int>{0, 1}));
  EXPECT_EQ(forward.schedule.of_time, (std::vector<int>{0, 0, 0, 1, 1, 0}));
  EXPECT_EQ(forward.schedule.changes[0].dose, 1);  // before the dose of its time
}

TEST(CarriedValues, values_that_stay_the_same_make_no_schedule) {
  for (const Carry way : {Carry::backward, Carry::forward}) {
    const CarriedValues carried =
        carry_values(rows_of({70, 70, 70, 70}), std::vector<double>{0, 30}, way);
    EXPECT_EQ(carried.sets, (Sets{{70}}));
    EXPECT_TRUE(carried.schedule.changes.empty() && carried.schedule.of_dose.empty() &&
                carried.schedule.of_time.empty());
  }
}

// Rows before the first dose and the first time, such as those of a screening visit, say how the
// course starts; they do not make it start earlier.
TEST(CarriedValues, what_changes_before_the_start_is_how_the_course_starts) {
  const std::vector<CarriedRow> rows{
      {-48, false, {60}}, {-24, false, {65}}, {0, true, {70}}, {9, false, {75}}};
  const std::vector<double> hours{0, 5, 9, 12};
  const CarriedValues backward = carry_values(rows, hours, Carry::backward);
  EXPECT_EQ(told(backward), (Told{{-inf, 70}, {0, 75}}));
  EXPECT_EQ(backward.schedule.of_dose, std::vector<int>{0});
  const CarriedValues forward = carry_values(rows, hours, Carry::forward);
  EXPECT_EQ(told(forward), (Told{{-inf, 65}, {0, 70}, {9, 75}}));
  const CarriedValues settled = carry_values(
      std::vector<CarriedRow>{{-48, false, {60}}, {0, true, {70}}}, hours, Carry::backward);
  EXPECT_EQ(settled.sets, (Sets{{70}}));
  EXPECT_TRUE(settled.schedule.changes.empty());
}

TEST(CarriedValues, rows_of_one_time_give_it_the_first_or_the_last) {
  const std::vector<CarriedRow> rows{
      {0, true, {1}}, {6, true, {2}}, {6, false, {3}}, {8, false, {3}}};
  const std::vector<double> hours{6};
  const CarriedValues backward = carry_values(rows, hours, Carry::backward);
  EXPECT_EQ(told(backward), (Told{{-inf, 1}, {0, 2}, {6, 3}}));
  EXPECT_EQ(backward.schedule.of_time, std::vector<int>{1});
  const CarriedValues forward = carry_values(rows, hours, Carry::forward);
  EXPECT_EQ(told(forward), (Told{{-inf, 1}, {6, 2}, {6, 3}}));
  EXPECT_EQ(forward.schedule.of_time, std::vector<int>{2});
}

// Fits read records with occasions, of which each change of a covariate makes one.
TEST(CarriedValues, backward_is_what_fits_do) {
  const std::vector<CarriedRow> rows{{0, true, {70}},  {4, false, {70}}, {4, true, {80}},
                                     {9, false, {70}}, {9, true, {90}},  {20, false, {60}}};
  const std::vector<std::ptrdiff_t> occasions{0, 0, 1, 0, 2, 3};  // of each row, by its weight
  std::vector<CompartmentRecord> records;
  for (std::size_t i = 0; i < rows.size(); ++i)
    records.push_back({.time_h = rows[i].t_h,
                       .amount_mg = rows[i].dose ? 10.0 : 0.0,
                       .observed = !rows[i].dose,
                       .occasion = occasions[i]});
  const ParameterSchedule fitted = ode_subject(records).occasions;
  const CarriedValues carried = carry_values(rows, std::vector<double>{4, 9, 20}, Carry::backward);
  EXPECT_EQ(carried.sets, (Sets{{70}, {80}, {90}, {60}}));
  ASSERT_EQ(carried.schedule.changes.size(), fitted.changes.size());
  for (std::size_t i = 0; i < fitted.changes.size(); ++i) {
    EXPECT_EQ(carried.schedule.changes[i].t_h, fitted.changes[i].t_h);
    EXPECT_EQ(carried.schedule.changes[i].set, fitted.changes[i].set);
    EXPECT_EQ(carried.schedule.changes[i].dose, fitted.changes[i].dose);
  }
  EXPECT_EQ(carried.schedule.of_dose, fitted.of_dose);
  // The observation at 9 h comes first of its time, so both give it its own row's values.
  EXPECT_EQ(carried.schedule.of_time, fitted.of_time);
}

}  // namespace
}  // namespace entact
