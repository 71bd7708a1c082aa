#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

#include "entact/base/estimate.h"
#include "entact/stats/imputation_data.h"
#include "entact/stats/imputation_pool.h"
#include "entact/stats/negative_binomial.h"

namespace entact {

/// Counts of recurrent events of n participants, each observed for part of a planned time.
struct CountData {
  Eigen::VectorXd events{};       ///< length n: while observed
  Eigen::VectorXd exposure{};     ///< length n: time observed, > 0
  Eigen::VectorXd planned{};      ///< length n: time that was planned, >= exposure
  Eigen::MatrixXd x{};            ///< n x p, imputation model
  Eigen::MatrixXd x_reference{};  ///< n x p, with each participant in the reference arm
  std::vector<ImputationStrategy> strategy{};  ///< length n: mar, jr or cr, from the exposure's end
  Eigen::VectorXd factor{};                    ///< length n: of the rate from there on; empty: 1
  std::vector<std::string> participants{};     ///< length n, for messages
};

struct CountImputationOptions {
  bool poisson = false;  ///< else negative binomial
  int draws = 500;
  std::uint64_t seed = 1;
  int threads = 1;
};

/// Counts over the planned time, drawn.
struct CountImputations {
  std::vector<Eigen::VectorXd> completed{};  ///< length n each
  CountFit model{};                          ///< of what was observed
  Fit fit{};
};

/// Multiple imputation of the events that a participant would have had from leaving to the planned
/// end, given those seen.
///
/// A participant's rate is that of the model times a gamma frailty of variance k; seen y1 events in
/// t1 at rate r1, the frailty is gamma(1/k + y1, 1/k + r1 t1), and the rest of the time t2 brings
///
///     y2 | y1 ~ Poisson(frailty r2 t2),   MAR r1, r2 own; J2R r1 own, r2 reference; CR both
///     reference
///
/// r2 times `factor`. The parameters (beta, log k) of each draw come from their asymptotic normal
/// posterior. Which strategy: "as their own arm", "stops working at once", "never worked".
///
/// @throws Error "stats.impute.shape" on sizes that do not agree; "stats.impute.option" (usage) on
///         fewer than 2 draws; "stats.count.strategy" (usage) on another strategy;
///         "stats.count.value" if more time was observed than planned, or a factor is not positive;
///         as fit_negative_binomial()
/// @cost   some 10 us a draw at n = 100
/// @source Keene, Roger, Hartley, Kenward 2014, Pharm Stat 13:258 [keene2014]
/// @checked count_imputation_test.cpp (moments in closed form; reference/counts)
CountImputations impute_counts(const CountData& data, const CountImputationOptions& how = {});

/// Regression of completed counts, by arm.
struct CountAnalysis {
  Eigen::MatrixXd x{};                    ///< n x q
  std::vector<Eigen::MatrixXd> as_arm{};  ///< n x q for each arm; the first is the reference
};

/// Log rate ratio of each arm to the first, then the log rate of each arm at the mean covariates,
/// pooled by Rubin's rules; df without missing events infinite.
///
/// @throws as fit_negative_binomial() and pool_rubin()
std::vector<PooledImputation> pool_counts(const CountData& data, const CountImputations& made,
                                          const CountAnalysis& analysis,
                                          const CountImputationOptions& how, double level = 0.95);

}  // namespace entact
