#include "entact/io/number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace entact {
namespace {

TEST(Number, reads_decimal_numbers_exactly) {
  EXPECT_EQ(parse_number("-3"), -3.0);
  EXPECT_EQ(parse_number("+0.5"), 0.5);
  EXPECT_EQ(parse_number(".5"), 0.5);
  EXPECT_EQ(parse_number("5."), 5.0);
  EXPECT_EQ(parse_number("1e-3"), 1e-3);
  EXPECT_EQ(parse_number("0.1"), 0.1);  // the nearest double, as the compiler reads it
  EXPECT_EQ(parse_number("1.7976931348623157e308"), std::numeric_limits<double>::max());
}

TEST(Number, refuses_everything_else) {
  for (const char* text :
       {"",     " ",        " 1", "1 ",    "1,5",    "0x10",   "1e",     "--1",         "+-1",
        "+",    "-",        ".",  "1.2.3", "NaN",    "nan",    "nan(1)", "Inf",         "-inf",
        "+inf", "infinity", "NA", "1e999", "-1e999", "1e-999", "1d5",    "\xEF\xBC\x91"})
    EXPECT_FALSE(parse_number(text).has_value()) << text;
}

TEST(Number, reads_integers_of_64_bits_and_nothing_else) {
  EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_integer("+7"), 7);
  EXPECT_EQ(parse_integer("007"), 7);
  for (const char* text : {"", "1.0", "1e3", "9223372036854775808", " 1", "1 ", "0x1", "+-1", "+"})
    EXPECT_FALSE(parse_integer(text).has_value()) << text;
}

TEST(NumberText, gives_every_double_back_in_its_shortest_form) {
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(-0.0), "-0");
  EXPECT_EQ(number_text(5.0), "5");
  EXPECT_EQ(number_text(std::nan("")), "");
  for (double value = 1e-320; value < 1e300; value *= -7.7e3)
    ASSERT_EQ(parse_number(number_text(value)), value);
}

}  // namespace
}  // namespace entact
