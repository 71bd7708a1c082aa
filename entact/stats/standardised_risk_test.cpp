#include "entact/stats/standardised_risk.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/agreement_specimen.h"
#include "entact/stats/design_oracle.h"

namespace entact {
namespace {

using Eigen::Index;
using nlohmann::json;

TEST(StandardisedRisk, agrees_with_the_formulas_of_ge_and_ye) {
  const json all = read_reference("responders/expected.json");
  const Table table = table_from(read_reference("responders/input.json"));
  for (const json& row : all["models"]) {
    const Design design = make_design(parse_formula(row["formula"].get<std::string>()), table);
    const LogisticFit fit = fit_logistic(design.x, design.y);
    const auto delta = standardised_risks(design, table, fit, "ARM", RiskVariance::delta);
    const auto robust = standardised_risks(design, table, fit, "ARM");
    for (std::size_t a = 0; a < 2; ++a) {
      specimen::note_disagreement("R glm and Ge's and Ye's formulas", "standardised risk",
                                  robust.risk[Index(a)], row["risk"][a]);
      specimen::note_disagreement("R glm and Ge's and Ye's formulas", "standard error",
                                  std::sqrt(robust.vcov(Index(a), Index(a))),
                                  std::sqrt(row["robust"][a][a].get<double>()));
      EXPECT_NEAR(robust.risk[Index(a)], row["risk"][a], 1e-9);  // glm's own convergence
      for (std::size_t b = 0; b < 2; ++b) {
        EXPECT_NEAR(delta.vcov(Index(a), Index(b)), row["delta"][a][b], 1e-10);
        EXPECT_NEAR(robust.vcov(Index(a), Index(b)), row["robust"][a][b], 1e-10);
      }
    }
  }
}

// Without covariates: the arms' own risks, with n or n - 1 in the variance.
TEST(StandardisedRisk, without_covariates_is_the_crude_difference) {
  const Table table = table_from(read_reference("responders/input.json"));
  const Design design =
      make_design(parse_formula("RESP ~ ARM"), table, {.reference = {{"ARM", "PLACEBO"}}});
  const LogisticFit fit = fit_logistic(design.x, design.y);
  const auto risks = standardised_risks(design, table, fit, "ARM");
  EXPECT_EQ(risks.arms, (std::vector<std::string>{"PLACEBO", "MDMA"}));
  const double p = 27.0 / 51, q = 34.0 / 51;  // expected.json, RESP ~ ARM
  const RiskContrast contrast = risk_contrast(risks, 1);
  EXPECT_NEAR(contrast.difference, q - p, 1e-12);
  EXPECT_NEAR(contrast.difference_se, std::sqrt((p * (1 - p) + q * (1 - q)) / 50), 1e-12);
  const RiskContrast model =
      risk_contrast(standardised_risks(design, table, fit, "ARM", RiskVariance::delta), 1);
  EXPECT_NEAR(model.log_ratio_se, std::sqrt((1 - p) / (51 * p) + (1 - q) / (51 * q)), 1e-10);
  EXPECT_NEAR(model.log_odds_ratio, fit.beta[1], 1e-12);
  EXPECT_NEAR(model.log_odds_ratio_se, std::sqrt(fit.vcov(1, 1)), 1e-10);
}

TEST(StandardisedRisk, refuses_an_arm_outside_the_model) {
  const Table table = table_from(read_reference("responders/input.json"));
  const Design design = make_design(parse_formula("RESP ~ ARM"), table);
  EXPECT_THROW(standardised_risks(design, table, fit_logistic(design.x, design.y), "SEX"), Error);
}

}  // namespace
}  // namespace entact
