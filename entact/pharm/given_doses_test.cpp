#include "entact/pharm/given_doses.h"

#include <gtest/gtest.h>

namespace entact {
namespace {

TEST(GivenDoses, are_in_order_of_time) {
  const std::vector<DoseEvent> records{{.amount_mg = 80, .additional = 2, .interval_h = 2.3},
                                       {.t_h = 3, .amount_mg = 40}};
  const auto given = given_doses(records);
  ASSERT_EQ(given.size(), 4U);
  const double hours[]{0, 2.3, 3, 4.6}, amounts[]{80, 80, 40, 80};
  for (std::size_t i = 0; i < given.size(); ++i) {
    EXPECT_EQ(given[i].t_h, hours[i]);
    EXPECT_EQ(given[i].amount_mg, amounts[i]);
  }
  EXPECT_EQ(additional_dose_h(0, 3, 2.3), 6.9);  // 3 * 2.3 is less
  EXPECT_EQ(additional_dose_h(1.0000000020000002, 0, 1), 1.0000000020000002);
}

TEST(GivenDoses, end_where_a_record_clears_them) {
  const std::vector<DoseEvent> reset{{.amount_mg = 80, .additional = 5, .interval_h = 12},
                                     {.t_h = 30, .kind = DoseKind::reset}};
  EXPECT_EQ(given_doses(reset).size(), 3U);
  const std::vector<DoseEvent> steady{
      {.amount_mg = 80, .additional = 5, .interval_h = 12},
      {.t_h = 24, .amount_mg = 40, .interval_h = 24, .steady_state = 1}};
  const auto given = given_doses(steady);
  ASSERT_EQ(given.size(), 3U);
  EXPECT_EQ(given[2].amount_mg, 40);
}

}  // namespace
}  // namespace entact
