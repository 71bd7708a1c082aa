#pragma once

#include <Eigen/Core>
#include <string>
#include <string_view>
#include <vector>

namespace entact {

/// Structures of the covariance of one participant's visits, by the names of R's mmrm.
enum class CovarianceKind {
  us,      ///< unstructured
  cs,      ///< compound symmetry, one variance
  csh,     ///< compound symmetry, a variance a visit
  ar1,     ///< first-order autoregressive
  ar1h,    ///< the same, a variance a visit
  toep,    ///< Toeplitz: a correlation a lag
  toeph,   ///< the same, a variance a visit
  ad,      ///< ante-dependence: a correlation a step
  adh,     ///< the same, a variance a visit
  sp_exp,  ///< spatial exponential: exp(-distance / range)
  un_ar1,  ///< direct product: endpoints unstructured, visits ar1
  un_cs,   ///< direct product: endpoints unstructured, visits cs
};

/// One structure over `visits` points.
struct Covariance {
  CovarianceKind kind = CovarianceKind::us;
  int visits = 0;              ///< order of the matrix
  Eigen::MatrixXd distance{};  ///< visits x visits, for sp_exp
  int endpoints = 1;           ///< for direct products; the matrix runs over visits in endpoints
};

/// @throws Error "stats.mmrm.covariance" (usage) if there is no such structure
CovarianceKind covariance_named(std::string_view name);
/// "us", "ar1h", "un@ar1".
std::string name_of(CovarianceKind kind);

/// Number of parameters.
int parameter_count(const Covariance& covariance);
/// Names of the natural parameters: "variance 1", "correlation 2", "range", in their order.
std::vector<std::string> parameter_names(const Covariance& covariance);

/// Number of elements (s, t), s >= t, of a symmetric matrix of this order.
inline Eigen::Index packed_size(Eigen::Index order) { return order * (order + 1) / 2; }
/// Where element (s, t) stands among them: by rows of the lower triangle.
inline Eigen::Index packed_index(Eigen::Index s, Eigen::Index t) {
  return s >= t ? packed_size(s) + t : packed_size(t) + s;
}

/// The matrix at parameters theta and how it moves with them.
struct CovarianceAt {
  Eigen::MatrixXd sigma{};     ///< visits x visits
  Eigen::MatrixXd jacobian{};  ///< packed_size(visits) x parameters: d Sigma(s, t) / d theta
  Eigen::MatrixXd factor{};    ///< us: L; else unused
  Eigen::VectorXd middle{};    ///< log scales and correlations; us: unused
};

/// Sigma at the unconstrained parameters theta over which the likelihood is maximised.
///
/// Variances are exp(theta); correlations theta / sqrt(1 + theta^2), for compound symmetry the
/// logistic curve between -1/(visits - 1) and 1; the range exp(theta). Unstructured is L L' with
/// L's diagonal exp(theta), its rows in order. Sigma may be indefinite (toep, toeph): the caller
/// finds out when it factorises.
///
/// @param theta  length parameter_count
/// @cost  O(parameters x visits^2); unstructured O(visits^3) for the Jacobian
CovarianceAt covariance_at(const Covariance& covariance, const Eigen::VectorXd& theta);
/// The same into an existing value: allocates nothing when its sizes fit.
void covariance_into(const Covariance& covariance, const Eigen::VectorXd& theta, CovarianceAt& at);

/// Sum over (s, t) of weight(s, t) times the second derivatives of Sigma(s, t) in theta.
///
/// @param weight  visits x visits, symmetric
/// @param at      covariance_at(theta)
/// @param out     parameters x parameters, to which the sum is added
void add_covariance_curvature(const Covariance& covariance, const Eigen::VectorXd& theta,
                              const Eigen::MatrixXd& weight, const CovarianceAt& at,
                              Eigen::Ref<Eigen::MatrixXd> out);

/// The same structure in the parameters that SAS PROC MIXED names: elements (us), variances,
/// correlations, band covariances (toep, cs), range. Kenward-Roger takes its second derivatives in
/// these.
struct NaturalCovariance {
  Eigen::VectorXd value{};                   ///< length parameters
  Eigen::MatrixXd jacobian{};                ///< packed_size(visits) x parameters
  Eigen::MatrixXd to_natural{};              ///< d natural / d theta, parameters x parameters
  std::vector<Eigen::MatrixXd> curvature{};  ///< d2 Sigma / d a d b, a >= b packed; empty if linear
};
NaturalCovariance natural_covariance(const Covariance& covariance, const Eigen::VectorXd& theta);

/// Between places: n x n, from coordinates n x dimensions.
Eigen::MatrixXd distances(const Eigen::MatrixXd& places);

/// theta from which to start, given a rough positive definite matrix (say, of residuals).
Eigen::VectorXd start_theta(const Covariance& covariance, const Eigen::MatrixXd& rough);

}  // namespace entact
