#include "entact/answer/survival_command.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/io/file.h"

namespace entact {
namespace {

using Json = nlohmann::json;

constexpr const char* trial =
    "USUBJID,ARM,SITE,AGE,AVAL,CNSR\n"
    "P1,PBO,A,30,5,0\nP2,PBO,A,41,8,0\nP3,PBO,B,52,12,1\nP4,PBO,B,33,3,0\nP5,PBO,A,44,9,0\n"
    "P6,MDMA,A,35,14,0\nP7,MDMA,B,46,20,1\nP8,MDMA,B,57,7,0\nP9,MDMA,A,38,18,2\nP10,MDMA,B,49,11,"
    "0\n";

Json result_of(const std::string& csv, const SurvivalRequest& request) {
  return Json::parse(survival_answer(read_survival_file("t.csv", csv), request).result_json);
}

struct Refusal {
  std::string code{}, message{};
  ErrorKind kind = ErrorKind::usage;
};

Refusal refusal_of(const std::string& csv, const SurvivalRequest& request) {
  try {
    result_of(csv, request);
  } catch (const Error& error) {
    return {error.code(), error.what(), error.kind()};
  }
  return {};
}

std::string code_of(const std::string& csv, const SurvivalRequest& request) {
  return refusal_of(csv, request).code;
}

std::string with(const std::string& from, const std::string& to) {
  std::string csv = trial;
  return csv.replace(csv.find(from), from.size(), to);
}

// The numbers of reference/survival (survival 3.5.3): surv400_strata and the log-rank test of two
// strata; medians as survfit prints them with log-log intervals.
TEST(SurvivalCommand, answers_as_r_does) {
  const std::string folder = std::string(ENTACT_SOURCE_DIR) + "/reference/survival/";
  const Json theirs = Json::parse(read_file(folder + "survival.json"));
  const Answer answer =
      survival_file(folder + "surv400.csv",
                    {.formula = "Surv(AVAL, EVENT) ~ ARM + AGE + strata(STRATUM)", .rmst = 540});
  const Json ours = Json::parse(answer.result_json);
  const Json& cox = theirs["cox"]["surv400_strata"];
  for (std::size_t j = 0; j < 2; ++j)
    EXPECT_NEAR(ours["cox"]["coefficients"][j]["estimate"].get<double>(),
                cox["coef"][j].get<double>(), 1e-10);
  EXPECT_NEAR(ours["cox"]["proportionality"]["global"]["statistic"].get<double>(),
              cox["zph"]["km"].back().get<double>(), 1e-8);
  EXPECT_NEAR(ours["test"]["statistic"].get<double>(),
              theirs["logrank"]["strata"]["chisq"].get<double>(), 1e-10);
  EXPECT_EQ(ours["groups"][0]["quantiles"][1]["time"], 241);
  EXPECT_EQ(ours["groups"][0]["quantiles"][1]["ci_low"], 193);
  EXPECT_NEAR(ours["groups"][1]["rmst"]["estimate"].get<double>(),
              theirs["rmst"]["540"][1][0].get<double>(), 1e-9);
  ASSERT_EQ(answer.inputs.size(), 1U);
}

// CDISC's CNSR, R's comparison and R's status say the same.
TEST(SurvivalCommand, reads_events_as_cdisc_and_as_r_write_them) {
  const Json cdisc = result_of(trial, {.time = "AVAL", .event = "CNSR", .covariates = "ARM + AGE"});
  EXPECT_EQ(cdisc["events"], 7);
  const Json compared = result_of(trial, {.formula = "Surv(AVAL, CNSR == 0) ~ ARM + AGE"});
  EXPECT_EQ(cdisc["cox"], compared["cox"]);
  EXPECT_EQ(cdisc["groups"], compared["groups"]);
  const std::string two = with(",18,2", ",18,1");
  EXPECT_EQ(result_of(two, {.formula = "Surv(AVAL, 1 - CNSR) ~ ARM + AGE"})["cox"], cdisc["cox"]);
  EXPECT_EQ(
      result_of(two,
                {.time = "AVAL", .event = "CNSR", .censored = 1, .covariates = "ARM + AGE"})["cox"],
      cdisc["cox"]);
  EXPECT_EQ(code_of(trial, {.time = "AVAL", .event = "CNSR", .censored = 1}),
            "answer.survival.censored");
}

TEST(SurvivalCommand, compares_with_the_reference_asked_for) {
  const SurvivalRequest request{.formula = "Surv(AVAL, CNSR == 0) ~ ARM"};
  SurvivalRequest turned = request;
  turned.reference["ARM"] = "PBO";
  const Json a = result_of(trial, request), b = result_of(trial, turned);
  EXPECT_EQ(a["cox"]["coefficients"][0]["term"], "ARMPBO");
  EXPECT_EQ(b["cox"]["coefficients"][0]["term"], "ARMMDMA");
  EXPECT_NEAR(a["cox"]["coefficients"][0]["estimate"].get<double>(),
              -b["cox"]["coefficients"][0]["estimate"].get<double>(), 1e-12);
  EXPECT_EQ(b["groups"][0]["name"], "ARM=PBO");
  turned.reference["ARM"] = "LSD";
  EXPECT_EQ(code_of(trial, turned), "answer.survival.reference");
}

// A product of covariates, a factor of numbers, strata and clusters reach the model.
TEST(SurvivalCommand, understands_the_terms_of_a_formula) {
  const Json product = result_of(trial, {.formula = "Surv(AVAL, CNSR == 0) ~ ARM*AGE"});
  EXPECT_EQ(product["cox"]["coefficients"][2]["term"], "ARMPBO:AGE");
  const Json cluster = result_of(
      trial, {.formula = "Surv(AVAL, CNSR == 0) ~ ARM + strata(SITE) + cluster(USUBJID)"});
  EXPECT_EQ(cluster["cox"]["variance"], "robust");
  EXPECT_EQ(cluster["cox"]["clusters"], 10);
  EXPECT_EQ(cluster["test"]["stratified"], true);
  for (const char* formula :
       {"AVAL ~ ARM", "Surv(AVAL) ~ ARM", "Surv(AVAL, CNSR) ARM", "Surv(AVAL, CNSR) ~ ARM +",
        "Surv(AVAL, CNSR) ~ log(AGE)", "Surv(AVAL, CNSR == x) ~ 1"})
    EXPECT_EQ(code_of(trial, {.formula = formula}), "answer.survival.formula") << formula;
}

TEST(SurvivalCommand, names_participant_line_and_value_of_bad_rows) {
  const SurvivalRequest request{.time = "AVAL", .event = "CNSR", .covariates = "ARM"};
  const Refusal time = refusal_of(with("P4,PBO,B,33,3", "P4,PBO,B,33,-3"), request);
  EXPECT_EQ(time.code, "answer.survival.time");
  for (const char* part : {"t.csv:5", "P4", "-3", "AVAL"})
    EXPECT_NE(time.message.find(part), std::string::npos) << part << " in " << time.message;
  const Refusal event = refusal_of(trial, {.formula = "Surv(AVAL, CNSR) ~ ARM"});
  EXPECT_EQ(event.code, "answer.survival.event");
  for (const char* part : {"t.csv:10", "P9", "\"2\""})
    EXPECT_NE(event.message.find(part), std::string::npos) << part << " in " << event.message;
  const Refusal start = refusal_of(trial, {.formula = "Surv(AGE, AVAL, CNSR == 0) ~ ARM"});
  EXPECT_EQ(start.code, "answer.survival.time");
  EXPECT_NE(start.message.find("P1"), std::string::npos);
  EXPECT_EQ(code_of(with(",38,18,2", ",0,18,2"),
                    {.time = "AVAL", .event = "CNSR", .columns = {.weight = "AGE"}}),
            "answer.survival.weight");
}

TEST(SurvivalCommand, refuses_a_censoring_code_that_is_no_whole_number) {
  const std::string half = "USUBJID,AVAL,CNSR\nP1,3,0.5\nP2,4,0\n";
  const Refusal refusal = refusal_of(half, {.time = "AVAL", .event = "CNSR"});
  EXPECT_EQ(refusal.code, "answer.survival.event");
  EXPECT_NE(refusal.message.find("P1"), std::string::npos);
}

TEST(SurvivalCommand, leaves_out_rows_with_gaps_and_says_so) {
  const Answer answer =
      survival_answer(read_survival_file("t.csv", with("P4,PBO,B,33,3", "P4,PBO,B,NA,3")),
                      {.time = "AVAL", .event = "CNSR", .covariates = "ARM + AGE"});
  EXPECT_EQ(Json::parse(answer.result_json)["rows"], 9);
  ASSERT_EQ(answer.reservations.size(), 1U);
  EXPECT_EQ(answer.reservations[0],
            "1 row is left out because AGE is missing, the first in line 5");
}

TEST(SurvivalCommand, refuses_what_has_no_answer_in_the_data) {
  const Refusal arm = refusal_of(trial, {.time = "AVAL", .event = "CNSR", .by = "AVAL"});
  EXPECT_EQ(arm.code, "");  // ten groups, each of one, can be compared
  std::string one = trial;
  for (std::size_t at; (at = one.find("MDMA")) != std::string::npos;) one.replace(at, 4, "PBO");
  const Refusal level = refusal_of(one, {.time = "AVAL", .event = "CNSR", .covariates = "ARM"});
  EXPECT_EQ(level.code, "answer.survival.one_level");
  EXPECT_EQ(level.kind, ErrorKind::unanswerable);
  const Refusal none = refusal_of("t,e,arm\n1,0,A\n2,0,B\n", {.formula = "Surv(t, e) ~ arm"});
  EXPECT_EQ(none.code, "stats.cox.events");
  EXPECT_EQ(none.kind, ErrorKind::unanswerable);
  const Refusal empty = refusal_of("t,e\nNA,0\n2,NA\n", {.formula = "Surv(t, e) ~ 1"});
  EXPECT_EQ(empty.code, "answer.survival.empty");
}

TEST(SurvivalCommand, reports_a_constant_covariate) {
  const Answer answer = survival_answer(
      read_survival_file("t.csv", "t,e,x,one\n1,1,2,4\n2,1,1,4\n3,0,3,4\n4,1,2,4\n"),
      {.formula = "Surv(t, e) ~ x + one"});
  EXPECT_EQ(Json::parse(answer.result_json)["cox"]["aliased"], Json::array({"one"}));
  EXPECT_EQ(answer.reservations.size(), 1U);
}

TEST(SurvivalCommand, refuses_what_it_is_not_told_clearly) {
  EXPECT_EQ(code_of(trial, {}), "answer.survival.columns");
  EXPECT_EQ(code_of(trial, {.formula = "Surv(AVAL, CNSR) ~ 1", .time = "AVAL"}),
            "answer.survival.columns");
  EXPECT_EQ(code_of(trial, {.time = "AVAL", .event = "WHAT"}), "answer.survival.column");
  EXPECT_EQ(code_of(trial, {.time = "ARM", .event = "CNSR"}), "answer.survival.column");
  EXPECT_EQ(code_of(trial, {.time = "AVAL", .event = "CNSR", .by = "ARM", .test = "fh(1)"}),
            "answer.survival.option");
  EXPECT_EQ(code_of(trial, {.time = "AVAL", .event = "CNSR", .conf_type = "wald"}),
            "answer.survival.option");
}

std::string reference(const std::string& name) {
  return std::string(ENTACT_SOURCE_DIR) + "/reference/survival/" + name;
}

// cmprsk 2.2.11 on the same file; the hazard ratio is that of a Cox model with the other cause
// censored.
TEST(SurvivalCommand, answers_competing_causes_as_cmprsk_does) {
  const Json theirs = Json::parse(read_file(reference("competing.json")));
  SurvivalRequest request{.formula = "Surv(time, cause) ~ factor(arm) + x1",
                          .times = {30},
                          .competing = true,
                          .cause = 2};
  const Answer answer = survival_file(reference("competing.csv"), request);
  const Json ours = Json::parse(answer.result_json);
  for (std::size_t c = 0; c < 2; ++c)
    EXPECT_NEAR(ours["gray"][c]["statistic"].get<double>(),
                theirs["gray"]["three"]["statistic"][c].get<double>(), 1e-8);
  const Json& curve = theirs["by"]["2 1"];
  double expected = 0;
  for (std::size_t i = 0; i < curve["time"].size() && curve["time"][i] <= 30; ++i)
    expected = curve["est"][i];
  EXPECT_NEAR(ours["groups"][2]["incidence"][0]["at"][0]["incidence"].get<double>(), expected,
              1e-12);
  const Json cause =
      Json::parse(survival_file(reference("competing.csv"),
                                {.formula = "Surv(time, cause == 2) ~ factor(arm) + x1"})
                      .result_json);
  EXPECT_EQ(ours["cox"], cause["cox"]);
  EXPECT_EQ(answer.csv.rfind("group,cause,time,", 0), 0U);
  EXPECT_NE(answer.text.find("hazard of cause 2 (other causes censored)"), std::string::npos);
  request.cause = 3;
  try {
    survival_file(reference("competing.csv"), request);
    ADD_FAILURE() << "cause 3 is not there";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "answer.survival.cause");
  }
}

// R cmprsk's crr on the same file: the model of cause 2, arms against arm 0.
TEST(SurvivalCommand, answers_fine_and_gray_as_cmprsk_does) {
  const Json theirs = Json::parse(read_file(reference("competing.json")))["fine_gray"][1];
  SurvivalRequest request{.formula = "Surv(time, cause) ~ factor(arm) + x1",
                          .competing = true,
                          .cause = 2,
                          .model = "fine-gray"};
  const Answer answer = survival_file(reference("competing.csv"), request);
  const Json ours = Json::parse(answer.result_json);
  EXPECT_FALSE(ours.contains("cox"));
  const Json& fit = ours["fine_gray"];
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_NEAR(fit["coefficients"][j]["estimate"].get<double>(), theirs["coef"][j].get<double>(),
                1e-10);
    EXPECT_NEAR(fit["coefficients"][j]["se"].get<double>(), theirs["se"][j].get<double>(), 1e-10);
  }
  EXPECT_NE(answer.text.find("no effect on the rate"), std::string::npos);
  for (SurvivalRequest wrong : {request, request, request}) {
    static int which = 0;
    if (which == 0) wrong.competing = false;
    if (which == 1) wrong.formula = "Surv(time, cause) ~ 1";
    if (which == 2) wrong.model = "finegray";
    ++which;
    EXPECT_EQ(code_of(read_file(reference("competing.csv")), wrong), "answer.survival.option");
  }
}

// Two groups: the trend is the test itself with a sign, whatever the scores.
TEST(SurvivalCommand, tests_a_trend_over_groups) {
  SurvivalRequest request{.time = "AVAL", .event = "CNSR", .by = "ARM", .trend = "0,80"};
  const Json test = result_of(trial, request)["test"];
  const double z = test["trend"]["z"];
  EXPECT_NEAR(z * z, test["statistic"].get<double>(), 1e-12);
  EXPECT_EQ(test["trend"]["scores"], Json({0, 80}));
  request.trend = "order";
  EXPECT_NEAR(result_of(trial, request)["test"]["trend"]["z"].get<double>(), z, 1e-12);
  for (const char* wrong : {"1", "1,x", "1,2,3"}) {
    request.trend = wrong;
    EXPECT_EQ(code_of(trial, request), "answer.survival.option") << wrong;
  }
  request.by = "";
  request.trend = "order";
  EXPECT_EQ(code_of(trial, request), "answer.survival.option");
}

TEST(SurvivalCommand, answers_recurrent_events) {
  const Json theirs = Json::parse(read_file(reference("survival.json")))["cox"]["recurrent"];
  const Answer answer = survival_file(
      reference("recurrent.csv"),
      {.formula = "Surv(start, stop, event) ~ arm + x1", .times = {365}, .recurrent = true});
  const Json ours = Json::parse(answer.result_json);
  for (std::size_t j = 0; j < 2; ++j)
    EXPECT_NEAR(ours["cox"]["coefficients"][j]["se"].get<double>(),
                theirs["used_se"][j].get<double>(), 1e-9);
  ASSERT_EQ(ours["groups"].size(), 2U);
  EXPECT_EQ(ours["groups"][0]["mean_cumulative"].size(), 2U);
  EXPECT_EQ(answer.csv.rfind("group,time,at_risk,events,mean,", 0), 0U);
  EXPECT_EQ(code_of("s,t,e\n0,1,1\n", {.formula = "Surv(s, t, e) ~ 1", .recurrent = true}),
            "answer.survival.participant");
}

TEST(SurvivalCommand, words_come_from_the_result) {
  const auto text_of = [](const SurvivalRequest& request) {
    return survival_answer(read_survival_file("t.csv", trial), request).text;
  };
  const std::string plain = text_of({.formula = "Surv(AVAL, CNSR == 0) ~ ARM"});
  EXPECT_NE(plain.find("\nlog-rank test of equal hazards by ARM"), std::string::npos);
  EXPECT_NE(plain.find("Efron's ties; ARM against MDMA"), std::string::npos);
  const std::string other = text_of({.formula = "Surv(AVAL, CNSR == 0) ~ ARM + strata(SITE)",
                                     .ties = "exact",
                                     .test = "fh(0,1)"});
  EXPECT_NE(other.find("stratified Fleming-Harrington G(0, 1) test"), std::string::npos);
  EXPECT_NE(other.find("SAS TIES=EXACT"), std::string::npos);
}

}  // namespace
}  // namespace entact
