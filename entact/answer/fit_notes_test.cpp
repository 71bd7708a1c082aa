#include "entact/answer/fit_notes.h"

#include <gtest/gtest.h>

#include "entact/answer/fit_data.h"
#include "entact/answer/fit_specimen.h"
#include "entact/base/error.h"

namespace entact {
namespace {

using Table = std::vector<std::pair<std::string, std::vector<double>>>;

using specimen::bolus;
using specimen::data_of;
using specimen::none;

Table two_people(const Table& more) {
  Table columns{{"ID", {1, 1, 1, 2, 2}},
                {"TIME", {0, 1, 2, 0, 1}},
                {"AMT", {10, none, none, 10, none}},
                {"DV", {none, 3, 2, none, 4}}};
  columns.insert(columns.end(), more.begin(), more.end());
  return columns;
}

std::string refused(const Table& columns, FitModel model = bolus()) {
  try {
    put_fit_data(data_of(columns), model);
  } catch (const Error& error) {
    return error.code() + " " + error.what();
  }
  return "";
}

TEST(FitNotes, refuses_observations_of_several_kinds) {
  EXPECT_EQ(refused(two_people({{"CMT", {1, 1, 2, 1, 1}}})),
            "answer.fit.kinds d.csv:4:5 (CMT): participant 1: observations are of 2 kinds: 1, 2; "
            "one concentration is fitted at a time. Leave the others out by MDV 1");
  EXPECT_NE(refused(two_people({{"dvid", {0, 1, 1, 0, 2}}})).find("d.csv:6:5 (dvid)"),
            std::string::npos);
  EXPECT_EQ(refused(two_people({{"DVID", {0, 1, 1, 0, 1}}, {"CMT", {1, none, none, 1, none}}})),
            "");
  EXPECT_EQ(refused(two_people({{"DVID", {0, 1, 2, 0, 1}}, {"MDV", {1, 0, 1, 1, 0}}})), "");
}

TEST(FitNotes, the_closed_form_is_of_the_central_compartment) {
  FitModel oral = bolus();
  oral.population.parameters.push_back({.id = "ka"});
  oral.structure.absorption = 2;
  const Table first = two_people({{"CMT", {1, 1, 1, 1, 1}}});
  const auto said = put_fit_data(data_of(first), oral);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said[0].find("CMT 1 and are taken"), std::string::npos);
  FitModel intravenous = bolus();
  EXPECT_TRUE(put_fit_data(data_of(first), intravenous).empty());
}

TEST(FitNotes, leaves_people_without_observations_out) {
  Table columns = two_people({{"MDV", {1, 1, 1, 1, 0}}});
  FitModel model = bolus();
  const auto said = put_fit_data(data_of(columns), model);
  ASSERT_EQ(model.population.subjects.size(), 1U);
  EXPECT_EQ(model.population.subjects[0].id, "2");
  Prediction p;  // the records are those of participant 2
  model.population.predict(0, Eigen::Vector2d(2, 10), false, p);
  EXPECT_EQ(p.value.size(), 1);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0], "1 people have no observation and are left out: 1");
}

TEST(FitNotes, refuses_columns_that_case_alone_tells_apart) {
  const std::string seen = refused(two_people({{"dv", {1, 1, 1, 1, 1}}}));
  EXPECT_EQ(seen.rfind("answer.fit.column d.csv: one column is DV", 0), 0U) << seen;
  EXPECT_NE(seen.find("saw DV, dv"), std::string::npos) << seen;
  EXPECT_EQ(refused(two_people({{"x", {1, 1, 1, 1, 1}}, {"X", {1, 1, 1, 1, 1}}})), "");
}

TEST(FitNotes, names_columns_that_are_not_used) {
  FitModel model = bolus();
  const auto said = put_fit_data(data_of(two_people({{"TINF", {2, 0, 0, 2, 0}}})), model);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].rfind("the column TINF is not used", 0), 0U);
}

FitModel weighted(CovariateEffect::Form form, double coefficient) {
  FitModel model = bolus();
  model.covariates = {"WT"};
  model.population.effects = {
      {.name = "WT", .form = form, .reference = 70, .coefficient = coefficient}};
  return model;
}

TEST(FitNotes, refuses_a_covariate_that_its_effect_has_no_meaning_for) {
  using Form = CovariateEffect::Form;
  const auto weights = [](double second) {
    return two_people({{"wt", {70, 70, 70, second, second}}});
  };
  std::string seen = refused(weights(0), weighted(Form::power, 0.75));
  EXPECT_EQ(seen,
            "answer.fit.covariate d.csv:5:5 (wt): participant 2: a covariate of the form power is "
            "above 0; saw 0");
  seen = refused(weights(-99), weighted(Form::power, 0.75));
  EXPECT_NE(seen.find("saw -99. If it is a code for missing"), std::string::npos) << seen;
  seen = refused(weights(-99), weighted(Form::proportional, 0.01));
  EXPECT_NE(seen.find("-99 makes cl negative or 0"), std::string::npos) << seen;
  EXPECT_EQ(refused(weights(0), weighted(Form::proportional, 0.01)), "");
  FitModel exponential = weighted(Form::exponential, 0.01);
  const auto said = put_fit_data(data_of(weights(-99)), exponential);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].rfind("WT is -99, -999 or -9999 in 1 people", 0), 0U) << said[0];
}

}  // namespace
}  // namespace entact
