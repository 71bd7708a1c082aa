#include "entact/base/error.h"

#include <gtest/gtest.h>

namespace entact {
namespace {

TEST(Error, carries_code_message_and_kind) {
  const Error error("stats.pool.few", "needs two studies", ErrorKind::unanswerable);
  EXPECT_EQ(error.code(), "stats.pool.few");
  EXPECT_STREQ(error.what(), "needs two studies");
  EXPECT_EQ(error.kind(), ErrorKind::unanswerable);
}

TEST(Error, require_throws_only_when_the_rule_is_broken) {
  EXPECT_NO_THROW(require(true, "a.b.c", "unused"));
  EXPECT_THROW(require(false, "a.b.c", "broken"), Error);
}

TEST(Issue, text_names_place_rule_and_value) {
  const Issue issue{.file = "binary.csv",
                    .line = 3,
                    .column = 6,
                    .name = "events",
                    .rule = "events must not exceed n",
                    .value = "50"};
  EXPECT_EQ(to_text(issue), "binary.csv:3:6 (events): events must not exceed n; saw \"50\"");
}

TEST(Issue, text_leaves_out_what_is_unknown) {
  EXPECT_EQ(to_text({.rule = "the file must not be empty"}), "the file must not be empty");
}

}  // namespace
}  // namespace entact
