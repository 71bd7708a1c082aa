#pragma once

#include "entact/stats/cox_likelihood.h"

namespace entact {

/// The exact marginal likelihood of tied events (SAS TIES=EXACT): the probability that all events
/// of a tie come before everyone else who is at risk, in any order among themselves. With r_i the
/// risks of d events and s the summed risk of the others,
///
///     P = integral_0^inf  s e^(-s u)  prod_i (1 - e^(-r_i u))  du
///
/// by the trapezoidal rule in log u, which converges exponentially; the step follows the width of
/// the integrand.
///
/// @cost   O(n p^2) and O(d) integrand values in each of some 50 nodes for each tie
/// @source DeLong, Guirguis and So 1994, Biometrika 81:607 [delong1994]; Kalbfleisch and Prentice
/// 1973, Biometrika 60:267 [kalbfleisch1973]
/// @checked sums over all orders; reference/survival
CoxDerivatives exact_derivatives(const CoxModel& model, const Eigen::VectorXd& beta);

/// The likelihood of discrete time (R's ties = "exact"): which d of those at risk had the event,
/// given that d had it: prod r_i over the elementary symmetric polynomial of degree d of all risks.
///
/// @cost   O(n d p^2) for each tie of d > 1 events and n rows at risk
/// @source Cox 1972, J R Stat Soc B 34:187 [cox1972]; Gail, Lubin and Rubinstein 1981, Biometrika
/// 68:703 [gail1981]
/// @checked reference/survival (R survival)
CoxDerivatives discrete_derivatives(const CoxModel& model, const Eigen::VectorXd& beta);

}  // namespace entact
