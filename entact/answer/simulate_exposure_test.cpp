#include "entact/answer/simulate_exposure.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/simulate_specimen.h"

namespace entact {
namespace {

using Names = std::vector<std::string>;

/// What a request's first case says, "Cmax" and so on as the first words of a metric.
struct Told {
  std::vector<SimulatedExposure> rows{};
  [[nodiscard]] double value(const std::string& metric) const {
    for (const SimulatedExposure& row : rows)
      if (row.metric.starts_with(metric)) return row.value.typical;
    ADD_FAILURE() << "no " << metric;
    return std::nan("");
  }
  [[nodiscard]] Names names() const {
    Names all;
    for (const SimulatedExposure& row : rows) all.push_back(row.metric);
    return all;
  }
};

Told told(const SimulateRequest& request) {
  return {run_simulation(plan_simulation(request), request).front().exposure};
}

Told told(const std::string& regimen, const std::string& times) {
  const OralSpecimen oral;
  return told(oral.asked(regimen, times));
}

Told told_of_table(const std::string& rows, const std::string& times) {
  const OralSpecimen oral;
  const SpecimenFile table("events.csv", "ID,TIME,AMT,CMT,ADDL,II\n" + rows);
  SimulateRequest request = oral.asked("", times);
  request.events = table.path(), request.unit = "mg";
  return told(request);
}

ExposureMetric metric_of(ExposureKind kind, std::vector<double> since_h) {
  return {.kind = kind, .since_h = std::move(since_h)};
}

TEST(Exposure, times_count_from_the_first_dose) {
  const Told late = told("120@0", "12,24");
  EXPECT_EQ(late.names(),
            (Names{"Cmax", "Tmax", "AUC 12-24 h", "AUC 12-24 h by model", "half-life"}));
  EXPECT_EQ(late.value("Tmax"), 12);
  EXPECT_NEAR(OralSpecimen::tmax(), 2.26, 0.01);  // the grids below find 2 h
  EXPECT_EQ(told("120@0", "-5:5:1").value("Tmax"), 2);
  EXPECT_EQ(told("120@0", "-5:5:1").names()[2], "AUC -5 to 5 h");
  EXPECT_EQ(told("120@0", "1:24:1").value("Tmax"), 2);
  EXPECT_EQ(told("120@0.5", "0:24:0.5").value("Tmax"), 2.5);  // 2 or 2.5 h; 2.5 is nearer
  EXPECT_EQ(told("120@0.5", "0:24:0.5").names()[2], "AUC -0.5 to 23.5 h");
}

TEST(Exposure, of_an_event_table_counts_from_the_first_dose_within_the_window) {
  const std::string two = "1,0,100,1,0,0\n1,672,50,1,0,0\n";
  EXPECT_EQ(told_of_table(two, "672:696:1").value("Tmax"), 2);
  EXPECT_EQ(told_of_table(two, "672:696:1").names()[2], "AUC 0-24 h");
  EXPECT_EQ(told_of_table(two, "0:696:1").value("Tmax"), 2);
  EXPECT_EQ(told_of_table(two, "1:24:1").value("Tmax"), 2);  // none within it: the last before
  EXPECT_EQ(told_of_table("1,0,100,1,2,24\n", "24:36:1").value("Tmax"), 2);  // an additional one
  EXPECT_TRUE(std::isnan(told_of_table("1,30,100,1,0,0\n", "0:24:1").value("Tmax")));  // no dose
  EXPECT_EQ(told_of_table("1,30,100,1,0,0\n", "0:24:1").value("Cmax"), 0);
}

SimulateRequest asked_for_sessions(const OralSpecimen& oral, int sessions) {
  SimulateRequest request = oral.asked("100@0,50@2", "");
  request.sessions = sessions, request.every = "168h";
  return request;
}

TEST(Exposure, three_sessions_are_all_shown_and_of_more_the_ends) {
  const OralSpecimen oral;
  const SimulateRequest three = asked_for_sessions(oral, 3), five = asked_for_sessions(oral, 5);
  const Told all = told(three);
  EXPECT_EQ(all.rows.size(), 15U);
  for (int session = 1; session <= 3; ++session) {
    const auto at = static_cast<std::size_t>(5 * (session - 1));
    EXPECT_EQ(all.rows[at + 2].metric, "AUC 0-24 h, session " + std::to_string(session));
    EXPECT_NEAR(all.rows[at].value.typical, all.rows[0].value.typical, 1e-4);
    EXPECT_EQ(all.rows[at + 1].value.typical, all.rows[1].value.typical);
  }
  EXPECT_TRUE(session_notes(plan_simulation(three)).empty());
  EXPECT_EQ(told(five).names()[5], "Cmax, session 5");
  ASSERT_EQ(session_notes(plan_simulation(five)).size(), 1U);
  EXPECT_NE(simulate_answer(five).text.find("the first and the last of 5 sessions"),
            std::string::npos);
}

TEST(Exposure, a_session_without_times_is_named) {
  const OralSpecimen oral;
  SimulateRequest request = asked_for_sessions(oral, 3);
  request.times = "0:24:1,336:360:1";
  const std::vector<std::string> notes = session_notes(plan_simulation(request));
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NE(notes[0].find("Session 2 of 3 has no exposure"), std::string::npos) << notes[0];
  EXPECT_EQ(told(request).rows.size(), 10U);
}

TEST(Exposure, a_session_whose_first_dose_is_missed_counts_from_the_next) {
  const OralSpecimen oral;
  SimulateRequest request = asked_for_sessions(oral, 2);
  request.missed = {"2.1"};
  EXPECT_EQ(told(request).names()[7], "AUC -2 to 22 h, session 2");
  EXPECT_EQ(told(request).value("Tmax, session 2"), 2.25);
}

// The closed form's terminal slope; the rule takes points from a little after the peak on, where
// absorption still shows.
TEST(Exposure, half_life_is_that_of_the_terminal_slope) {
  const double truth = std::log(2.0) / OralSpecimen::k;
  EXPECT_NEAR(told("100@0", "0:48:0.5").value("half-life"), truth, 0.005 * truth);
  EXPECT_NEAR(told("100@0", "0:672:1").value("half-life"), truth, 0.005 * truth);
  EXPECT_NEAR(told("100@0,100@20", "0:48:0.5").value("half-life"), truth, 0.005 * truth);
  EXPECT_TRUE(std::isnan(told("100@0", "0:2:0.25").value("half-life")));       // rises
  EXPECT_TRUE(std::isnan(told("100@0,100@23", "0:24:1").value("half-life")));  // so do these
}

TEST(Exposure, half_life_is_exact_of_an_exponential) {
  ExposureMetric metric = metric_of(ExposureKind::half_life, {0, 1, 2, 3, 4, 6, 8});
  std::vector<double> y;
  for (const double t : metric.since_h) y.push_back(70 * std::exp(-0.3 * t));
  EXPECT_NEAR(exposure_of(metric, y), std::log(2.0) / 0.3, 1e-12);
  y.back() = -1e-12;  // the solver's tolerance, not a concentration
  EXPECT_NEAR(exposure_of(metric, y), std::log(2.0) / 0.3, 1e-12);
  metric.last_dose_h = 3;
  y = {9, 0.1, 8, 8, 4, 1, 0.25};
  EXPECT_NEAR(exposure_of(metric, y), 1, 1e-12);
}

TEST(Exposure, there_is_none_where_a_course_has_none) {
  const std::vector<double> t{0, 1, 2}, flat{3, 3, 3}, gap{1, std::nan(""), 0};
  EXPECT_TRUE(std::isnan(exposure_of(metric_of(ExposureKind::time_of_peak, t), flat)));
  EXPECT_TRUE(std::isnan(exposure_of(metric_of(ExposureKind::time_of_trough, t), flat)));
  EXPECT_EQ(exposure_of(metric_of(ExposureKind::peak, t), flat), 3);
  EXPECT_EQ(exposure_of(metric_of(ExposureKind::area, t), flat), 6);
  EXPECT_TRUE(std::isnan(exposure_of(metric_of(ExposureKind::area_by_model, t), flat)));
  for (const auto kind : {ExposureKind::peak, ExposureKind::area, ExposureKind::half_life})
    EXPECT_TRUE(std::isnan(exposure_of(metric_of(kind, t), gap)));
}

TEST(Exposure, of_people_has_no_area_by_model) {
  const OralSpecimen oral;
  SimulateRequest request = oral.asked("100@0", "0:24:1");
  request.n = 20;
  const Told all = told(request);
  for (const SimulatedExposure& row : all.rows) {
    EXPECT_EQ(row.typical_only, row.metric == "AUC 0-24 h by model");
    EXPECT_EQ(std::isnan(row.value.people.low), row.typical_only) << row.metric;
    EXPECT_TRUE(std::isfinite(row.value.typical));
  }
  EXPECT_LT(all.rows[4].value.people.low, all.rows[4].value.people.high);
}

}  // namespace
}  // namespace entact
