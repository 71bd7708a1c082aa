#include "entact/answer/adam.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "entact/base/error.h"

namespace entact {
namespace {

using Texts = std::vector<std::string>;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Two participants, two parameters, visits out of alphabetical order, a row not for analysis.
Table adqs() {
  Table table;
  table.add({.name = "USUBJID", .values = Texts{"1", "1", "1", "2", "2", "2"}});
  table.add(
      {.name = "TRTP", .values = Texts{"Placebo", "Placebo", "Placebo", "MDMA", "MDMA", "MDMA"}});
  table.add({.name = "TRTPN", .values = std::vector<double>{0, 0, 0, 1, 1, 1}});
  table.add({.name = "PARAMCD", .values = Texts{"CAPS", "CAPS", "SDS", "CAPS", "CAPS", "CAPS"}});
  table.add({.name = "AVISIT",
             .values = Texts{"Week 9", "Week 18", "Week 9", "Week 9", "Week 18", "Week 18"}});
  table.add({.name = "AVISITN", .values = std::vector<double>{9, 18, 9, 9, 18, 18}});
  table.add({.name = "AVAL",
             .unit = "points",
             .values = std::vector<double>{40, 35, 5, 42, 20, 19},
             .label = "Analysis Value"});
  table.add({.name = "ANL01FL", .values = Texts{"Y", "Y", "Y", "Y", "Y", ""}});
  return table;
}

std::string refusal(const Table& table, const AdamSelection& selection, ErrorKind kind) {
  try {
    (void)select_adam(table, selection);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.code();
  }
  return "none";
}

TEST(Adam, finds_the_parts_that_columns_play) {
  const AdamRoles roles = adam_roles(adqs());
  EXPECT_EQ(roles.subject, "USUBJID");
  EXPECT_EQ(roles.parameter, "PARAMCD");
  EXPECT_EQ(roles.treatment, "TRTP");
  EXPECT_EQ(roles.treatment_number, "TRTPN");
  EXPECT_EQ(roles.visit_number, "AVISITN");
  EXPECT_EQ(roles.change, "");
  EXPECT_EQ(roles.censor, "");
}

TEST(Adam, takes_the_planned_treatment_before_the_actual_one) {
  Table table;
  for (const char* name : {"ARM", "TRT01A", "TRT01AN", "TRT01P"})
    table.add({.name = name, .values = Texts{"x"}});
  EXPECT_EQ(adam_roles(table).treatment, "TRT01P");
  EXPECT_EQ(adam_roles(table).treatment_number, "");  // not that of another column
}

TEST(Adam, selects_flagged_rows_of_one_parameter_and_orders_the_factors) {
  const AdamRows rows = select_adam(adqs(), {.parameter = "CAPS"});
  EXPECT_EQ(rows.rows, (std::vector<std::size_t>{0, 1, 3, 4}));
  EXPECT_EQ(rows.table.numbers("AVAL"), (std::vector<double>{40, 35, 42, 20}));
  EXPECT_EQ(rows.table.column("AVAL").unit, "points");
  EXPECT_EQ(rows.table.column("AVAL").label, "Analysis Value");
  EXPECT_EQ(rows.levels.at("AVISIT"), (Texts{"Week 9", "Week 18"}));  // by number, not by name
  EXPECT_EQ(rows.levels.at("TRTP"), (Texts{"Placebo", "MDMA"}));
}

TEST(Adam, takes_all_rows_where_asked_or_where_there_is_no_flag) {
  EXPECT_EQ(select_adam(adqs(), {.parameter = "CAPS", .flagged = false}).rows.size(), 5U);
  Table plain;
  plain.add({.name = "Y", .values = std::vector<double>{1, 2}});
  EXPECT_EQ(select_adam(plain).rows.size(), 2U);
  EXPECT_TRUE(select_adam(plain).levels.empty());
}

TEST(Adam, needs_no_choice_where_there_is_one_parameter) {
  const Table one = rows_of(adqs(), {0, 1, 3});
  EXPECT_EQ(select_adam(one).rows.size(), 3U);
}

TEST(Adam, selects_by_further_columns) {
  const AdamRows rows = select_adam(adqs(), {.parameter = "CAPS", .where = {{"AVISIT", "Week 9"}}});
  EXPECT_EQ(rows.rows, (std::vector<std::size_t>{0, 3}));
}

TEST(Adam, refuses_a_choice_that_is_missing_or_not_there) {
  EXPECT_EQ(refusal(adqs(), {}, ErrorKind::usage), "answer.adam.parameter");
  EXPECT_EQ(refusal(adqs(), {.parameter = "MADRS"}, ErrorKind::usage), "answer.adam.parameter");
  Table plain;
  plain.add({.name = "Y", .values = std::vector<double>{1, 2}});
  EXPECT_EQ(refusal(plain, {.parameter = "CAPS"}, ErrorKind::usage), "answer.adam.parameter");
  EXPECT_EQ(refusal(plain, {.where = {{"FASFL", "Y"}}}, ErrorKind::usage), "answer.adam.column");
  EXPECT_EQ(refusal(plain, {.where = {{"Y", "1"}}}, ErrorKind::usage), "answer.adam.column");
}

TEST(Adam, refuses_when_no_row_is_left) {
  EXPECT_EQ(refusal(adqs(), {.parameter = "CAPS", .where = {{"AVISIT", "Week 99"}}},
                    ErrorKind::unanswerable),
            "answer.adam.rows");
}

TEST(Adam, refuses_a_level_with_two_numbers_or_none) {
  const auto with = [](double number) {
    Table table = adqs();
    std::get<std::vector<double>>(table.columns[5].values)[3] = number;
    return refusal(table, {.parameter = "CAPS"}, ErrorKind::input);
  };
  EXPECT_EQ(with(9), "none");
  EXPECT_EQ(with(10), "answer.adam.order");
  EXPECT_EQ(with(missing), "answer.adam.order");
}

TEST(Adam, turns_censoring_into_events) {
  Table table;
  table.add({.name = "USUBJID", .values = Texts{"1", "2", "3", "4"}});
  table.add({.name = "CNSR", .values = std::vector<double>{0, 1, 2, missing}});
  const std::vector<double> events = adam_events(table);
  EXPECT_EQ(events[0], 1.0);
  EXPECT_EQ(events[1], 0.0);
  EXPECT_EQ(events[2], 0.0);
  EXPECT_TRUE(std::isnan(events[3]));
  for (const double wrong : {-1.0, 0.5}) {
    std::get<std::vector<double>>(table.columns[1].values)[1] = wrong;
    try {
      (void)adam_events(table);
      FAIL() << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "answer.adam.censor");
      EXPECT_NE(std::string(error.what()).find("row 2 (2)"), std::string::npos);
    }
  }
  EXPECT_THROW((void)adam_events(adqs()), Error);
}

}  // namespace
}  // namespace entact
