#include "entact/evidence/fact_table.h"

#include <gtest/gtest.h>

#include <cmath>

namespace entact {
namespace {

FactSchema trial_schema() {
  return {.table = "binary",
          .columns = {{.name = "fact_id", .type = FactType::id},
                      {.name = "study_id", .type = FactType::id},
                      {.name = "outcome"},
                      {.name = "events", .type = FactType::integer},
                      {.name = "first_public", .type = FactType::date},
                      {.name = "countries", .type = FactType::list},
                      {.name = "used", .type = FactType::yes_no},
                      {.name = "source", .type = FactType::id},
                      {.name = "locator"},
                      {.name = "verified"}}};
}

FactTable trial_table() {
  const CsvTable file = read_csv(
      "fact_id,study_id,outcome,events,first_public,countries,used,source,locator,verified\n"
      "bin.a,A,response,21,2021-05,US;Israel,yes,smith2021,Table 2,page\n"
      "bin.b,A,remission,,,,yes,smith2021,Abstract,secondary\n"
      "bin.c,A,response,19,2019,,no,smith2019,Poster,recalled\n"
      "bin.d,B,response,4,2020-01-02,,yes,jones2020,p 4,page\n",
      {.file = "binary.csv"});
  return {trial_schema(), file, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}};
}

TEST(FactTable, gives_typed_cells_by_column_name) {
  const FactTable table = trial_table();
  const Row row = table.row(0);
  EXPECT_EQ(row.id(), "bin.a");
  EXPECT_EQ(row.text("outcome"), "response");
  EXPECT_EQ(row.number("events"), 21);
  EXPECT_EQ(row.date("first_public"), (Date{2021, 5, 0}));
  EXPECT_EQ(row.list("countries"), (std::vector<std::string>{"US", "Israel"}));
  EXPECT_TRUE(row.yes("used"));
  EXPECT_EQ(row.line(), 2);
}

TEST(FactTable, keeps_missing_apart_from_zero) {
  const FactTable table = trial_table();
  const Row row = table.row(1);
  EXPECT_TRUE(std::isnan(row.number("events")));
  EXPECT_FALSE(row.date("first_public").known());
  EXPECT_FALSE(row.has("events"));
}

TEST(FactTable, cites_the_source_of_each_fact) {
  const FactTable table = trial_table();
  EXPECT_EQ(table.row(0).citation().source, "smith2021");
  EXPECT_EQ(table.row(0).citation().locator, "Table 2");
  EXPECT_EQ(table.row(0).citation().verified, Verification::page);
  EXPECT_EQ(table.row(1).citation().verified, Verification::secondary);
  EXPECT_EQ(table.row(2).citation().verified, Verification::recalled);
}

TEST(FactTable, filters_chain) {
  const FactTable table = trial_table();
  EXPECT_EQ(table.where("study_id", "A").size(), 3U);
  EXPECT_EQ(table.where("study_id", "A").where("outcome", "response").used().size(), 1U);
  EXPECT_EQ(table.where("study_id", "A").where("outcome", "response").used()[0].id(), "bin.a");
  EXPECT_EQ(table.where("study_id", {"A", "B"}).size(), 4U);
  EXPECT_EQ(table.where([](const Row& row) { return row.number("events") > 10; }).size(), 2U);
  EXPECT_TRUE(table.where("study_id", "C").used().empty());
}

TEST(FactTable, lists_the_different_values_of_a_column) {
  const FactTable table = trial_table();
  EXPECT_EQ(table.rows().values("outcome"), (std::vector<std::string>{"response", "remission"}));
  EXPECT_EQ(table.rows().values("events"), (std::vector<std::string>{"21", "19", "4"}));
}

TEST(FactTable, keeps_lines_of_the_file_when_filtered) {
  const FactTable kept = trial_table().filtered([](const Row& row) { return row.used(); });
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_EQ(kept.row(2).id(), "bin.d");
  EXPECT_EQ(kept.row(2).line(), 5);
  EXPECT_EQ(kept.row(2).number("events"), 4);
}

TEST(FactTable, rewrites_one_column) {
  const FactTable blanked =
      trial_table().with("first_public", [](const Row&) { return std::string("1999"); });
  EXPECT_EQ(blanked.row(3).date("first_public"), (Date{1999, 0, 0}));
  EXPECT_EQ(blanked.row(3).number("events"), 4);
}

TEST(FactTable, has_columns_that_the_file_lacks_as_empty_ones) {
  const FactTable table(trial_schema(), read_csv("fact_id\nbin.a\n"),
                        {0, -1, -1, -1, -1, -1, -1, -1, -1, -1});
  EXPECT_EQ(table.row(0).text("outcome"), "");
  EXPECT_TRUE(std::isnan(table.row(0).number("events")));
  EXPECT_EQ(table.field("outcome"), 0);
  EXPECT_EQ(table.field("fact_id"), 1);
}

TEST(FactTable, refuses_unknown_columns_and_other_types) {
  const FactTable table = trial_table();
  const auto code = [](const auto& ask) {
    try {
      ask();
    } catch (const Error& error) {
      return error.code();
    }
    return std::string("none");
  };
  EXPECT_EQ(code([&] { (void)table.row(0).text("colour"); }), "evidence.base.no_column");
  EXPECT_EQ(code([&] { (void)table.where("colour", "red"); }), "evidence.base.no_column");
  EXPECT_EQ(code([&] { (void)table.row(0).number("outcome"); }), "evidence.base.kind");
  EXPECT_EQ(code([&] { (void)table.row(0).date("events"); }), "evidence.base.kind");
}

}  // namespace
}  // namespace entact
