#include "entact/answer/split_at.h"

#include <gtest/gtest.h>

namespace entact {
namespace {

using Words = std::vector<std::string>;

TEST(SplitAt, leaves_blanks_out_and_brackets_whole) {
  EXPECT_EQ(trimmed("  a b\t"), "a b");
  EXPECT_EQ(split_at("a + b", '+'), (Words{"a", "b"}));
  EXPECT_EQ(split_at("strata(a + b) + c", '+'), (Words{"strata(a + b)", "c"}));
  EXPECT_EQ(split_at("a", ','), Words{"a"});
}

}  // namespace
}  // namespace entact
