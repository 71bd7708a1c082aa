#include "entact/answer/simulate_command.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/simulate_specimen.h"
#include "entact/base/error.h"
#include "entact/io/csv.h"

namespace entact {
namespace {

using Json = nlohmann::json;

SimulateRequest asked(int n) {
  return {.model = "mdma",
          .data = ENTACT_SOURCE_DIR "/data",
          .regimens = {"120@0,60@2"},
          .times = "0:24:1",
          .n = n,
          .outputs = {"concentration", "effect"}};
}

Json result_of(const SimulateRequest& request) {
  return Json::parse(simulate_answer(request).result_json);
}

TEST(Simulate, bands_hold_the_typical_person_and_widen_with_what_is_unknown) {
  const Json result = result_of(asked(200));
  const Json& course = result["cases"][0]["outputs"][0]["course"];
  ASSERT_EQ(course.size(), 25U);
  for (const std::size_t hour : {3U, 8U, 16U}) {
    const Json& at = course[hour];
    EXPECT_LT(at["people_low"].get<double>(), at["typical"].get<double>());
    EXPECT_GT(at["people_high"].get<double>(), at["typical"].get<double>());
    EXPECT_LT(at["unknown_low"].get<double>(), at["typical"].get<double>());
    EXPECT_GT(at["unknown_high"].get<double>(), at["typical"].get<double>());
  }
  EXPECT_TRUE(result["cases"][0]["outputs"][1]["hypothesis"].get<bool>());
}

TEST(Simulate, the_answer_does_not_depend_on_the_number_of_threads) {
  SimulateRequest one = asked(40), two = asked(40);
  one.threads = 1;
  two.threads = 2;
  EXPECT_EQ(simulate_answer(one).result_json, simulate_answer(two).result_json);
}

TEST(Simulate, tells_how_far_it_is) {
  SimulateRequest request = asked(70);  // more than one call for each of three ensembles
  request.regimens.push_back("40@0");
  std::vector<std::int64_t> told;
  request.progress = [&](std::int64_t done, std::int64_t whole) {
    EXPECT_EQ(whole, 2 * 3 * 70);
    told.push_back(done);
  };
  result_of(request);
  ASSERT_GT(told.size(), 6U);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.back(), 2 * 3 * 70);
}

TEST(Simulate, settings_of_a_group_are_compared) {
  SimulateRequest request = asked(0);
  request.each = "cyp2d6";
  const Json result = result_of(request);
  ASSERT_EQ(result["cases"].size(), 4U);
  double auc[4];
  for (std::size_t c = 0; c < 4; ++c)
    auc[c] = result["cases"][c]["exposure"][2]["typical"].get<double>();
  EXPECT_GT(auc[0], auc[1]);  // poor, intermediate, normal, ultrarapid
  EXPECT_GT(auc[1], auc[2]);
  EXPECT_GT(auc[2], auc[3]);
  EXPECT_FALSE(result["cases"][0]["exposure"][0].contains("people_low"));
}

TEST(Simulate, exposure_is_taken_session_by_session) {
  SimulateRequest request = asked(0);
  request.sessions = 3;
  request.every = "28d";
  request.times.clear();
  const Json result = result_of(request);
  const Json& rows = result["cases"][0]["exposure"];
  EXPECT_EQ(rows[2]["metric"], "AUC 0-24 h, session 1");
  EXPECT_EQ(rows[12]["metric"], "AUC 0-24 h, session 3");
  // four weeks restore the enzyme: sessions differ by less than a thousandth
  EXPECT_NEAR(rows[12]["typical"].get<double>() / rows[2]["typical"].get<double>(), 1, 1e-3);
}

TEST(Simulate, a_value_that_is_set_is_known) {
  SimulateRequest request = asked(30);
  request.set = {"v=500"};
  const Json result = result_of(request);
  for (const Json& parameter : result["parameters"])
    if (parameter["id"] == "v") {
      EXPECT_EQ(parameter["value"], 500);
      EXPECT_EQ(parameter["low"], 500);
    }
}

TEST(Simulate, says_that_a_value_lies_outside_its_range) {
  SimulateRequest request = asked(0);
  request.set = {"v=420", "ka=100"};
  request.times = "0:24:0.05";  // finds the peak, which would be noted else
  const std::vector<std::string> found = simulate_answer(request).reservations;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("ka = 100 lies outside 0.969 to 1.43 1/h"), std::string::npos)
      << found[0];
}

TEST(Simulate, a_label_is_one_field_of_the_csv) {
  const SpecimenFile table("events.csv", "ID,TIME,AMT,UNIT\n\"a\"\"b,c\",0,120,mg\n");
  SimulateRequest request = asked(0);
  request.regimens.clear();
  request.events = table.path();
  const CsvTable csv = read_csv(simulate_answer(request).csv);
  ASSERT_EQ(csv.rows.size(), 50U);
  EXPECT_EQ(csv.rows[0][0], "ID a\"b,c");
  EXPECT_EQ(csv.rows[0][1], "concentration");
}

TEST(Simulate, values_that_differ_between_cases_say_whose_they_are) {
  SimulateRequest request = asked(0);
  request.each = "cyp2d6";
  const Json result = result_of(request);
  int activities = 0;
  for (const Json& parameter : result["parameters"]) {
    activities += parameter["id"] == "activity";
    EXPECT_EQ(parameter["cases"].empty(), parameter["id"] != "activity") << parameter["id"];
  }
  EXPECT_EQ(activities, 4);
}

TEST(Simulate, refuses_what_it_does_not_know) {
  const auto refused = [](void (*change)(SimulateRequest&)) {
    SimulateRequest request = asked(0);
    change(request);
    try {
      simulate_answer(request);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string("nothing");
  };
  const std::string option = "answer.simulate.option";
  EXPECT_EQ(refused([](SimulateRequest& r) { r.regimens.clear(); }), option);
  EXPECT_EQ(refused([](SimulateRequest& r) { r.set = {"v=-3"}; }), option);
  EXPECT_EQ(refused([](SimulateRequest& r) { r.outputs = {"sadness"}; }), option);
  EXPECT_EQ(refused([](SimulateRequest& r) { r.set = {"ka"}; }), option);
  EXPECT_EQ(refused([](SimulateRequest& r) { r.covariates = {"weight_kg=5"}; }), option);
  EXPECT_EQ(refused([](SimulateRequest& r) { r.sessions = 2; }), option);
  EXPECT_EQ(refused([](SimulateRequest& r) { r.missed = {"1"}; }), option);
  EXPECT_EQ(refused([](SimulateRequest& r) { r.each = "mood"; }), option);
  EXPECT_EQ(refused([](SimulateRequest& r) { r.band = 1; }), option);
}

}  // namespace
}  // namespace entact
