#include "entact/answer/value_set.h"

#include <gtest/gtest.h>

#include "entact/base/error.h"

namespace entact {
namespace {

ValueSet set_of(const std::string& text) {
  return read_value_set(read_csv(text, {.file = "v.csv"}));
}

TEST(ValueSet, reads_the_value_of_each_profile) {
  const ValueSet set = set_of("value,profile\n1,11111\n-0.2,55555\n0.5,21315\n");
  EXPECT_EQ(set.value.size(), 3U);
  EXPECT_EQ(set.value.at(55555), -0.2);
  EXPECT_EQ(set.name, "v.csv");
}

void expect_refused(const std::string& text, const std::string& words) {
  try {
    set_of(text);
    ADD_FAILURE() << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "answer.score.value_set");
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(ValueSet, names_the_place_of_what_is_wrong) {
  expect_refused("profile,worth\n11111,1\n", "there is no 'value'");
  expect_refused("profile,value\n", "no rows");
  expect_refused("profile,value\n11111,1\n1111,0.9\n", "v.csv:3:1 (profile)");
  expect_refused("profile,value\n11111,1\n1111x,0.9\n", "v.csv:3:1 (profile)");
  expect_refused("profile,value\n11111,1.2\n", "v.csv:2:2 (value)");
  expect_refused("profile,value\n11111,\n", "v.csv:2:2 (value)");
  expect_refused("profile,value\n11111,1\n11111,1\n", "stands once");
}

}  // namespace
}  // namespace entact
