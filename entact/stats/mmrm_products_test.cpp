// Direct products of two endpoints against dense likelihoods in R (reference/mmrm/products.R).
#include <gtest/gtest.h>

#include "entact/stats/agreement_specimen.h"
#include "entact/stats/mmrm_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using nlohmann::json;

void near(const std::string& quantity, double got, double want, double relative) {
  EXPECT_NEAR(got, want, relative * std::max(1e-3, std::abs(want))) << quantity;
  specimen::note_disagreement("R, dense likelihood of a direct product", quantity, got, want);
}

TEST(MmrmProducts, fits_are_those_of_a_dense_likelihood) {
  const json input = specimen::mmrm_json("input.json");
  for (const json& want : specimen::mmrm_json("products.json")) {
    Table table = specimen::mmrm_table(input, "rm6");
    const Design design = make_design(parse_formula("Y ~ BASE + AVISIT * ARM"), table);
    ASSERT_EQ(design.columns, want.at("terms").get<std::vector<std::string>>());
    const MmrmData data{.x = design.x,
                        .subject = specimen::numbered(table, design, "USUBJID"),
                        .visit = specimen::numbered(table, design, "AVISIT",
                                                    {"V01", "V02", "V03", "V04", "V05", "V06"}),
                        .visits = 6};
    const MmrmFit fit =
        fit_mmrm(data, design.y,
                 {.covariance = covariance_named(want.at("kind").get<std::string>()),
                  .endpoints = 2,
                  .reml = want.at("reml")});
    EXPECT_TRUE(fit.fit.converged);
    EXPECT_EQ(fit.parameters, 4);
    near("log likelihood", fit.log_likelihood, want.at("log_likelihood"), 1e-11);
    // R's gradient by differences is good to 2e-7 of a log-likelihood whose curvature is near 100.
    for (Index k = 0; k < fit.beta.size(); ++k) {
      const auto at = static_cast<std::size_t>(k);
      near("estimate", fit.beta[k], want.at("estimate")[at], 1e-7);
      near("standard error", std::sqrt(fit.beta_vcov(k, k)), want.at("se")[at], 1e-7);
    }
    for (Index s = 0; s < 6; ++s)
      for (Index t = 0; t < 6; ++t)
        near("covariance", fit.covariance[0](s, t),
             want.at("covariance")[static_cast<std::size_t>(s)][static_cast<std::size_t>(t)], 1e-7);
  }
}

}  // namespace
}  // namespace entact
