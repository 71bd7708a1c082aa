#include "entact/answer/simulate_sensitivity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/io/number.h"

namespace entact {
namespace {

using Json = nlohmann::json;

SimulateRequest simulation() {
  return {
      .model = "mdma", .data = ENTACT_SOURCE_DIR "/data", .regimens = {"120@0"}, .times = "0:24:2"};
}

SensitivityRequest asked(const std::string& method, int base) {
  return {.method = method, .of = "concentration:auc", .base = base};
}

std::string refusal(const SimulateRequest& what, const SensitivityRequest& how) {
  try {
    static_cast<void>(run_sensitivity(what, how));
  } catch (const Error& error) {
    return error.code() + " " + error.what();
  }
  return "";
}

// Everything but one factor fixed: all the variance is its own, by definition; the estimate of the
// total of one factor is the mean of (f(A) - f(B))^2 / 2V, within four standard errors of 1 (those
// of a normal answer).
TEST(Sensitivity, a_lone_factor_has_all_the_variance) {
  const SensitivityResults all = run_sensitivity(simulation(), asked("morris", 4));
  SimulateRequest fixed = simulation();
  for (std::size_t k = 1; k < all.order.size(); ++k) {
    const ModelParameter& p = all.parameters[all.factors[all.order[k]].parameter];
    fixed.set.push_back(p.id + "=" + number_text(p.value));
  }
  const SensitivityResults lone = run_sensitivity(fixed, asked("sobol", 4096));
  ASSERT_EQ(lone.factors.size(), 1U);
  EXPECT_EQ(lone.factors[0].parameter, all.factors[all.order[0]].parameter);
  EXPECT_NEAR(lone.sobol.total[0].value, 1, 4 * std::sqrt(2.0 / 4096));
  EXPECT_LT(lone.sobol.total[0].low, lone.sobol.total[0].value);
  EXPECT_GT(lone.sobol.total[0].high, lone.sobol.total[0].value);
  EXPECT_EQ(lone.courses, 4096 * 3);
}

TEST(Sensitivity, what_comes_after_plasma_has_no_part_in_it) {
  SensitivityRequest request = asked("morris", 4);
  const SensitivityResults plasma = run_sensitivity(simulation(), request);
  request.of = "effect:peak";
  const SensitivityResults effect = run_sensitivity(simulation(), request);
  ASSERT_EQ(plasma.factors.size(), effect.factors.size());
  bool some = false;
  for (std::size_t f = 0; f < plasma.factors.size(); ++f) {
    const std::string& id = plasma.parameters[plasma.factors[f].parameter].id;
    if (plasma.morris.magnitude[f].value != 0 || effect.morris.magnitude[f].value == 0) continue;
    some = true;
    EXPECT_NE(id, "ka");
  }
  EXPECT_TRUE(some);
}

TEST(Sensitivity, people_are_factors_if_asked_and_threads_change_nothing) {
  SensitivityRequest request = asked("sobol", 8);
  const std::size_t unknown = run_sensitivity(simulation(), request).factors.size();
  request.people = true;
  SimulateRequest one = simulation(), two = simulation();
  one.threads = 1, two.threads = 2;
  const Answer first = sensitivity_answer(one, request);
  EXPECT_EQ(first.result_json, sensitivity_answer(two, request).result_json);
  const Json result = Json::parse(first.result_json);
  EXPECT_GT(result["factors"].size(), unknown);
  EXPECT_EQ(result["courses"], 8 * (result["factors"].size() + 2));
  double before = INFINITY;
  for (const Json& factor : result["factors"]) {
    EXPECT_LE(factor["total"]["share"].get<double>(), before);
    before = factor["total"]["share"];
  }
  EXPECT_EQ(first.csv.rfind("parameter,varies,", 0), 0U);
  ASSERT_TRUE(first.document);
  EXPECT_EQ(first.document->sections[0].blocks.size(), 2U);
}

TEST(Sensitivity, says_which_option_is_wrong) {
  const auto says = [](const std::string& saw, const std::string& wanted) {
    EXPECT_NE(saw.find(wanted), std::string::npos) << saw;
  };
  says(refusal(simulation(), asked("efast", 4)), "answer.sensitivity.option --sensitivity");
  says(refusal(simulation(), asked("sobol", 1)), "answer.sensitivity.option --base");
  SensitivityRequest request = asked("sobol", 4);
  request.of = "concentration";
  says(refusal(simulation(), request), "answer.sensitivity.option --of is OUTPUT:METRIC");
  request.of = "effect:auc";
  says(refusal(simulation(), request), "takes auc of a concentration");
  request.of = "blood:peak";
  says(refusal(simulation(), request), "answer.simulate.option --output names one of");
  SimulateRequest two = simulation();
  two.regimens = {"120@0", "80@0"};
  says(refusal(two, asked("sobol", 4)), "2 cases");
  SimulateRequest fixed = simulation();
  const SensitivityResults all = run_sensitivity(simulation(), asked("morris", 2));
  for (const SensitivityFactor& factor : all.factors) {
    const ModelParameter& p = all.parameters[factor.parameter];
    fixed.set.push_back(p.id + "=" + number_text(p.value));
  }
  says(refusal(fixed, asked("sobol", 4)), "answer.sensitivity.none");
}

}  // namespace
}  // namespace entact
