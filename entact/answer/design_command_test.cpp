#include "entact/answer/design_command.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/design_document.h"
#include "entact/answer/design_words.h"
#include "entact/base/error.h"

namespace entact {
namespace {

// rpact 4.5: getSampleSizeMeans(three looks asOF, alpha 0.025, beta 0.1, alternative 0.5, stDev 1):
// fixed 170.0626, largest 172.0783, expected under H1 138.0011.
TEST(DesignCommand, sizes_are_those_of_rpact) {
  const DesignResult found = design_of({.difference = 0.5, .looks = {1.0 / 3, 2.0 / 3}});
  EXPECT_NEAR(found.fixed_n, 170.062628268912, 1e-4);
  EXPECT_NEAR(found.n, 172.078340340337, 1e-4);
  EXPECT_NEAR(found.n * found.with_effect.expected_information, 138.001086370728, 1e-4);
  EXPECT_EQ(found.arm1, 87);
}

TEST(DesignCommand, power_of_the_size_is_the_power) {
  for (const char* measure : {"means", "proportions", "mmrm"}) {
    DesignRequest request{.measure = measure, .difference = 6, .sd = {12}, .p1 = 0.6, .p2 = 0.4};
    if (request.measure == "mmrm") request.retained = {1, 0.95, 0.85};
    const double n = design_of(request).n;
    request.n = n;
    EXPECT_NEAR(design_of(request).power, 0.9, 1e-9) << measure;
  }
}

TEST(DesignCommand, dropout_enrols_more) {
  const DesignResult found = design_of({.difference = 0.5, .dropout = 0.2});
  EXPECT_NEAR(found.enrol, found.n / 0.8, 1e-9);
}

TEST(DesignCommand, json_holds_the_looks) {
  const auto json = nlohmann::json::parse(
      design_answer({.difference = 0.5, .sides = 1, .looks = {0.5}, .futility = "pocock"})
          .result_json);
  ASSERT_EQ(json["looks"].size(), 2U);
  EXPECT_EQ(json["looks"][1]["efficacy_z"], json["looks"][1]["futility_z"]);
  EXPECT_LT(json["looks"][0]["futility_z"], json["looks"][0]["efficacy_z"]);
}

TEST(DesignCommand, every_name_of_a_bound_is_one) {
  for (const std::string& name : boundary_names()) EXPECT_TRUE(boundary_named(name, 0.5)) << name;
  for (const std::string& name : spending_names()) EXPECT_TRUE(spending_named(name, 2)) << name;
  EXPECT_FALSE(boundary_named("obrien", 0));
}

TEST(DesignCommand, refuses_requests_that_are_none) {
  const auto refused = [](const DesignRequest& request) {
    try {
      design_of(request);
    } catch (const Error& error) {
      return error.code() == "answer.design.request";
    }
    return false;
  };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused({.measure = "hazards", .difference = 1}));
  EXPECT_TRUE(refused({.measure = "proportions", .p1 = 0.5}));
  EXPECT_TRUE(refused({.difference = 1, .n = 50, .looks = {0.5}}));
  EXPECT_TRUE(refused({.difference = 1, .looks = {0.5}, .efficacy = "obrien"}));
  EXPECT_TRUE(refused({.measure = "mmrm", .difference = 1, .dropout = 0.1}));
}

TEST(DesignCommand, bounds_stand_on_the_scale_of_the_effect) {
  const DesignRequest request{.difference = 0.5, .sides = 1, .looks = {0.5}, .futility = "pocock"};
  const DesignResult found = design_of(request);
  // The mean of z at a look is that of the assumed effect.
  EXPECT_NEAR(effect_at(request, found, 0, found.looks->drift * std::sqrt(0.5)), 0.5, 1e-12);
  const auto json = nlohmann::json::parse(design_answer(request).result_json);
  // z = effect sqrt(n) / (2 sd) for two equal arms, but for what t costs beside the normal.
  const auto& first = json["looks"][0];
  EXPECT_NEAR(first["efficacy_effect"].get<double>(),
              first["efficacy_z"].get<double>() * 2 / std::sqrt(first["n"].get<double>()), 0.01);
}

TEST(DesignCommand, the_page_shows_numbers_of_the_result) {
  for (const bool looks : {true, false}) {
    DesignRequest request{.difference = -0.5, .sd = {1}};
    if (looks) request.looks = {0.5, 0.75};
    const Answer answer = design_answer(request);
    const nlohmann::json whole{{"result", nlohmann::json::parse(answer.result_json)}};
    ASSERT_TRUE(answer.document);
    EXPECT_GT(answer.document->numbers.size(), 20U);
    for (const Number& number : answer.document->numbers)
      EXPECT_EQ(whole.at(nlohmann::json::json_pointer(number.trail.pointer)).get<double>(),
                number.value)
          << number.trail.pointer;
    const auto& curve = whole["result"]["curve"];
    if (looks) {
      EXPECT_NEAR(curve[0]["power"].get<double>(), 0.025, 1e-6);  // no effect: one side of alpha
      EXPECT_NEAR(curve[8]["power"].get<double>(), 0.9, 1e-6);    // the assumed one
      EXPECT_EQ(curve[8]["expected_n"], whole["result"]["expected_n"]);
    } else {
      EXPECT_NEAR(curve[6]["power"].get<double>(), 0.9, 0.005);  // at n, rounded
    }
  }
}

}  // namespace
}  // namespace entact
