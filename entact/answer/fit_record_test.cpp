#include "entact/answer/fit_record.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "entact/answer/fit_data.h"
#include "entact/answer/fit_specimen.h"
#include "entact/base/error.h"

namespace entact {
namespace {

using Numbers = std::vector<double>;
using Table = std::vector<std::pair<std::string, Numbers>>;

using specimen::bolus;
using specimen::data_of;
using specimen::none;

/// A dose and two observations, with more columns.
Table rows_with_columns(const Table& more) {
  Table columns{
      {"ID", {4, 4, 4}}, {"TIME", {0, 1, 2}}, {"AMT", {10, none, none}}, {"DV", {none, 3, 0.5}}};
  for (const auto& [name, values] : more) {
    const auto same = std::find_if(columns.begin(), columns.end(),
                                   [&](const auto& column) { return column.first == name; });
    if (same == columns.end())
      columns.emplace_back(name, values);
    else
      same->second = values;
  }
  return columns;
}

/// The code and message of what put_fit_data() refuses; "" if nothing.
std::string refused(const Table& more, FitModel model = bolus()) {
  try {
    put_fit_data(data_of(rows_with_columns(more)), model);
  } catch (const Error& error) {
    return error.code() + " " + error.what();
  }
  return "";
}

void expect_refused(const Table& more, const std::string& code, const std::string& place,
                    const std::string& says, const FitModel& model = bolus()) {
  const std::string seen = refused(more, model);
  EXPECT_EQ(seen.rfind(code + " d.csv:" + place + ": participant 4: ", 0), 0U) << seen;
  EXPECT_NE(seen.find(says), std::string::npos) << seen;
}

std::vector<std::string> notes(const Table& more, FitModel model = bolus()) {
  return put_fit_data(data_of(rows_with_columns(more)), model);
}

TEST(FitRecord, refuses_doses_that_the_model_cannot_follow) {
  const char* code = "answer.fit.row";
  expect_refused({{"ADDL", {2, 0, 0}}}, code, "2 (II)", "ADDL 2 needs the time between doses");
  expect_refused({{"ADDL", {2, 0, 0}}, {"II", {0, 0, 0}}}, code, "2:6 (II)", "II above 0");
  expect_refused({{"SS", {1, 0, 0}}}, code, "2 (II)", "SS 1 needs");
  expect_refused({{"ADDL", {1.7, 0, 0}}, {"II", {8, 0, 0}}}, code, "2:5 (ADDL)", "saw 1.7");
  expect_refused({{"ADDL", {-3, 0, 0}}, {"II", {8, 0, 0}}}, code, "2:5 (ADDL)", "saw -3");
  expect_refused({{"II", {-8, 0, 0}}}, code, "2:5 (II)", "saw -8");
  expect_refused({{"CMT", {2, 1, 1}}}, code, "2:5 (CMT)", "compartments 1 to 1");
  expect_refused({{"RATE", {1, 0, 0}}, {"II", {8, 0, 0}}, {"SS", {1, 0, 0}}}, code, "2:5 (RATE)",
                 "not longer than its II");
  expect_refused({{"EVID", {3, 0, 0}}}, code, "2:5 (EVID)", "EVID 3 has no dose");
  FitModel lagged = bolus();
  lagged.population.parameters.push_back({.id = "lag"});
  lagged.structure.lag = 2;
  expect_refused({{"II", {8, 0, 0}}, {"SS", {1, 0, 0}}}, code, "2:6 (SS)", "lag", lagged);
}

TEST(FitRecord, a_dose_goes_to_compartment_0_by_default) {
  EXPECT_EQ(refused({{"CMT", {0, none, none}}}), "");
}

TEST(FitRecord, needs_a_limit_but_no_dv_of_what_lies_below) {
  FitModel model = bolus();
  const auto said =
      put_fit_data(data_of(rows_with_columns(
                       {{"DV", {none, 3, none}}, {"BLQ", {0, 0, 1}}, {"LLOQ", {0.7, 0.7, 0.7}}})),
                   model);
  const PopulationSubject& person = model.population.subjects[0];
  ASSERT_EQ(person.observed.size(), 2);
  EXPECT_EQ(person.below[1], 0.7);
  EXPECT_EQ(person.observed[1], 0.7);
  EXPECT_TRUE(said.empty()) << said[0];
}

TEST(FitRecord, refuses_a_flag_without_a_limit_above_0) {
  const char* code = "answer.fit.censored";
  const Numbers flag{0, 0, 1};
  expect_refused({{"BLQ", flag}, {"DV", {none, 3, 0}}}, code, "4:4 (DV)", "above 0; saw 0");
  expect_refused({{"BLQ", flag}, {"DV", {none, 3, none}}}, code, "4:4 (DV)", "in LLOQ or in DV");
  expect_refused({{"BLQ", flag}, {"LLOQ", {-1, -1, -1}}}, code, "4:6 (LLOQ)", "saw -1");
  expect_refused({{"BLQ", flag}, {"LLOQ", {0.2, 0.2, 0.2}}}, code, "4:4 (DV)", "but DV is 0.5");
  expect_refused({{"BLQ", flag}, {"CENS", {0, 0, 0}}}, code, "4:5 (BLQ)", "CENS says 0");
  expect_refused({{"CENS", {0, 0, -1}}}, code, "4:5 (CENS)", "right-censored");
  expect_refused({{"BLQ", {0, 0, 2}}}, "answer.fit.row", "4:5 (BLQ)", "saw 2");
}

TEST(FitRecord, notes_what_is_not_taken_as_below_the_limit) {
  auto said = notes({{"LLOQ", {0.7, 0.7, 0.7}}});
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].rfind("1 observations lie below LLOQ without a flag", 0), 0U) << said[0];
  said = notes({{"BLQ", {0, 0, 1}}, {"MDV", {1, 0, 1}}});
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0], "1 observations below the limit have MDV 1 and are left out");
  EXPECT_TRUE(notes({{"LLOQ", {0.5, 0.5, 0.5}}}).empty());
}

TEST(FitRecord, notes_a_dv_of_a_dose) {
  const auto said = notes({{"DV", {2, 3, 0.5}}});
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].rfind("1 doses have a DV", 0), 0U) << said[0];
  EXPECT_TRUE(notes({{"DV", {0, 3, 0.5}}}).empty());
}

}  // namespace
}  // namespace entact
