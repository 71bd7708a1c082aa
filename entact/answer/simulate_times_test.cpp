#include "entact/answer/simulate_times.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "entact/base/error.h"

namespace entact {
namespace {

bool has(const std::vector<double>& times_h, double t_h) {
  return std::binary_search(times_h.begin(), times_h.end(), t_h);
}

TEST(UsualTimes, are_a_day_of_every_session) {
  const auto times_h = usual_times(Regimen{.sessions = 2, .every_h = 672}, {"80@0,40@2"});
  EXPECT_EQ(times_h.size(), 2 * 97U);
  EXPECT_EQ(times_h[96], 24);
  EXPECT_EQ(times_h.back(), 696);
}

TEST(UsualTimes, follow_a_late_dose_for_a_day) {
  EXPECT_EQ(usual_times(Regimen{}, {"120@0", "120@30"}).back(), 54);
}

// Of an event table until a day after the last dose, without a hole before it.
TEST(UsualTimes, leave_no_hole_between_doses) {
  SubjectEvents one;
  one.doses = {{.t_h = 0, .amount_mg = 120, .additional = 1, .interval_h = 672}};
  const auto times_h = usual_times({one});
  for (const double t_h : {0.25, 24.0, 25.0, 72.0, 78.0, 240.0, 672.0, 672.25, 696.0})
    EXPECT_TRUE(has(times_h, t_h)) << t_h;
  EXPECT_EQ(times_h.back(), 696);
  EXPECT_FALSE(has(times_h, 25.25));
}

TEST(UsualTimes, are_asked_for_with_very_many_doses) {
  SubjectEvents one;
  one.doses = {{.amount_mg = 1, .additional = 2000, .interval_h = 1}};
  EXPECT_THROW(usual_times({one}), Error);
}

}  // namespace
}  // namespace entact
