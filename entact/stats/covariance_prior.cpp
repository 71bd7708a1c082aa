#include "entact/stats/covariance_prior.h"

#include <Eigen/Core>
#include <cmath>

#include "entact/stats/covariance_elements.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Sigma = L L', L's diagonal exp(theta): |d Sigma / d theta| = 2^m prod L(i, i)^(m - i + 1), i from
// 0.
double inverse_wishart(const Covariance& c, const VectorXd& theta, const MatrixXd& s) {
  const MatrixXd factor = covariance_at(c, theta).factor;
  const Index m = factor.rows();
  const auto lower = factor.triangularView<Eigen::Lower>();
  const MatrixXd half = lower.solve(s);
  const double trace = lower.solve(half.transpose()).trace();
  double log_density = -trace / 2;
  for (Index i = 0; i < m; ++i)
    log_density += static_cast<double>(m - i + 1 - (m + 2) - m - 1) * std::log(factor(i, i));
  return log_density;
}

}  // namespace

double log_covariance_prior(const Covariance& c, const VectorXd& theta, const MatrixXd& s) {
  if (c.kind == CovarianceKind::us) return inverse_wishart(c, theta, s);
  const covariance::Shape shape = covariance::shape_of(c);
  double log_density = 0;
  for (int k = 0; k < theta.size(); ++k) {
    if (k < shape.scales)  // v = exp(2 theta): v^-5/2 exp(-S / 2 v) dv
      log_density -= 3 * theta[k] + s(k, k) * std::exp(-2 * theta[k]) / 2;
    else
      log_density += std::log(covariance::middle_map(shape, k, theta[k]).first);
  }
  return log_density;
}

}  // namespace entact
