#pragma once

#include <Eigen/Core>

#include "entact/stats/risk_order.h"
#include "entact/stats/survival_data.h"

namespace entact {

/// How events at the same time are taken apart.
enum class CoxTies {
  efron,     ///< each event leaves the risk set in part; R's default, close to exact
  breslow,   ///< all stay in the risk set; SAS's default
  exact,     ///< the sum over all orders in which they may have happened; SAS's TIES=EXACT
  discrete,  ///< time is discrete: conditional logistic; R's ties = "exact", SAS's TIES=DISCRETE
};

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Everything about the data that does not change with the coefficients, in the order of risk.
struct CoxModel {
  RiskOrder order{};
  RowMatrix x{};             ///< n x p by position, minus `centre`
  Eigen::VectorXd weight{};  ///< length n, by position
  Eigen::VectorXd offset{};  ///< length n, by position, minus `offset_centre`
  Eigen::VectorXd centre{};  ///< length p, mean of each covariate
  double offset_centre = 0;
  CoxTies ties = CoxTies::efron;
};

/// @param x       n x p
/// @param offset  length n or 0
/// @throws Error "stats.cox.shape" if x or offset and data differ in length, "stats.cox.value" if
/// one is not finite, "stats.cox.weight" (usage) if exact or discrete ties meet weights; as
/// check_survival
CoxModel cox_model(const SurvivalData& data, const Eigen::MatrixXd& x, CoxTies ties,
                   const Eigen::VectorXd& offset = {});

/// Sums over the risk set of each tie at some coefficients.
///
///     r_i = w_i exp(x_i' beta + offset_i),   s0 = sum r_i,   s1 = sum r_i x_i
struct CoxSums {
  Eigen::VectorXd eta{};   ///< length n, by position
  Eigen::VectorXd risk{};  ///< length n, r_i
  Eigen::VectorXd s0{};    ///< length t
  RowMatrix s1{};          ///< t x p
};
CoxSums cox_sums(const CoxModel& model, const Eigen::VectorXd& beta);

/// Increments at one tie of d events with mean weight m, over j = 0..d-1 with a_j = j/d and
/// q_j = s0 - a_j s0(events); a_j = 0 for Breslow:
///
///     hazard = sum m/q_j,  eased = sum a_j m/q_j,  c11, c12, c22 = sum (1, a_j, a_j^2) m/q_j^2
struct TieTerms {
  double weight = 0;  ///< m d
  double log_q = 0;   ///< sum m log q_j
  double hazard = 0, eased = 0;
  double c11 = 0, c12 = 0, c22 = 0;
};
TieTerms tie_terms(const CoxModel& model, const CoxSums& sums, std::size_t tie);

/// Sum of r_i x_i over the events of a tie.
Eigen::RowVectorXd s1_of_events(const CoxModel& model, const CoxSums& sums, std::size_t tie);

/// The partial log-likelihood with its derivatives.
struct CoxDerivatives {
  double log_likelihood = 0;
  Eigen::VectorXd gradient{};     ///< length p
  Eigen::MatrixXd information{};  ///< p x p, minus the Hessian
};

/// Efron and Breslow:
///
///     l = sum_events w_i eta_i - sum_ties sum_j m log q_j
///
/// The Hessian's sum over risk sets is one weighted cross-product of all rows: a row enters by the
/// hazard it lived through.
///
/// @cost   O(n p^2), two passes; discrete ties O(n d p^2) for each tie of d > 1 events
/// @source Efron 1977, J Am Stat Assoc 72:557 [efron1977]; Breslow 1974, Biometrics 30:89
/// [breslow1974]
/// @checked against finite differences; reference/survival (R survival)
CoxDerivatives cox_derivatives(const CoxModel& model, const Eigen::VectorXd& beta);

/// Information of each tie weighted by g and summed: sum_ties g V(tie), V that tie's part of the
/// information (Efron and Breslow only).
Eigen::MatrixXd weighted_information(const CoxModel& model, const CoxSums& sums,
                                     const Eigen::VectorXd& g);

}  // namespace entact
