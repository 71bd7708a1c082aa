#include "entact/pharm/timeline.h"

#include <gtest/gtest.h>

#include <ceres/jet.h>

#include <string>

#include "entact/base/error.h"
#include "entact/pharm/pharm_model.h"

namespace entact {
namespace {

// Input 1: a depot with lag, fraction, duration and rate; input 2: a bare compartment.
enum { lag, fraction, duration, rate };
const std::vector<DoseInput> inputs{{.state = 0,
                                     .lag_parameter = lag,
                                     .fraction_parameter = fraction,
                                     .duration_parameter = duration,
                                     .rate_parameter = rate}};
const std::vector<double> plain{0, 1, 2, 25};

ModelDescription two_compartments() {
  return {.id = "two", .states = {{.id = "depot"}, {.id = "central"}}, .inputs = inputs};
}

std::string letter(StopKind kind) {
  switch (kind) {
    case StopKind::bolus:
      return "bolus";
    case StopKind::infusion_on:
      return "on";
    case StopKind::infusion_off:
      return "off";
    case StopKind::reset:
      return "reset";
    case StopKind::steady_state:
      return "steady";
    default:
      return "end";
  }
}
std::string number(double x) {
  std::string text = std::to_string(x);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}
/// "0 bolus 1 80; 2 ...": time, kind, compartment from 1, amount.
std::string told(const std::vector<DoseEvent>& doses,
                 const std::vector<double>& parameters = plain) {
  std::string text;
  for (const Stop<double>& stop :
       expand_doses(std::span(inputs), std::span<const double>(parameters), doses)) {
    if (!text.empty()) text += "; ";
    text += number(stop.t_h) + " " + letter(stop.kind);
    if (stop.kind != StopKind::reset)
      text += " " + std::to_string(stop.state + 1) + " " + number(stop.amount);
    if (stop.kind == StopKind::steady_state)
      text += " every " + number(stop.interval_h) + " phase " + number(stop.phase_h) + " lasting " +
              number(stop.duration_h) + (stop.add ? " added" : "");
  }
  return text;
}

TEST(Timeline, gives_a_bolus_at_its_time) {
  EXPECT_EQ(told({{.t_h = 1, .amount_mg = 80}}), "1 bolus 1 80");
  EXPECT_EQ(told({{.t_h = 1, .amount_mg = 80, .compartment = 1}}), "1 bolus 1 80");
  EXPECT_EQ(told({{.t_h = 1, .amount_mg = 80, .compartment = 2}}), "1 bolus 2 80");
}

TEST(Timeline, lags_and_scales_only_the_input_that_says_so) {
  EXPECT_EQ(told({{.t_h = 1, .amount_mg = 80}}, {0.5, 0.25, 2, 25}), "1.5 bolus 1 20");
  EXPECT_EQ(told({{.t_h = 1, .amount_mg = 80, .compartment = 2}}, {0.5, 0.25, 2, 25}),
            "1 bolus 2 80");
}

TEST(Timeline, leaves_out_a_dose_of_nothing) {
  EXPECT_EQ(told({{.t_h = 1, .amount_mg = 0}}), "");
  EXPECT_EQ(told({{.t_h = 1, .amount_mg = 80}}, {0, 0, 2, 25}), "");
}

TEST(Timeline, infuses_at_a_rate_for_as_long_as_the_amount_lasts) {
  EXPECT_EQ(told({{.t_h = 1, .amount_mg = 80, .rate_mg_per_h = 40}}), "1 on 1 40; 3 off 1 40");
  // NONMEM: bioavailability shortens an infusion of given rate.
  EXPECT_EQ(told({{.t_h = 1, .amount_mg = 80, .rate_mg_per_h = 40}}, {0.5, 0.25, 2, 25}),
            "1.5 on 1 40; 2 off 1 40");
}

TEST(Timeline, takes_rate_and_duration_from_the_model) {
  EXPECT_EQ(told({{.amount_mg = 80, .rate_mg_per_h = -1}}), "0 on 1 25; 3.2 off 1 25");
  EXPECT_EQ(told({{.amount_mg = 80, .rate_mg_per_h = -2}}), "0 on 1 40; 2 off 1 40");
  // A duration of the model keeps its length and the fraction lowers the rate.
  EXPECT_EQ(told({{.amount_mg = 80, .rate_mg_per_h = -2}}, {1, 0.5, 2, 25}),
            "1 on 1 20; 3 off 1 20");
}

TEST(Timeline, repeats_additional_doses) {
  EXPECT_EQ(told({{.amount_mg = 80, .additional = 2, .interval_h = 24}}),
            "0 bolus 1 80; 24 bolus 1 80; 48 bolus 1 80");
  EXPECT_EQ(told({{.amount_mg = 80, .rate_mg_per_h = 20, .additional = 1, .interval_h = 3}}),
            "0 on 1 20; 3 on 1 20; 4 off 1 20; 7 off 1 20");
}

TEST(Timeline, mixes_records_by_time_and_then_by_order) {
  EXPECT_EQ(told({{.amount_mg = 80, .additional = 1, .interval_h = 2},
                  {.t_h = 1, .amount_mg = 5, .compartment = 2},
                  {.t_h = 2, .amount_mg = 7, .compartment = 2}}),
            "0 bolus 1 80; 1 bolus 2 5; 2 bolus 1 80; 2 bolus 2 7");
  // A lagged dose may enter after a later one.
  EXPECT_EQ(told({{.amount_mg = 80}, {.t_h = 1, .amount_mg = 5, .compartment = 2}}, {3, 1, 2, 25}),
            "1 bolus 2 5; 3 bolus 1 80");
}

TEST(Timeline, a_reset_cancels_what_is_pending) {
  const DoseEvent repeated{.amount_mg = 80, .additional = 9, .interval_h = 1};
  EXPECT_EQ(told({repeated, {.t_h = 1.5, .kind = DoseKind::reset}}),
            "0 bolus 1 80; 1 bolus 1 80; 1.5 reset");
  EXPECT_EQ(told({{.amount_mg = 80}, {.t_h = 2, .kind = DoseKind::reset}}, {3, 1, 2, 25}),
            "2 reset");
  EXPECT_EQ(told({{.amount_mg = 80, .rate_mg_per_h = 20}, {.t_h = 1, .kind = DoseKind::reset}}),
            "0 on 1 20; 1 reset");
  // At the very time of the reset as well.
  EXPECT_EQ(told({repeated, {.t_h = 1, .kind = DoseKind::reset}}), "0 bolus 1 80; 1 reset");
}

TEST(Timeline, a_reset_with_a_dose_does_both_and_lags_only_the_dose) {
  EXPECT_EQ(told({{.amount_mg = 80}, {.t_h = 4, .amount_mg = 5, .kind = DoseKind::reset_and_dose}}),
            "0 bolus 1 80; 4 reset; 4 bolus 1 5");
  EXPECT_EQ(told({{.t_h = 4, .amount_mg = 5, .kind = DoseKind::reset_and_dose}}, {1, 1, 2, 25}),
            "4 reset; 5 bolus 1 5");
}

TEST(Timeline, a_steady_state_replaces_and_cancels) {
  EXPECT_EQ(told({{.amount_mg = 80, .additional = 9, .interval_h = 12},
                  {.t_h = 30, .amount_mg = 50, .interval_h = 24, .steady_state = 1}}),
            "0 bolus 1 80; 12 bolus 1 80; 24 bolus 1 80; "
            "30 steady 1 50 every 24 phase 0 lasting 0; 30 bolus 1 50");
}

TEST(Timeline, an_added_steady_state_cancels_nothing) {
  EXPECT_EQ(told({{.amount_mg = 80, .additional = 1, .interval_h = 40},
                  {.t_h = 30, .amount_mg = 50, .interval_h = 24, .steady_state = 2}}),
            "0 bolus 1 80; 30 steady 1 50 every 24 phase 0 lasting 0 added; 30 bolus 1 50; "
            "40 bolus 1 80");
}

TEST(Timeline, a_steady_state_goes_on_with_additional_doses) {
  EXPECT_EQ(told({{.amount_mg = 50, .additional = 1, .interval_h = 24, .steady_state = 1}}),
            "0 steady 1 50 every 24 phase 0 lasting 0; 0 bolus 1 50; 24 bolus 1 50");
}

TEST(Timeline, a_steady_state_knows_the_doses_that_still_lag_behind) {
  // The dose of 6 h ago entered 5 h ago; today's enters in 1 h.
  EXPECT_EQ(told({{.amount_mg = 50, .interval_h = 6, .steady_state = 1}}, {1, 1, 2, 25}),
            "0 steady 1 50 every 6 phase 5 lasting 0; 1 bolus 1 50");
  // With a lag of 8 h the dose of 6 h ago is still to enter, in 2 h.
  EXPECT_EQ(told({{.amount_mg = 50, .interval_h = 6, .steady_state = 1}}, {8, 1, 2, 25}),
            "0 steady 1 50 every 6 phase 4 lasting 0; 2 bolus 1 50; 8 bolus 1 50");
  // A lag of one interval: yesterday's dose enters now.
  EXPECT_EQ(told({{.amount_mg = 50, .interval_h = 6, .steady_state = 1}}, {6, 1, 2, 25}),
            "0 steady 1 50 every 6 phase 0 lasting 0; 0 bolus 1 50; 6 bolus 1 50");
}

TEST(Timeline, a_steady_state_knows_the_infusions_that_still_run) {
  EXPECT_EQ(
      told({{.amount_mg = 80, .rate_mg_per_h = 10, .interval_h = 6, .steady_state = 1}}),
      "0 steady 1 10 every 6 phase 0 lasting 8; 0 on 1 10; 0 on 1 10; 2 off 1 10; 8 off 1 10");
  // Lag 1 h: the infusion of 6 h ago began 5 h ago and ends in 3 h.
  EXPECT_EQ(
      told({{.amount_mg = 80, .rate_mg_per_h = 10, .interval_h = 6, .steady_state = 1}},
           {1, 1, 2, 25}),
      "0 steady 1 10 every 6 phase 5 lasting 8; 0 on 1 10; 1 on 1 10; 3 off 1 10; 9 off 1 10");
}

TEST(Timeline, a_steady_infusion_without_end_stops_at_its_record) {
  EXPECT_EQ(told({{.t_h = 2, .rate_mg_per_h = 10, .steady_state = 1}}),
            "2 steady 1 10 every 0 phase 0 lasting 0");
}

TEST(Timeline, carries_derivatives_of_times_and_amounts) {
  std::vector<PharmJet> parameters;
  for (int i = 0; i < 4; ++i) parameters.emplace_back(plain[static_cast<std::size_t>(i)], i);
  const std::vector<DoseEvent> doses{{.t_h = 1, .amount_mg = 80, .rate_mg_per_h = -2}};
  const auto stops = expand_doses(std::span(inputs), std::span<const PharmJet>(parameters), doses);
  ASSERT_EQ(stops.size(), 2U);
  EXPECT_EQ(stops[0].t_h.v[lag], 1);
  EXPECT_EQ(stops[1].t_h.v[lag], 1);
  EXPECT_EQ(stops[1].t_h.v[duration], 1);
  EXPECT_EQ(stops[0].amount.v[fraction], 40);   // rate = fraction 80 / duration
  EXPECT_EQ(stops[0].amount.v[duration], -20);  // - rate / duration
}

void expect_refused(const std::vector<DoseEvent>& doses, const std::string& code,
                    const std::string& says) {
  try {
    check_doses(two_compartments(), doses, "S-07");
    FAIL() << code << " was not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
  }
}

TEST(CheckDoses, names_participant_time_and_row) {
  expect_refused(
      {{.t_h = 2.5, .amount_mg = -40, .row = 12}}, "pharm.dose.amount",
      "participant S-07, time 2.5 h, row 12: AMT must be a dose of 0 mg or more; saw -40");
}

TEST(CheckDoses, refuses_a_dose_without_compartment_where_a_model_has_no_input) {
  ModelDescription model = two_compartments();
  model.inputs.clear();
  check_doses(model, std::vector<DoseEvent>{{.amount_mg = 1, .compartment = 2}});
  check_doses(model, std::vector<DoseEvent>{{.kind = DoseKind::reset}});
  try {
    check_doses(model, std::vector<DoseEvent>{{.amount_mg = 1}});
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "pharm.dose.compartment");
    EXPECT_NE(std::string(error.what()).find("name one"), std::string::npos) << error.what();
  }
}

TEST(CheckDoses, refuses_what_no_model_can_follow) {
  const double nan = std::nan("");
  expect_refused({{.amount_mg = nan}}, "pharm.dose.amount", "AMT");
  expect_refused({{.amount_mg = 0, .rate_mg_per_h = 5}}, "pharm.dose.amount", "infusion");
  expect_refused({{.t_h = nan}}, "pharm.dose.time", "TIME");
  expect_refused({{.t_h = 2, .amount_mg = 1}, {.t_h = 1, .amount_mg = 1}}, "pharm.dose.time",
                 "time 1 h: times must not go back; the record before is at 2 h");
  expect_refused({{.t_h = 2, .amount_mg = 1}, {.t_h = 2, .amount_mg = 1}}, "pharm.dose.duplicate",
                 "time 2 h");
  expect_refused({{.amount_mg = 1, .compartment = 3}}, "pharm.dose.compartment",
                 "compartments 1 to 2; saw 3");
  expect_refused({{.amount_mg = 1, .compartment = -1}}, "pharm.dose.compartment", "saw -1");
  expect_refused({{.amount_mg = 1, .rate_mg_per_h = -3}}, "pharm.dose.rate", "saw -3");
  expect_refused({{.amount_mg = 1, .rate_mg_per_h = -2, .compartment = 2}}, "pharm.dose.rate",
                 "has none for this compartment");
  expect_refused({{.amount_mg = 1, .rate_mg_per_h = -1, .compartment = 2}}, "pharm.dose.rate",
                 "has none for this compartment");
  expect_refused({{.amount_mg = 1, .additional = -1}}, "pharm.dose.additional", "saw -1");
  expect_refused({{.amount_mg = 1, .additional = 1}}, "pharm.dose.interval", "II above 0");
  expect_refused({{.amount_mg = 1, .interval_h = -1}}, "pharm.dose.interval", "saw -1");
  expect_refused({{.amount_mg = 1, .steady_state = 1}}, "pharm.dose.interval", "II above 0");
  expect_refused({{.amount_mg = 1, .steady_state = 3}}, "pharm.dose.steady_state", "saw 3");
  expect_refused({{.rate_mg_per_h = 5, .interval_h = 2, .steady_state = 1}},
                 "pharm.dose.steady_state", "neither II nor ADDL");
}

TEST(CheckDoses, accepts_two_compartments_and_a_reset_at_one_time) {
  EXPECT_NO_THROW(check_doses(
      two_compartments(),
      std::vector<DoseEvent>{
          {.amount_mg = 1}, {.amount_mg = 1, .compartment = 2}, {.kind = DoseKind::reset}}));
}

TEST(Timeline, refuses_a_lag_or_duration_that_a_parameter_makes_negative) {
  EXPECT_THROW(told({{.amount_mg = 80}}, {-1, 1, 2, 25}), Error);
  EXPECT_THROW(told({{.amount_mg = 80}}, {0, -1, 2, 25}), Error);
  EXPECT_THROW(told({{.amount_mg = 80, .rate_mg_per_h = -2}}, {0, 1, 0, 25}), Error);
  EXPECT_THROW(told({{.amount_mg = 80, .rate_mg_per_h = -1}}, {0, 1, 2, 0}), Error);
}

}  // namespace
}  // namespace entact
