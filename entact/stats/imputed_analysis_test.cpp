#include "entact/stats/imputed_analysis.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "entact/base/error.h"
#include "entact/stats/imputation_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

json read(const char* name) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/" + name);
  return json::parse(in);
}

struct Imputed {
  ImputationSpecimen specimen = imputation_specimen(read("input.json"), ImputationStrategy::jr);
  json expected = read("expected.json");
  MatrixXd completed{100, 3};
  Imputed() {
    for (Index i = 0; i < 100; ++i)
      for (Index v = 0; v < 3; ++v)
        completed(i, v) = expected["conditional_mean"]["JR"]["completed"]
                                  [static_cast<std::size_t>(i)][static_cast<std::size_t>(v)];
  }
  [[nodiscard]] ImputedAnalysis last_visit(bool responders = false) const {
    const std::vector<AncovaVisit> last{specimen_visits(specimen)[2]};
    return responders
               ? responder_analysis(last, {"PBO", "MDMA"}, 0, {.threshold = -15, .below = true})
               : ancova_analysis(last, {"PBO", "MDMA"}, 0);
  }
};

std::string code_of(const auto& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(ImputedAnalysis, ancova_is_that_of_lm) {
  const Imputed data;
  const auto estimates = data.last_visit().run(data.completed, {});
  ASSERT_EQ(estimates.size(), 3U);
  const json& lm = data.expected["lm"];
  EXPECT_NEAR(estimates[0].estimate, lm["estimate"].get<double>(), 1e-10);
  EXPECT_NEAR(estimates[0].se, lm["se"].get<double>(), 1e-10);
  EXPECT_EQ(estimates[0].df, lm["df"].get<double>());
}

TEST(ImputedAnalysis, means_differ_by_the_difference_and_arms_may_swap) {
  const Imputed data;
  const auto estimates = data.last_visit().run(data.completed, {});
  EXPECT_NEAR(estimates[2].estimate - estimates[1].estimate, estimates[0].estimate, 1e-12);
  const auto swapped = ancova_analysis({specimen_visits(data.specimen)[2]}, {"PBO", "MDMA"}, 1);
  EXPECT_EQ(swapped.parameters[0].arm, "PBO");
  EXPECT_EQ(swapped.parameters[0].comparator, "MDMA");
  EXPECT_NEAR(swapped.run(data.completed, {})[0].estimate, -estimates[0].estimate, 1e-12);
}

TEST(ImputedAnalysis, a_weight_of_zero_leaves_out_and_of_two_copies) {
  const Imputed data;
  VectorXd weights = VectorXd::Ones(100);
  weights(3) = 0;
  weights(7) = 2;
  MatrixXd changed = data.completed;
  changed(3, 2) = 1e6;  // does not count
  auto specimen = data.specimen;
  specimen.arm[3] = specimen.arm[7];
  specimen.base[3] = specimen.base[7];
  MatrixXd copied = data.completed;
  copied.row(3) = copied.row(7);
  const auto weighted = data.last_visit().run(changed, weights);
  const auto plain =
      ancova_analysis({specimen_visits(specimen)[2]}, {"PBO", "MDMA"}, 0).run(copied, {});
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(weighted[k].estimate, plain[k].estimate, 1e-9);
    EXPECT_NEAR(weighted[k].se, plain[k].se, 1e-9);
  }
}

TEST(ImputedAnalysis, responders_are_those_of_glm_standardised) {
  const Imputed data;
  const auto estimates = data.last_visit(true).run(data.completed, {});
  const json& glm = data.expected["responders"];
  EXPECT_NEAR(estimates[0].estimate, glm["difference"].get<double>(), 1e-10);
  EXPECT_NEAR(estimates[0].se, glm["difference_se"].get<double>(), 1e-8);
  EXPECT_NEAR(estimates[1].estimate, glm["risk0"].get<double>(), 1e-10);
  EXPECT_NEAR(estimates[1].se, glm["risk0_se"].get<double>(), 1e-8);
  EXPECT_NEAR(estimates[2].se, glm["risk1_se"].get<double>(), 1e-8);
}

// Without covariates the model is saturated: risks are shares, variances p (1 - p)/n.
TEST(ImputedAnalysis, responders_without_covariates_are_the_shares) {
  MatrixXd x(6, 2), a(6, 2), b(6, 2), y(6, 1);
  x << 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1;
  a << 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0;
  b << 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1;
  y << 1, 2, 3, 1, 3, 4;
  const auto estimates =
      responder_analysis({{"end", 0, x, {a, b}}}, {"a", "b"}, 0, {.threshold = 3, .below = false})
          .run(y, {});
  EXPECT_NEAR(estimates[1].estimate, 1.0 / 3, 1e-12);
  EXPECT_NEAR(estimates[2].estimate, 2.0 / 3, 1e-12);
  EXPECT_NEAR(estimates[0].se, std::sqrt(2 * (2.0 / 9) / 3), 1e-10);
}

TEST(ImputedAnalysis, what_cannot_be_estimated_is_refused) {
  const Imputed data;
  auto visit = specimen_visits(data.specimen)[2];
  visit.x.col(2) = visit.x.col(0);
  const auto collinear = ancova_analysis({visit}, {"PBO", "MDMA"}, 0);
  EXPECT_EQ(code_of([&] { collinear.run(data.completed, {}); }), "stats.impute.rank");
  EXPECT_EQ(code_of([&] { ancova_analysis({visit}, {"PBO"}, 0); }), "stats.impute.shape");
  MatrixXd separated = data.completed;
  for (Index i = 0; i < 100; ++i)
    separated(i, 2) = data.specimen.arm[static_cast<std::size_t>(i)] == 1 ? -30 : 0;
  EXPECT_EQ(code_of([&] { data.last_visit(true).run(separated, {}); }), "stats.impute.separation");
}

}  // namespace
}  // namespace entact
