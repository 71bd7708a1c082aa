// Whole imputations: against an independent program (reference/impute), against one another, and
// what must not change the answer. The parts have tests of their own.
#include "entact/stats/imputation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/stats/agreement_specimen.h"
#include "entact/stats/imputation_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using nlohmann::json;

json read(const char* name) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/" + name);
  return json::parse(in);
}

constexpr ImputationOptions jackknife{.method = ImputationMethod::conditional_mean,
                                      .rule = PoolingRule::jackknife};

ImputedAnalysis ancova(const ImputationSpecimen& s) {
  return ancova_analysis(specimen_visits(s), {"PBO", "MDMA"}, 0);
}

TEST(Imputation, conditional_mean_with_jackknife_is_that_of_an_independent_program) {
  const json expected = read("expected.json")["conditional_mean"];
  for (const char* name : {"MAR", "JR", "CR", "CIR", "LMCF"}) {
    const auto s = imputation_specimen(read("input.json"), imputation_strategy(name));
    const auto pooled = pool_imputations(s.data, impute(s.data, jackknife), ancova(s));
    ASSERT_EQ(pooled.size(), 9U);
    for (std::size_t k = 0; k < 9; ++k) {
      EXPECT_NEAR(pooled[k].estimate, expected[name]["estimate"][k].get<double>(), 1e-6) << name;
      specimen::note_disagreement("R, own program", "conditional means", pooled[k].estimate,
                                  expected[name]["estimate"][k].get<double>());
      specimen::note_disagreement("R, own program", "their jackknife", pooled[k].se,
                                  expected[name]["jackknife_se"][k].get<double>());
      EXPECT_NEAR(pooled[k].se / expected[name]["jackknife_se"][k].get<double>(), 1, 1e-5) << name;
    }
  }
}

TEST(Imputation, a_covariance_an_arm_is_that_of_an_independent_program) {
  const json expected = read("expected.json")["conditional_mean"];
  for (const char* name : {"MAR", "JR", "CR", "CIR", "LMCF"}) {
    const auto s = imputation_specimen(read("input.json"), imputation_strategy(name), true);
    const Imputations made = impute(s.data, jackknife);
    const auto estimates = ancova(s).run(made.completed[0], {});
    for (std::size_t k = 0; k < 9; ++k)
      EXPECT_NEAR(estimates[k].estimate, expected[name]["estimate_by_arm"][k].get<double>(), 1e-6)
          << name;
  }
}

// reference/impute/structures.R (nlme): its optimiser stops where the likelihood is flat to 1e-12.
TEST(Imputation, structured_covariances_are_those_of_nlme) {
  const json expected = read("structures.json");
  for (const char* structure : {"cs", "csh", "ar1", "ar1h", "toep", "toeph"}) {
    for (const char* name : {"MAR", "JR", "CIR"}) {
      auto s = imputation_specimen(read("input.json"), imputation_strategy(name));
      s.data.covariance = covariance_named(structure);
      const Imputations made = impute(s.data, jackknife);
      EXPECT_NEAR(made.reml.log_likelihood, expected[structure]["log_likelihood"].get<double>(),
                  1e-8);
      const auto pooled = pool_imputations(s.data, made, ancova(s));
      for (std::size_t v = 0; v < 3; ++v) {
        specimen::note_disagreement("R nlme", "conditional means, six structures",
                                    pooled[3 * v].estimate,
                                    expected[structure]["estimate"][name][v].get<double>());
        EXPECT_NEAR(pooled[3 * v].estimate, expected[structure]["estimate"][name][v].get<double>(),
                    2e-6)
            << structure << name;
        if (structure == std::string("csh") && name == std::string("JR")) {
          EXPECT_NEAR(pooled[3 * v].se, expected[structure]["jackknife_se"][name][v].get<double>(),
                      2e-6);
        }
      }
    }
  }
}

TEST(Imputation, draws_of_a_structured_covariance_agree_with_conditional_means) {
  auto s = imputation_specimen(read("input.json"), ImputationStrategy::mar);
  s.data.covariance = CovarianceKind::ar1h;
  const auto means = pool_imputations(s.data, impute(s.data, jackknife), ancova(s));
  for (const auto method : {ImputationMethod::bayes, ImputationMethod::approximate_bayes}) {
    const auto drawn =
        pool_imputations(s.data, impute(s.data, {.method = method, .draws = 300}), ancova(s));
    for (std::size_t k = 0; k < drawn.size(); ++k)
      EXPECT_NEAR(drawn[k].estimate, means[k].estimate, 0.2 * means[k].se);
  }
}

// Without missing values there is nothing to impute: Rubin is the analysis itself.
TEST(Imputation, of_complete_data_is_the_analysis_itself) {
  auto s = imputation_specimen(read("input.json"), ImputationStrategy::mar);
  for (Index i = 0; i < 100; ++i)
    for (Index v = 0; v < 3; ++v)
      if (std::isnan(s.data.y(i, v))) s.data.y(i, v) = -12;
  const auto plain = ancova(s).run(s.data.y, {});
  const auto pooled = pool_imputations(s.data, impute(s.data, {.draws = 20}), ancova(s));
  for (std::size_t k = 0; k < plain.size(); ++k) {
    EXPECT_NEAR(pooled[k].estimate, plain[k].estimate, 1e-12);
    EXPECT_NEAR(pooled[k].se, plain[k].se, 1e-12);
    EXPECT_NEAR(pooled[k].missing_share, 0, 1e-25);
  }
}

TEST(Imputation, bayesian_and_approximate_draws_agree_with_conditional_means) {
  for (const ImputationStrategy strategy : {ImputationStrategy::mar, ImputationStrategy::jr}) {
    const auto s = imputation_specimen(read("input.json"), strategy);
    const auto mean = pool_imputations(s.data, impute(s.data, jackknife), ancova(s));
    for (const ImputationMethod method :
         {ImputationMethod::bayes, ImputationMethod::approximate_bayes}) {
      const auto pooled = pool_imputations(
          s.data, impute(s.data, {.method = method, .draws = 400, .strata = s.arm}), ancova(s));
      for (std::size_t k = 0; k < pooled.size(); ++k) {
        // Four Monte Carlo standard errors of the mean over draws, and a tenth of the standard
        // error for the skewness of the posterior.
        const double error = 4 * std::sqrt(pooled[k].between / 400) + 0.1 * pooled[k].se;
        EXPECT_NEAR(pooled[k].estimate, mean[k].estimate, error);
      }
    }
  }
}

// reference/impute/bayes.R: a sampler over complete data in R, under the same prior.
TEST(Imputation, bayesian_draws_are_those_of_an_independent_sampler) {
  const json expected = read("bayes.json");
  for (const char* name : {"MAR", "JR", "CR", "CIR", "LMCF"}) {
    const auto s = imputation_specimen(read("input.json"), imputation_strategy(name));
    const auto pooled =
        pool_imputations(s.data, impute(s.data, {.draws = 1500, .burn_between = 4}), ancova(s));
    for (std::size_t v = 0; v < 3; ++v) {
      const double between = expected[name]["between"][v];
      // Four Monte Carlo errors of 1500 draws on both sides, of which some tenth is lost to
      // autocorrelation; a variance from 1500 draws is known to 4 %.
      EXPECT_NEAR(pooled[3 * v].estimate, expected[name]["estimate"][v].get<double>(),
                  4 * std::sqrt(2.2 * between / 1500))
          << name;
      EXPECT_NEAR(pooled[3 * v].between / between, 1, 0.2) << name;
      EXPECT_NEAR(pooled[3 * v].se / expected[name]["se"][v].get<double>(), 1, 0.01) << name;
    }
  }
}

// Rubin's variance under J2R is anchored to that of MAR; the jackknife's is smaller, as imputed
// values of both arms then share the reference's information.
TEST(Imputation, rubins_variance_is_information_anchored_under_jump_to_reference) {
  const auto mar = imputation_specimen(read("input.json"), ImputationStrategy::mar);
  const auto jr = imputation_specimen(read("input.json"), ImputationStrategy::jr);
  const auto under = [&](const ImputationSpecimen& s, const ImputationOptions& how) {
    return pool_imputations(s.data, impute(s.data, how), ancova(s))[6];  // last visit
  };
  const ImputationOptions bayes{.draws = 1000};
  EXPECT_NEAR(under(jr, bayes).se / under(mar, bayes).se, 1, 0.05);
  EXPECT_LT(under(jr, jackknife).se, 0.97 * under(jr, bayes).se);
}

TEST(Imputation, bootstrap_and_jackknife_standard_errors_agree) {
  const auto s = imputation_specimen(read("input.json"), ImputationStrategy::jr);
  const auto jack = pool_imputations(s.data, impute(s.data, jackknife), ancova(s));
  const Imputations made = impute(s.data, {.method = ImputationMethod::conditional_mean,
                                           .rule = PoolingRule::bootstrap_normal,
                                           .draws = 1000,
                                           .strata = s.arm});
  const auto boot = pool_imputations(s.data, made, ancova(s));
  for (std::size_t k = 0; k < boot.size(); ++k) {
    EXPECT_EQ(boot[k].estimate, jack[k].estimate);
    EXPECT_NEAR(boot[k].se / jack[k].se, 1, 0.12);  // the bootstrap's own error is 2 %
  }
  for (const auto& weights : made.weights)
    if (weights.size() > 0) {
      EXPECT_EQ(weights.sum(), 100);
    }
}

TEST(Imputation, delta_moves_the_estimate_by_its_share_of_imputed_values) {
  const auto s = imputation_specimen(read("input.json"), ImputationStrategy::jr);
  const Imputations made = impute(s.data, jackknife);
  MatrixXd delta = MatrixXd::Zero(100, 3);
  for (Index i = 0; i < 100; ++i) delta.row(i).setConstant(s.arm[static_cast<std::size_t>(i)]);
  const double at0 = pool_imputations(s.data, made, ancova(s))[6].estimate;
  const double at1 = pool_imputations(s.data, made, ancova(s), delta)[6].estimate;
  const double at5 = pool_imputations(s.data, made, ancova(s), 5 * delta)[6].estimate;
  EXPECT_GT(at1, at0);  // 15 of 50 treated are missing at most
  EXPECT_LT(at1 - at0, 0.4);
  EXPECT_NEAR(at5 - at0, 5 * (at1 - at0), 1e-10);
}

TEST(Imputation, answers_do_not_depend_on_threads) {
  const auto s = imputation_specimen(read("input.json"), ImputationStrategy::cir);
  for (ImputationOptions how :
       {ImputationOptions{.draws = 20}, jackknife,
        ImputationOptions{.method = ImputationMethod::approximate_bayes, .draws = 20}}) {
    const auto one = pool_imputations(s.data, impute(s.data, how), ancova(s));
    how.threads = 3;
    const auto three = pool_imputations(s.data, impute(s.data, how), ancova(s));
    for (std::size_t k = 0; k < one.size(); ++k) {
      EXPECT_EQ(one[k].estimate, three[k].estimate);
      EXPECT_EQ(one[k].se, three[k].se);
    }
  }
}

TEST(Imputation, only_pairs_that_estimate_a_variance_are_accepted) {
  const auto s = imputation_specimen(read("input.json"), ImputationStrategy::jr);
  using M = ImputationMethod;
  using R = PoolingRule;
  for (const auto& [method, rule] :
       std::vector<std::pair<M, R>>{{M::bayes, R::jackknife},
                                    {M::approximate_bayes, R::bootstrap_normal},
                                    {M::bayes, R::bootstrap_percentile},
                                    {M::conditional_mean, R::rubin}}) {
    try {
      impute(s.data, {.method = method, .rule = rule});
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "stats.impute.pair");
      EXPECT_EQ(error.kind(), ErrorKind::usage);
    }
  }
  EXPECT_THROW(impute(s.data, {.draws = 1}), Error);
  EXPECT_THROW(imputation_method("bootstrap"), Error);
  EXPECT_THROW(pooling_rule("bayes"), Error);
  EXPECT_EQ(imputation_method("condmean"), M::conditional_mean);
  EXPECT_EQ(pooling_rule("bootstrap"), R::bootstrap_percentile);
}

TEST(Imputation, samples_without_an_estimate_are_drawn_again_or_refused) {
  auto s = imputation_specimen(read("input.json"), ImputationStrategy::mar);
  // Only two of the placebo arm reach the last visit: most bootstrap samples lack one of them.
  int kept = 0;
  for (Index i = 0; i < 100; ++i)
    if (s.arm[static_cast<std::size_t>(i)] == 0 && !std::isnan(s.data.y(i, 2)) && ++kept > 2)
      s.data.y(i, 2) = std::nan("");
  ImputationOptions how{.method = ImputationMethod::conditional_mean,
                        .rule = PoolingRule::bootstrap_percentile,
                        .draws = 20,
                        .strata = s.arm};
  const Imputations made = impute(s.data, how);
  EXPECT_GT(made.redrawn, 0);
  EXPECT_EQ(made.fit.reservations.size(), 1U);
}

TEST(Imputation, estimates_carry_their_estimand_and_interval) {
  const PooledImputation pooled{.estimate = -3, .low = -6, .high = -1, .p = 0.02};
  const Estimand estimand{.intercurrent_events = "treatment policy, jump to reference"};
  const Estimate percentile =
      to_estimate(pooled, estimand, 0.95, PoolingRule::bootstrap_percentile);
  ASSERT_TRUE(percentile.interval);
  EXPECT_EQ(percentile.interval->high, -1);
  EXPECT_EQ(percentile.estimand.intercurrent_events, "treatment policy, jump to reference");
  EXPECT_FALSE(to_estimate(pooled, estimand, 0.95, PoolingRule::rubin).interval);
  EXPECT_EQ(imputation_words({}, 100), "Bayesian multiple imputation, 500 draws, Rubin's rules");
  EXPECT_EQ(imputation_words(jackknife, 100),
            "conditional mean imputation, jackknife, 100 samples");
}

}  // namespace
}  // namespace entact
