#include "entact/stats/imputed_mmrm.h"

#include <gtest/gtest.h>

#include <fstream>

#include "entact/base/error.h"
#include "entact/stats/imputation.h"
#include "entact/stats/imputation_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

ImputationSpecimen specimen() {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/input.json");
  return imputation_specimen(nlohmann::json::parse(in), ImputationStrategy::jr);
}

RepeatedDesign repeated(const ImputationSpecimen& s) {
  RepeatedDesign design{.visits = s.data.visits, .x = s.data.x};
  for (const int arm : {0, 1}) {
    ImputationSpecimen everybody = s;
    everybody.arm.assign(s.arm.size(), arm);
    add_specimen_designs(everybody);
    design.as_arm.push_back(everybody.data.x);
  }
  return design;
}

// With complete data and every covariate crossed with visit, the unstructured model is covariance
// analysis at each visit: the same estimates and standard errors, and n - q degrees of freedom.
TEST(ImputedMmrm, of_complete_data_it_is_covariance_analysis_by_visit) {
  const auto s = specimen();
  const MatrixXd completed =
      impute(s.data, {.method = ImputationMethod::conditional_mean, .rule = PoolingRule::jackknife})
          .completed[0];
  const auto ancova = ancova_analysis(specimen_visits(s), {"PBO", "MDMA"}, 0).run(completed, {});
  for (const MmrmDf df : {MmrmDf::satterthwaite, MmrmDf::kenward_roger}) {
    const auto analysis = mmrm_analysis(repeated(s), {"PBO", "MDMA"}, 0, df);
    const auto mmrm = analysis.run(completed, {});
    ASSERT_EQ(mmrm.size(), ancova.size());
    for (std::size_t k = 0; k < mmrm.size(); ++k) {
      EXPECT_NEAR(mmrm[k].estimate, ancova[k].estimate, 1e-9);
      EXPECT_NEAR(mmrm[k].se, ancova[k].se, 1e-7);
      EXPECT_NEAR(mmrm[k].df, 97, 1e-3);
    }
    EXPECT_EQ(analysis.parameters[6].visit, "V4");
  }
}

TEST(ImputedMmrm, a_weight_of_zero_leaves_out_and_of_two_copies) {
  const auto s = specimen();
  const MatrixXd completed =
      impute(s.data, {.method = ImputationMethod::conditional_mean, .rule = PoolingRule::jackknife})
          .completed[0];
  VectorXd weights = VectorXd::Ones(100);
  weights(5) = 0;
  weights(9) = 2;
  const auto ancova =
      ancova_analysis(specimen_visits(s), {"PBO", "MDMA"}, 0).run(completed, weights);
  const auto mmrm = mmrm_analysis(repeated(s), {"PBO", "MDMA"}, 0).run(completed, weights);
  for (std::size_t k = 0; k < mmrm.size(); ++k) {
    EXPECT_NEAR(mmrm[k].estimate, ancova[k].estimate, 1e-9);
    EXPECT_NEAR(mmrm[k].se, ancova[k].se, 1e-7);
  }
}

TEST(ImputedMmrm, pooled_by_rubin_it_agrees_with_covariance_analysis) {
  const auto s = specimen();
  const Imputations made = impute(s.data, {.draws = 30});
  const auto mmrm = pool_imputations(s.data, made, mmrm_analysis(repeated(s), {"PBO", "MDMA"}, 0));
  const auto ancova =
      pool_imputations(s.data, made, ancova_analysis(specimen_visits(s), {"PBO", "MDMA"}, 0));
  for (std::size_t k = 0; k < mmrm.size(); ++k) {
    EXPECT_NEAR(mmrm[k].estimate, ancova[k].estimate, 1e-8);
    EXPECT_NEAR(mmrm[k].se, ancova[k].se, 1e-6);
  }
}

TEST(ImputedMmrm, designs_that_do_not_fit_are_refused) {
  auto design = repeated(specimen());
  EXPECT_THROW(mmrm_analysis(design, {"PBO", "MDMA"}, 2), Error);
  design.as_arm.pop_back();
  EXPECT_THROW(mmrm_analysis(design, {"PBO", "MDMA"}, 0), Error);
}

}  // namespace
}  // namespace entact
