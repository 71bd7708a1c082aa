#include "entact/answer/row_conditions.h"

#include <gtest/gtest.h>

#include "entact/answer/trial_table.h"
#include "entact/base/error.h"

namespace entact {
namespace {

TrialTable study() {
  TrialTable data{.file = "adqs.csv", .lines = {2, 3, 4}};
  data.table.add({.name = "FASFL", .values = std::vector<std::string>{"Y", "N", "Y"}});
  data.table.add({.name = "AVISITN", .values = std::vector<double>{1, 1, 2}});
  return data;
}

std::string code_for(const std::vector<std::string>& where) {
  try {
    static_cast<void>(file_where(study(), where));
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(RowConditions, all_must_hold_and_lines_follow_their_rows) {
  const TrialTable some = file_where(study(), {"FASFL=Y", "AVISITN=2"});
  ASSERT_EQ(some.table.rows(), 1U);
  EXPECT_EQ(some.lines, std::vector<long>{4});
  EXPECT_EQ(file_where(study(), {}).table.rows(), 3U);
}

TEST(RowConditions, say_what_is_wrong) {
  EXPECT_EQ(code_for({"FASFL"}), "answer.where.condition");
  EXPECT_EQ(code_for({"SAFFL=Y"}), "answer.where.column");
  EXPECT_EQ(code_for({"FASFL=Y", "AVISITN=7"}), "answer.where.rows");
}

}  // namespace
}  // namespace entact
