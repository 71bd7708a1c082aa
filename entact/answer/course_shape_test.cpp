#include "entact/answer/course_shape.h"

#include <gtest/gtest.h>

#include <vector>

namespace entact {
namespace {

// A triangle: up to 4 at 2 h, down to 0 at 4 h.
const std::vector<double> hours{0, 1, 2, 3, 4}, heights{0, 2, 4, 2, 0};

TEST(CourseShape, areas_of_a_triangle_add_up) {
  EXPECT_EQ(area_of(hours, heights, 0, 4), 8);
  EXPECT_EQ(area_of(hours, heights, 0, 1), 1);
  EXPECT_EQ(area_of(hours, heights, 1, 3), 6);
}

TEST(CourseShape, hours_above_a_level_end_where_the_lines_cross_it) {
  EXPECT_DOUBLE_EQ(hours_above(hours, heights, 0, 4, 3), 1);
  EXPECT_DOUBLE_EQ(hours_above(hours, heights, 0, 2, 3), 0.5);
  EXPECT_EQ(hours_above(hours, heights, 0, 4, 4), 0);
  EXPECT_EQ(hours_above(hours, heights, 0, 4, -1), 4);
}

}  // namespace
}  // namespace entact
