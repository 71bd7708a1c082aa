#include "entact/answer/fit_data.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/answer/fit_specimen.h"
#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::VectorXd;
using Numbers = std::vector<double>;

using specimen::bolus;
using specimen::data_of;
using specimen::none;

VectorXd predicted(const FitModel& model, std::ptrdiff_t subject,
                   const VectorXd& phi = Eigen::Vector2d(2, 10)) {
  Prediction p;
  model.population.predict(subject, phi, false, p);
  return p.value;
}

/// What is left of a dose of mg after h hours, mg/L.
double left(double mg, double h) { return mg / 10 * std::exp(-0.2 * h); }

TEST(FitData, tells_doses_from_observations) {
  FitModel model = bolus();
  const auto notes = put_fit_data(data_of({{"id", {7, 7, 7, 7, 7, 8, 8}},
                                           {"Time", {0, 1, 2, 3, 4, 0, 5}},
                                           {"amt", {100, none, none, 50, none, 20, none}},
                                           {"DV", {none, 8, none, none, 9, none, 1}},
                                           {"MDV", {1, 0, 0, 1, 1, 1, 0}}}),
                                  model);
  ASSERT_EQ(model.population.subjects.size(), 2U);
  const PopulationSubject& first = model.population.subjects[0];
  EXPECT_EQ(first.id, "7");
  EXPECT_EQ(first.time_h, Numbers{1});  // at 2 h DV is missing, at 4 h MDV says so
  EXPECT_EQ(first.lines, std::vector<long>{3});
  EXPECT_EQ(first.below.size(), 0);
  EXPECT_NEAR(predicted(model, 0)[0], left(100, 1), 1e-12);
  EXPECT_NEAR(predicted(model, 1)[0], left(20, 5), 1e-12);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0], "1 observations have no DV and are left out");
}

TEST(FitData, counts_in_mg_and_hours) {
  FitModel model = bolus();
  model.mg_per_dose_unit = 1000;
  model.hours_per_time_unit = 1.0 / 60;
  put_fit_data(data_of({{"ID", {1, 1, 1}},
                        {"TIME", {0, 120, 180}},
                        {"AMT", {0.1, none, none}},
                        {"RATE", {0.001, none, none}},  // g a minute: 60 g/h, 0.1 / 60 h
                        {"DV", {none, 1, 1}}}),
               model);
  EXPECT_EQ(model.population.subjects[0].time_h, (Numbers{2, 3}));
  // An infusion of 100 mg over 100 minutes; 20 and 80 minutes after its end.
  const double rate = 60, end = 100.0 / 60, at_end = rate / 2 * (1 - std::exp(-0.2 * end));
  EXPECT_NEAR(predicted(model, 0)[0], at_end * std::exp(-0.2 * (2 - end)), 1e-10);
  EXPECT_NEAR(predicted(model, 0)[1], at_end * std::exp(-0.2 * (3 - end)), 1e-10);
}

TEST(FitData, repeats_doses_and_resets) {
  FitModel model = bolus();
  put_fit_data(data_of({{"ID", {1, 1, 1, 1, 1}},
                        {"TIME", {0, 20, 24, 30, 31}},
                        {"AMT", {100, none, none, 40, none}},
                        {"EVID", {1, 0, 3, 4, 0}},
                        {"ADDL", {2, none, none, none, none}},
                        {"II", {8, none, none, none, none}},
                        {"DV", {none, 1, none, none, 1}}}),
               model);
  EXPECT_NEAR(predicted(model, 0)[0], left(100, 20) + left(100, 12) + left(100, 4), 1e-10);
  EXPECT_NEAR(predicted(model, 0)[1], left(40, 1), 1e-10);
  FitModel steady = bolus();
  put_fit_data(data_of({{"ID", {1, 1}},
                        {"TIME", {0, 3}},
                        {"AMT", {100, none}},
                        {"SS", {1, none}},
                        {"II", {8, none}},
                        {"DV", {none, 1}}}),
               steady);
  EXPECT_NEAR(predicted(steady, 0)[0], left(100, 3) / (1 - std::exp(-0.2 * 8)), 1e-10);
}

TEST(FitData, takes_the_limit_from_lloq_or_dv) {
  const std::vector<std::pair<std::string, Numbers>> columns{{"ID", {1, 1, 1}},
                                                             {"TIME", {0, 1, 2}},
                                                             {"AMT", {10, none, none}},
                                                             {"DV", {none, 3, 0.5}},
                                                             {"CENS", {0, 0, 1}}};
  FitModel by_dv = bolus(), by_limit = bolus();
  put_fit_data(data_of(columns), by_dv);
  EXPECT_TRUE(std::isnan(by_dv.population.subjects[0].below[0]));
  EXPECT_EQ(by_dv.population.subjects[0].below[1], 0.5);
  auto limited = columns;
  limited.push_back({"LLOQ", {none, 0.7, 0.7}});
  put_fit_data(data_of(limited), by_limit);
  EXPECT_TRUE(std::isnan(by_limit.population.subjects[0].below[0]));
  EXPECT_EQ(by_limit.population.subjects[0].below[1], 0.7);
}

TEST(FitData, changes_of_covariates_are_occasions) {
  FitModel model = bolus();
  model.covariates = {"WT"};
  const auto notes = put_fit_data(data_of({{"ID", {1, 1, 1, 1, 2, 2}},
                                           {"TIME", {0, 1, 2, 3, 0, 1}},
                                           {"AMT", {10, none, none, none, 10, none}},
                                           {"DV", {none, 1, 1, 1, none, 1}},
                                           {"wt", {70, none, 80, 70, 60, none}}}),
                                  model);
  const auto& people = model.population.subjects;
  ASSERT_EQ(people[0].occasions, 2);  // 70 again is the first
  EXPECT_EQ(people[0].covariates(0, 0), 70);
  EXPECT_EQ(people[0].covariates(1, 0), 80);
  EXPECT_EQ(people[1].occasions, 1);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NE(notes[0].find("in 1 people"), std::string::npos);
  // Clearance 4 on the second occasion, which is the hour up to 2 h.
  const VectorXd f = predicted(model, 0, Eigen::Vector4d(2, 10, 4, 10));
  EXPECT_NEAR(f[1], std::exp(-0.2 - 0.4), 1e-12);
  EXPECT_NEAR(f[2], std::exp(-0.2 - 0.4 - 0.2), 1e-12);
}

TEST(FitData, occasions_are_those_of_the_column_in_order) {
  FitModel model = bolus();
  model.population.parameters[0].occasion_sd = 0.2;
  model.covariates = {"WT"};
  put_fit_data(data_of({{"ID", {1, 1, 1, 1}},
                        {"TIME", {0, 1, 2, 3}},
                        {"AMT", {10, none, none, none}},
                        {"DV", {none, 1, 1, 1}},
                        {"OCC", {5, 5, 2, 2}},
                        {"WT", {70, none, 80, none}}}),
               model);
  const PopulationSubject& person = model.population.subjects[0];
  EXPECT_EQ(person.occasions, 2);
  EXPECT_EQ(person.covariates(0, 0), 70);
  EXPECT_EQ(person.covariates(1, 0), 80);
}

struct Wrong {
  std::string column{};
  double value = 0;  // in the dose's row, the first
  std::string says{};
};

TEST(FitData, refuses_a_row_without_meaning_and_says_where) {
  for (const Wrong& wrong : std::vector<Wrong>{{"TIME", none, "a time is a number"},
                                               {"AMT", -1, "not negative; saw -1"},
                                               {"EVID", 7, "saw 7"},
                                               {"EVID", 0, "has no dose"},
                                               {"RATE", -2, "write the rate"},
                                               {"CMT", 1.5, "whole number; saw 1.5"},
                                               {"SS", 2, "saw 2"}}) {
    TrialTable data = data_of({{"ID", {1, 1}},
                               {"TIME", {0, 1}},
                               {"AMT", {10, none}},
                               {"DV", {none, 1}},
                               {"EVID", {1, 0}},
                               {"RATE", {0, 0}},
                               {"CMT", {1, 1}},
                               {"SS", {0, 0}}});
    for (Column& column : data.table.columns)
      if (column.name == wrong.column) std::get<Numbers>(column.values)[0] = wrong.value;
    FitModel model = bolus();
    try {
      put_fit_data(data, model);
      ADD_FAILURE() << "not refused: " << wrong.says;
    } catch (const Error& error) {
      const std::string text = error.what();
      EXPECT_EQ(error.code(), "answer.fit.row") << text;
      EXPECT_EQ(text.rfind("d.csv:2:", 0), 0U) << text;
      EXPECT_NE(text.find("(" + wrong.column + ")"), std::string::npos) << text;
      EXPECT_NE(text.find(wrong.says), std::string::npos) << text;
    }
  }
}

TEST(FitData, names_the_columns_that_there_are) {
  FitModel model = bolus();
  try {
    put_fit_data(data_of({{"ID", {1}}, {"HOUR", {0}}, {"DV", {1}}}), model);
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "answer.fit.column");
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("TIME is needed; it has DV, HOUR, ID"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace entact
