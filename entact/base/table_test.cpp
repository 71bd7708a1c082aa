#include "entact/base/table.h"

#include <gtest/gtest.h>

#include <cmath>

namespace entact {
namespace {

Table two_columns() {
  Table table;
  table.add({.name = "n", .unit = "", .values = std::vector<double>{1, std::nan("")}});
  table.add({.name = "arm", .unit = "", .values = std::vector<std::string>{"mdma", ""}});
  return table;
}

std::string code_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(Table, gives_columns_by_name_and_type) {
  const Table table = two_columns();
  EXPECT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.text("arm")[0], "mdma");
  EXPECT_TRUE(std::isnan(table.numbers("n")[1]));
  EXPECT_TRUE(table.has("n"));
  EXPECT_FALSE(table.has("weight"));
}

TEST(Table, refuses_unknown_names_wrong_types_and_lengths) {
  Table table = two_columns();
  EXPECT_EQ(code_of([&] { (void)table.text("weight"); }), "base.table.column");
  EXPECT_EQ(code_of([&] { (void)table.text("n"); }), "base.table.type");
  EXPECT_EQ(
      code_of([&] { table.add({.name = "x", .unit = "", .values = std::vector<double>{1}}); }),
      "base.table.length");
}

}  // namespace
}  // namespace entact
