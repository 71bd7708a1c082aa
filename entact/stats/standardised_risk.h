#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "entact/stats/design_matrix.h"
#include "entact/stats/logistic.h"

namespace entact {

/// Where the variance of standardised risks comes from.
enum class RiskVariance {
  delta,   ///< the coefficients' alone: covariates as they are, model right (Ge et al.)
  robust,  ///< also of who was recruited, and right if the model is wrong (Ye et al.)
};

/// The risk of everybody, had all been in each arm.
struct StandardisedRisks {
  std::vector<std::string> arms{};  ///< the reference first
  Eigen::VectorXd risk{};           ///< length arms
  Eigen::MatrixXd vcov{};           ///< arms x arms
};

/// G-computation after a logistic regression: mean over all rows of the fitted probability with the
/// arm set.
///
///     r_a = mean_i expit(x_i(a)' beta)
///     delta:  V = J vcov J',  J_a = mean_i p_i(a) (1 - p_i(a)) x_i(a)
///     robust: n V_aa = var(y - p(a) | a) / share_a + 2 cov(y, p(a) | a) - var(p(a)),
///             n V_ab = cov(y, p(b) | a) + cov(y, p(a) | b) - cov(p(a), p(b))
///
/// @param design  with the arm among its factors; y is 0 or 1
/// @param table   that it was made from
/// @throws Error "stats.standardised.arm" (usage) if the arm is no factor of the design
/// @source Ge et al. 2011, Drug Inf J 45:481 [ge2011]; Ye et al. 2023, Stat Theory Relat Fields
///         7:159 [ye2023]
/// @checked reference/responders (the formulas in R)
StandardisedRisks standardised_risks(const Design& design, const Table& table,
                                     const LogisticFit& fit, const std::string& arm,
                                     RiskVariance variance = RiskVariance::robust);

/// Risk difference of arm a and the reference, and the logs of risk ratio and odds ratio.
struct RiskContrast {
  double difference = 0, difference_se = 0;
  double log_ratio = 0, log_ratio_se = 0;
  double log_odds_ratio = 0, log_odds_ratio_se = 0;
};
RiskContrast risk_contrast(const StandardisedRisks& risks, Eigen::Index arm,
                           Eigen::Index reference = 0);

}  // namespace entact
