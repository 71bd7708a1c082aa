#include "entact/answer/design_command.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

}  // namespace
}  // namespace entact
