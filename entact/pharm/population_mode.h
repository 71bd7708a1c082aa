#pragma once

#include "entact/pharm/population_values.h"

namespace entact {

/// How the integral over a person's random effects is approximated.
enum class PopulationMethod {
  focei,    ///< first order conditional with interaction: expected second derivatives
  laplace,  ///< Laplace's with the exact second derivatives
};

/// One person's random effects at their most likely values, given the population's, and the
/// contribution to the objective there.
///
///     O = sum_j c_j + log|Omega| + b' Omega^-1 b + log|H|,   -2 log L ~ O + n log(2 pi)
///
/// with c_j of ObservationTerm and H half the second derivative by b of all before log|H|:
/// for focei with the expectation of c'' and without second derivatives of f. The constant is that
/// of NONMEM: its objective function value is the sum of O.
struct SubjectMode {
  Eigen::VectorXd b{};        ///< eta, then kappa of each occasion
  double objective = 0;       ///< O
  double joint = 0;           ///< O without log|H|
  Eigen::MatrixXd hessian{};  ///< H as the method has it; its inverse is the spread of b
  double gradient = 0;        ///< largest component at b, by PopulationLayout::effect_scale
  int iterations = 0;
  bool converged = false;
};

struct ModeOptions {
  PopulationMethod method = PopulationMethod::focei;
  int max_iterations = 100;
  double gradient = 1e-9;  ///< tight: the objective's derivatives are taken at the mode
};

/// @param start  length of the random effects, or empty; the search begins at 0 where that is as
/// likely
/// @return O infinite where neither the start nor 0 makes the observations possible
/// @source Wang 2007, J Pharmacokinet Pharmacodyn 34:575 [wang2007]
/// @checked reference/population (NONMEM's objective as published with Pumas)
SubjectMode subject_mode(const PopulationLayout& layout, const PopulationValues& values,
                         std::ptrdiff_t subject, const Eigen::VectorXd& start,
                         const ModeOptions& how);

/// The derivative of O by u (PopulationLayout), the mode moving along.
///
/// The prediction enters by its Taylor polynomial of second order at the mode, which gives first
/// derivatives of O exactly for focei; O of laplace holds second derivatives of f and is
/// differentiated by differences with the mode sought anew.
/// @source Almquist, Leander, Jirstrand 2015, J Pharmacokinet Pharmacodyn 42:191 [almquist2015]
Eigen::VectorXd subject_gradient(const PopulationLayout& layout, const Eigen::VectorXd& u,
                                 std::ptrdiff_t subject, const SubjectMode& mode,
                                 const ModeOptions& how);

/// Sum of c_j at b; infinite where a prediction is not a number. `prediction` holds f afterwards.
double observation_sum(const PopulationLayout& layout, const PopulationValues& values,
                       std::ptrdiff_t subject, const Eigen::VectorXd& b, Prediction& prediction);

/// d f / d b, n x length of b.
Eigen::MatrixXd effect_jacobian(const PopulationLayout& layout, const PopulationSubject& subject,
                                const IndividualParameters& individual,
                                const Eigen::MatrixXd& jacobian);

}  // namespace entact
