#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "entact/base/estimate.h"
#include "entact/stats/imputation_pool.h"
#include "entact/stats/posterior_draws.h"

namespace entact {

/// Where the parameters of the imputation model come from.
enum class ImputationMethod {
  bayes,              ///< draws from the posterior distribution
  approximate_bayes,  ///< REML estimates of bootstrap samples
  conditional_mean,   ///< REML estimates; missing values are set to their means
};

/// The method or rule of that name: bayes, approxbayes, condmean; rubin, jackknife,
/// bootstrap (percentile, as rbmi), bootstrap-normal.
/// @throws Error "stats.impute.method" or "stats.impute.rule" (usage), which lists the names
ImputationMethod imputation_method(std::string_view name);
PoolingRule pooling_rule(std::string_view name);

struct ImputationOptions {
  ImputationMethod method = ImputationMethod::bayes;
  PoolingRule rule = PoolingRule::rubin;
  int draws = 500;  ///< data sets; bootstrap samples; the jackknife has one a participant
  std::uint64_t seed = 1;
  int burn_in = 200;          ///< of bayes: see PosteriorOptions
  int burn_between = 10;      ///< likewise
  int chains = 4;             ///< likewise
  std::vector<int> strata{};  ///< length n: bootstrap within these, such as arms; empty: none
  int threads = 1;            ///< 0: as many as the machine has; results do not depend on it
};

/// Completed data sets, and how their results may be pooled.
struct Imputations {
  ImputationOptions how{};
  std::vector<Eigen::MatrixXd> completed{};  ///< n x m each; for resampling the first is of all
  std::vector<Eigen::MatrixXd> turning{};    ///< of binary outcomes: as in CompletedBinary
  std::vector<Eigen::VectorXd> weights{};    ///< how often each participant counts; empty: once
  MmrmFit reml{};  ///< of all participants; of binary outcomes the mean and covariance of the draws
  double worst_r_hat = 1, least_ess = 0;  ///< of bayes
  double acceptance = 1;                  ///< of bayes: see PosteriorDraws
  int redrawn = 0;                        ///< bootstrap samples without an estimate, replaced
  Fit fit{};
};

/// Imputes as rbmi does: multiple imputation under a multivariate normal model of repeated measures
/// whose covariance is unstructured or of another structure over visits, under missing at random or
/// reference-based strategies.
///
/// Binary outcomes (data.binary) are those of a latent normal model (latent_normal.h), Bayesian
/// draws alone.
///
/// Bayesian draws go with Rubin's rules. For reference-based strategies their variance is
/// information-anchored: about that of MAR imputation, more than the variance over repeated trials.
/// Conditional means go with the jackknife or bootstrap, whose variance is that over repeated
/// trials. Nothing else is accepted.
///
/// @throws Error "stats.impute.pair" (usage) on another pair; "stats.impute.option" (usage) on
/// fewer
///         than 2 draws; "stats.impute.resample" (unanswerable) if too many samples have no
///         estimate; as posterior_draws() and Imputer
/// @cost   500 Bayesian draws, n = 100, m = 4: under 0.2 s; a jackknife replicate 0.1 ms at m = 4
/// @source Gower-Page, Noci, Wolbers 2022, JOSS 7(74):4251 [gowerpage2022]; Wolbers et al. 2022,
///         Pharm Stat 21:1246 [wolbers2022]; Cro, Carpenter, Kenward 2019, JRSS A 182:623 [cro2019]
/// @checked imputation_test.cpp, reference/impute
Imputations impute(const ImputationData& data, const ImputationOptions& how = {});

/// Analyses every completed data set and pools the results.
///
/// @param delta  n x m added to imputed values, of binary outcomes to their log odds
///               (latent_normal.h); or empty
/// @return one answer a parameter of the analysis, in its order
/// @throws as `analysis.run` and the pooling rule
/// @cost   one analysis a data set, on how.threads threads
std::vector<PooledImputation> pool_imputations(const ImputationData& data,
                                               const Imputations& imputations,
                                               const ImputedAnalysis& analysis,
                                               const Eigen::MatrixXd& delta = {},
                                               double level = 0.95);

/// "Bayesian multiple imputation (500 draws), Rubin's rules", for people.
std::string imputation_words(const ImputationOptions& how, Eigen::Index participants);

/// The pooled answer as an Estimate.
/// @param estimand  its intercurrent_events says the strategy (treatment policy, hypothetical,
///                  composite, while on treatment) and the assumption behind it
Estimate to_estimate(const PooledImputation& pooled, const Estimand& estimand, double level,
                     PoolingRule rule, const Fit& fit = {});

}  // namespace entact
