#include "entact/evidence/listing.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/evidence/specimen_base.h"

namespace entact {
namespace {

EvidenceBase specimen() {
  SpecimenBase base(ENTACT_SOURCE_DIR "/data");
  base.add_trial("A").add_trial("B", "part_of=A;B");
  const std::string rest =
      "|arm_id=mdma|outcome=response|phase_of_follow_up=controlled|better=higher";
  base.add("binary", "fact_id=bin.a|study_id=A|events=21|week=18|first_public=2021-05" + rest);
  base.add("binary", "fact_id=bin.b|study_id=A|week=8|used=no" + rest);
  base.add("binary", "fact_id=bin.c|study_id=B|events=4" + rest);
  return base.load().base;
}

std::string refusal(const FactListing& listing) {
  try {
    (void)list_facts(specimen(), listing);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(Listing, gives_all_columns_typed_with_units) {
  const Table table = list_facts(specimen(), {.table = "binary"});
  EXPECT_EQ(table.rows(), 3U);
  EXPECT_EQ(table.columns.size(), specimen().table("binary").schema().columns.size());
  EXPECT_EQ(table.numbers("events")[0], 21);
  EXPECT_TRUE(std::isnan(table.numbers("events")[1]));
  EXPECT_EQ(table.dates("first_public")[0], (Date{2021, 5, 0}));
  EXPECT_EQ(table.text("study_id")[2], "B");
  EXPECT_EQ(table.column("week").unit, "week");
}

TEST(Listing, lists_the_facts_of_all_tables_with_what_they_share) {
  const Table table = list_facts(specimen(), {.table = "facts"});
  EXPECT_EQ(table.rows(), specimen().facts.size());
  for (const char* shared : {"fact_id", "source", "locator", "verified"})
    EXPECT_TRUE(table.has(shared)) << shared;
  EXPECT_FALSE(table.has("events"));
  EXPECT_EQ(refusal({.table = "facts", .where = {{"events", "21"}}}), "evidence.list.column");
  const Table count =
      list_facts(specimen(), {.table = "facts", .where = {{"verified", "page"}}, .count = true});
  EXPECT_EQ(count.numbers("count")[0], static_cast<double>(table.rows()));
}

TEST(Listing, filters_together_and_selects_columns_in_the_order_asked) {
  const Table table = list_facts(specimen(), {.table = "binary",
                                              .where = {{"study_id", "A"}, {"outcome", "response"}},
                                              .columns = {"week", "fact_id"},
                                              .only_used = true});
  ASSERT_EQ(table.columns.size(), 2U);
  EXPECT_EQ(table.columns[0].name, "week");
  EXPECT_EQ(table.text("fact_id"), (std::vector<std::string>{"bin.a"}));
}

TEST(Listing, finds_elements_of_lists_and_empty_cells) {
  EXPECT_EQ(list_facts(specimen(), {.table = "studies", .where = {{"part_of", "A"}}}).rows(), 1U);
  EXPECT_EQ(list_facts(specimen(), {.table = "binary", .where = {{"events", ""}}}).rows(), 1U);
}

TEST(Listing, counts_and_sums_what_is_reported) {
  const Table table = list_facts(specimen(), {.table = "binary", .count = true, .sum = "events"});
  EXPECT_EQ(table.numbers("count")[0], 3);
  EXPECT_EQ(table.numbers("events")[0], 25);
  EXPECT_EQ(table.numbers("reported")[0], 2);
}

TEST(Listing, takes_rows_by_id_and_counts_different_values) {
  EXPECT_EQ(list_facts(specimen(), {.table = "binary", .ids = {"bin.a", "bin.c"}}).rows(), 2U);
  const Table table = list_facts(
      specimen(),
      {.table = "binary", .ids = {"bin.a", "bin.b"}, .count = true, .distinct = "study_id"});
  EXPECT_EQ(table.numbers("count")[0], 2);
  EXPECT_EQ(table.numbers("distinct")[0], 1);
  const Table weeks = list_facts(specimen(), {.table = "binary", .distinct = "week"});
  EXPECT_EQ(weeks.numbers("distinct")[0], 2);  // 18 and 8; the empty one is none
}

TEST(Listing, refuses_what_it_does_not_have) {
  EXPECT_EQ(refusal({.table = "teapots"}), "evidence.base.no_table");
  EXPECT_EQ(refusal({.table = "binary", .columns = {"colour"}}), "evidence.list.column");
  EXPECT_EQ(refusal({.table = "binary", .where = {{"colour", "red"}}}), "evidence.list.column");
  EXPECT_EQ(refusal({.table = "binary", .ids = {"bin.a", "bin.z"}}), "evidence.list.id");
  EXPECT_EQ(refusal({.table = "binary", .distinct = "colour"}), "evidence.list.column");
  EXPECT_EQ(refusal({.table = "binary", .sum = "outcome"}), "evidence.list.sum");
}

TEST(Listing, reads_filters_as_column_equals_value) {
  const FactFilter filter = parse_fact_filter("definition=a=b");
  EXPECT_EQ(filter.column, "definition");
  EXPECT_EQ(filter.value, "a=b");
  EXPECT_THROW((void)parse_fact_filter("definition"), Error);
  EXPECT_THROW((void)parse_fact_filter("=x"), Error);
}

}  // namespace
}  // namespace entact
