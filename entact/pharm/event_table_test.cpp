#include "entact/pharm/event_table.h"

#include <gtest/gtest.h>

#include <limits>

#include "entact/base/error.h"

namespace entact {
namespace {

const double none = std::numeric_limits<double>::quiet_NaN();

ModelDescription model() {
  return {.id = "m", .states = {{.id = "gut"}, {.id = "central"}}, .inputs = {{.state = 0}}};
}

/// Two participants: a repeated dose and an infusion, with observations.
Table two_people() {
  Table table;
  table.add({.name = "ID", .values = std::vector<std::string>{"a", "a", "a", "b", "b"}});
  table.add({.name = "time", .values = std::vector<double>{0, 1, 2, 0, 3}});
  table.add({.name = "AMT", .values = std::vector<double>{80, none, none, 100, 0}});
  table.add({.name = "UNIT", .values = std::vector<std::string>{"mg", ".", "", "mg", ""}});
  table.add({.name = "CMT", .values = std::vector<std::string>{"gut", "2", "central", "2", "."}});
  table.add({.name = "RATE", .values = std::vector<std::string>{".", ".", ".", "50", "."}});
  table.add({.name = "ADDL", .values = std::vector<double>{2, 0, 0, 0, 0}});
  table.add({.name = "II", .values = std::vector<double>{24, 0, 0, 0, 0}});
  return table;
}

TEST(EventTable, reads_doses_and_observations) {
  const auto subjects = read_event_table(two_people(), model());
  ASSERT_EQ(subjects.size(), 2U);
  EXPECT_EQ(subjects[0].id, "a");
  ASSERT_EQ(subjects[0].doses.size(), 1U);
  EXPECT_EQ(subjects[0].doses[0].compartment, 1);
  EXPECT_EQ(subjects[0].doses[0].additional, 2);
  EXPECT_EQ(subjects[0].doses[0].interval_h, 24);
  EXPECT_EQ(subjects[0].observed_h, (std::vector<double>{1, 2}));
  EXPECT_EQ(subjects[0].observed_rows, (std::vector<long>{2, 3}));
  EXPECT_EQ(subjects[1].doses[0].rate_mg_per_h, 50);
  EXPECT_EQ(subjects[1].doses[0].compartment, 2);
  EXPECT_EQ(subjects[1].doses[0].row, 4);
}

template <class Values>
Table with(const char* name, Values values, Table table = two_people()) {
  for (Column& column : table.columns)
    if (column.name == name) {
      column.values = std::move(values);
      return table;
    }
  table.add({.name = name, .values = std::move(values)});
  return table;
}

void expect_refused(const Table& table, const std::string& code, const std::string& says,
                    const EventTableOptions& how = {}) {
  try {
    read_event_table(table, model(), how);
    FAIL() << code << " was not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
  }
}

using Numbers = std::vector<double>;
using Words = std::vector<std::string>;

TEST(EventTable, refuses_a_dose_whose_unit_nobody_says) {
  expect_refused(with("UNIT", Words{"mg", "", "", "", ""}), "pharm.events.unit",
                 "participant b, row 4: AMT has no unit");
  expect_refused(with("UNIT", Words{"mg", "", "", "ml", ""}), "pharm.events.unit", "\"ml\"");
}

TEST(EventTable, takes_the_unit_from_the_column_the_table_or_the_caller) {
  Table table = with("UNIT", Words{"", "", "", "", ""});
  EXPECT_EQ(read_event_table(table, model(), {.unit = "g"})[0].doses[0].amount_mg, 80000);
  table.columns[2].unit = "ug";
  EXPECT_EQ(read_event_table(table, model())[0].doses[0].amount_mg, 0.08);
  EXPECT_EQ(read_event_table(table, model())[1].doses[0].rate_mg_per_h, 0.05);
}

TEST(EventTable, believes_the_column_of_units_before_the_caller) {
  const auto subjects = read_event_table(two_people(), model(), {.unit = "g"});
  EXPECT_EQ(subjects[0].doses[0].amount_mg, 80);
}

TEST(EventTable, needs_rows_and_amounts) {
  Table empty;
  for (const char* name : {"ID", "TIME", "AMT"}) empty.add({.name = name, .values = Numbers{}});
  expect_refused(empty, "pharm.events.rows", "a row or more");
  const Table table = with("AMT", Numbers{none, none, none, 100, 0});
  expect_refused(with("EVID", Numbers{1, 0, 0, 1, 0}, table), "pharm.events.amount",
                 "participant a, row 1: a dose (EVID 1) needs a number in AMT");
}

TEST(EventTable, takes_an_endless_infusion_for_a_dose_without_evid) {
  Table table = with("AMT", Numbers{0, none, none, 100, 0});
  table = with("RATE", Words{"5", ".", ".", "50", "."}, std::move(table));
  table = with("SS", Numbers{1, 0, 0, 0, 0}, std::move(table));
  table = with("ADDL", Numbers{0, 0, 0, 0, 0}, std::move(table));
  table = with("II", Numbers{0, 0, 0, 0, 0}, std::move(table));
  const auto subjects = read_event_table(table, model());
  ASSERT_EQ(subjects[0].doses.size(), 1U);
  EXPECT_EQ(subjects[0].doses[0].rate_mg_per_h, 5);
}

TEST(EventTable, gives_doses_to_amounts_only) {
  ModelDescription other = model();
  other.states[0].unit = "uM";
  other.states[1].unit = "degC";
  const auto refused = [&](const Table& table) {
    try {
      read_event_table(table, other);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(refused(two_people()).find("a dose to gut is in uM; saw \"mg\""), std::string::npos);
  const Table table = with("UNIT", Words{"uM", "", "", "mg", ""});
  EXPECT_NE(refused(table).find("no dose goes to central, which is in degC"), std::string::npos);
}

TEST(EventTable, turns_base_into_salt_only_if_told_how) {
  const Table table = with("UNIT", Words{"mg base", "", "", "mg", ""});
  EXPECT_NEAR(read_event_table(table, model(), {.base_fraction = 0.8})[0].doses[0].amount_mg, 100,
              1e-12);
  expect_refused(table, "pharm.events.unit", "is not known here");
}

TEST(EventTable, follows_evid) {
  const auto subjects = read_event_table(with("EVID", Numbers{4, 0, 3, 1, 2}), model());
  ASSERT_EQ(subjects[0].doses.size(), 2U);
  EXPECT_EQ(subjects[0].doses[0].kind, DoseKind::reset_and_dose);
  EXPECT_EQ(subjects[0].doses[1].kind, DoseKind::reset);
  EXPECT_EQ(subjects[1].observed_h, (std::vector<double>{3}));
  expect_refused(with("EVID", Numbers{5, 0, 0, 1, 0}), "pharm.events.evid", "saw 5");
  expect_refused(with("EVID", Numbers{0, 0, 0, 1, 0}), "pharm.events.evid", "yet AMT is 80");
}

TEST(EventTable, names_participant_and_row_of_a_fault) {
  expect_refused(with("time", Numbers{0, 2, 1, 0, 3}), "pharm.events.time",
                 "participant a, row 3: TIME 1 h lies before that of the row above, 2 h");
  expect_refused(with("time", Numbers{0, none, 1, 0, 3}), "pharm.events.time", "row 2");
  expect_refused(with("time", Numbers{0, 1, 1, 0, 3}), "pharm.events.duplicate", "row 3");
  expect_refused(with("ID", Words{"a", "b", "a", "b", "b"}), "pharm.events.id", "row 3");
  expect_refused(with("ID", Words{"a", "a", "a", "", "b"}), "pharm.events.id", "row 4");
  expect_refused(with("AMT", Numbers{-80, none, none, 100, 0}), "pharm.dose.amount",
                 "participant a, time 0 h, row 1: AMT must be a dose of 0 mg or more; saw -80");
  expect_refused(with("CMT", Words{"gut", "2", "2", "liver", "."}), "pharm.dose.compartment",
                 "no compartment \"liver\"");
  expect_refused(with("CMT", Words{"gut", "2", "2", "7", "."}), "pharm.dose.compartment", "saw 7");
  expect_refused(with("RATE", Words{"x", "", "", "", ""}), "pharm.events.column", "RATE");
  expect_refused(with("ADDL", Numbers{1.5, 0, 0, 0, 0}), "pharm.events.column", "ADDL");
}

EventTableOptions carrying() {
  return {.carried = {{.name = "weight_kg", .low = 30, .high = 250},
                      {.name = "comedication", .words = {"none", "paroxetine"}}}};
}

Table with_people(const Numbers& weight, const Words& comedication) {
  return with("comedication", comedication, with("WEIGHT_KG", weight));
}

TEST(EventTable, carries_values_row_by_row) {
  const Table table = with_people({70, none, 80, 60, 60}, {"none", ".", "paroxetine", "none", ""});
  const auto subjects = read_event_table(table, model(), carrying());
  ASSERT_EQ(subjects[0].rows.size(), 3U);
  EXPECT_EQ(subjects[0].rows[1].values, (Numbers{70, 0}));  // the row above, where a cell is empty
  EXPECT_EQ(subjects[0].rows[2].values, (Numbers{80, 1}));
  EXPECT_TRUE(subjects[0].rows[0].dose);
  EXPECT_FALSE(subjects[0].rows[2].dose);
  EXPECT_EQ(subjects[1].rows[1].t_h, 3);
  EXPECT_EQ(subjects[1].rows[1].values, (Numbers{60, 0}));
  EXPECT_TRUE(read_event_table(table, model())[0].rows.empty());
}

TEST(EventTable, refuses_values_that_cannot_be_carried) {
  const Words plain{"none", "none", "none", "none", "none"};
  const Numbers same{70, 70, 70, 70, 70};
  const std::string code = "pharm.events.covariate";
  expect_refused(with_people({70, 70, 70, none, 70}, plain), code,
                 "participant b, row 4: weight_kg is missing", carrying());
  expect_refused(with_people({70, 20, 70, 70, 70}, plain), code,
                 "participant a, row 2: weight_kg lies between 30 and 250; saw 20", carrying());
  expect_refused(with("weight_kg", Words{"70", "heavy", "", "70", ""}, with("comedication", plain)),
                 code, "row 2: weight_kg must be a number; saw \"heavy\"", carrying());
  expect_refused(with_people(same, {"none", "none", "Paroxetine", "none", "none"}), code,
                 "row 3: comedication is one of none, paroxetine; saw \"Paroxetine\"", carrying());
}

TEST(EventTable, needs_three_columns) {
  Table table = two_people();
  table.columns.erase(table.columns.begin() + 2);
  expect_refused(table, "pharm.events.column", "AMT is missing");
}

}  // namespace
}  // namespace entact
