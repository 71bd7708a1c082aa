#include "entact/io/csv_table.h"

#include <gtest/gtest.h>

#include <cmath>

namespace entact {
namespace {

CsvTable csv(std::string_view text) { return read_csv(text, {.file = "t.csv"}); }

TEST(CsvTable, infers_numbers_dates_and_text) {
  const Table table =
      to_table(csv("n,day,arm\n1,2018,mdma\n-2.5,2018-11-29,placebo\n1e3,2018-11,\n")).table;
  EXPECT_EQ(table.numbers("n"), (std::vector<double>{1, -2.5, 1000}));
  EXPECT_EQ(table.dates("day"), (std::vector<Date>{{2018, 0, 0}, {2018, 11, 29}, {2018, 11, 0}}));
  EXPECT_EQ(table.text("arm"), (std::vector<std::string>{"mdma", "placebo", ""}));
}

TEST(CsvTable, takes_a_column_of_years_for_numbers_unless_told) {
  EXPECT_EQ(to_table(csv("y\n2018\n")).table.numbers("y")[0], 2018);
  const Reading told = to_table(csv("y\n2018\n"), {.types = {{"y", ColumnType::date}}});
  EXPECT_EQ(told.table.dates("y")[0], (Date{2018, 0, 0}));
}

TEST(CsvTable, keeps_identifiers_with_leading_zeros_as_text) {
  EXPECT_EQ(to_table(csv("id\n007\n012\n")).table.text("id")[0], "007");
  EXPECT_EQ(to_table(csv("id\n0\n0.5\n-0.5\n")).table.numbers("id")[1], 0.5);
}

TEST(CsvTable, reads_missing_cells_as_the_options_say) {
  const Table table = to_table(csv("a,b\nNA,x\n1,NA\n,\n"), {.missing = {"", "NA"}}).table;
  EXPECT_TRUE(std::isnan(table.numbers("a")[0]));
  EXPECT_EQ(table.numbers("a")[1], 1);
  EXPECT_TRUE(std::isnan(table.numbers("a")[2]));
  EXPECT_EQ(table.text("b"), (std::vector<std::string>{"x", "", ""}));
  EXPECT_EQ(to_table(csv("a\nNA\n1\n")).table.text("a")[0], "NA");
}

TEST(CsvTable, does_not_take_nan_or_infinity_for_numbers) {
  for (const char* cell : {"NaN", "Inf", "-inf", "infinity"}) {
    const std::string text = "a\n1\n" + std::string(cell) + "\n";
    EXPECT_EQ(to_table(csv(text)).table.text("a")[1], cell);
    const Reading told = to_table(csv(text), {.types = {{"a", ColumnType::number}}});
    ASSERT_EQ(told.issues.size(), 1U);
    EXPECT_EQ(told.issues[0].code, "io.table.number");
    EXPECT_TRUE(std::isnan(told.table.numbers("a")[1]));
  }
}

TEST(CsvTable, reports_each_bad_cell_with_line_column_name_and_value) {
  const Reading reading =
      to_table(csv("note,n,day\n\"two\nlines\",1,2018\nx,1;5,2018-13\n"),
               {.types = {{"n", ColumnType::number}, {"day", ColumnType::date}}});
  ASSERT_EQ(reading.issues.size(), 2U);
  EXPECT_EQ(reading.issues[0].line, 4);
  EXPECT_EQ(reading.issues[0].column, 2);
  EXPECT_EQ(reading.issues[0].name, "n");
  EXPECT_EQ(reading.issues[0].value, "1;5");
  EXPECT_EQ(reading.issues[1].code, "io.table.date");
  EXPECT_EQ(to_text(reading.issues[1]).substr(0, 17), "t.csv:4:3 (day): ");
  EXPECT_EQ(reading.table.rows(), 2U);
  EXPECT_FALSE(reading.table.dates("day")[1].known());
}

TEST(CsvTable, gives_empty_columns_for_a_header_only) {
  const Table table = to_table(csv("a,b\n")).table;
  EXPECT_EQ(table.columns.size(), 2U);
  EXPECT_EQ(table.rows(), 0U);
  EXPECT_TRUE(to_table(csv("a\n\n")).table.text("a")[0].empty());
}

TEST(CsvTable, carries_units_and_refuses_names_that_are_not_there) {
  EXPECT_EQ(to_table(csv("dose\n80\n"), {.units = {{"dose", "mg"}}}).table.column("dose").unit,
            "mg");
  EXPECT_THROW(to_table(csv("a\n1\n"), {.types = {{"A", ColumnType::number}}}), Error);
  EXPECT_THROW(to_table(csv("a\n1\n"), {.units = {{"b", "mg"}}}), Error);
}

TEST(CsvTable, takes_value_missing_as_missing_only_where_numbers_or_dates_are) {
  const CsvTable csv = read_csv("n,d,t,none\n1,2018,NA,NA\nNA,2018-11,x,\n", {.file = "t.csv"});
  const Table table = to_table(csv, {.value_missing = {"NA"}}).table;
  EXPECT_TRUE(std::isnan(table.numbers("n")[1]));
  EXPECT_EQ(table.dates("d")[1], (Date{2018, 11, 0}));
  EXPECT_EQ(table.text("t")[0], "NA");
  EXPECT_TRUE(std::isnan(table.numbers("none")[0]));  // nothing but missing values: numbers
}

}  // namespace
}  // namespace entact
