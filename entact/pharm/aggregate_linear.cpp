#include "entact/pharm/aggregate_linear.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "entact/num/minimise.h"
#include "entact/num/roots.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double log_determinant(const Eigen::LLT<MatrixXd>& root) {
  return 2 * MatrixXd(root.matrixL()).diagonal().array().log().sum();
}

bool together(const AggregateRow& a, const AggregateRow& b) {
  return a.study == b.study && !a.within && !b.within;
}

}  // namespace

AggregateLinear::AggregateLinear(const std::vector<AggregateRow>& rows, MatrixXd jacobian,
                                 VectorXd residuals)
    : rows_(rows), jacobian_(std::move(jacobian)), residuals_(std::move(residuals)) {}

MatrixXd AggregateLinear::covariance(double ratio) const {
  MatrixXd v(residuals_.size(), residuals_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i)
    for (std::size_t j = 0; j < rows_.size(); ++j)
      v(static_cast<Index>(i), static_cast<Index>(j)) =
          (i == j ? 1 / rows_[i].weight : 0) + (together(rows_[i], rows_[j]) ? ratio : 0);
  return v;
}

VectorXd AggregateLinear::effects(double ratio, const VectorXd& weighted) const {
  std::ptrdiff_t last = 0;
  for (const AggregateRow& row : rows_) last = std::max(last, row.study);
  VectorXd b = VectorXd::Zero(last + 1);
  for (std::size_t i = 0; i < rows_.size(); ++i)
    if (!rows_[i].within) b[rows_[i].study] += ratio * weighted[static_cast<Index>(i)];
  return b;
}

AggregateFit AggregateLinear::at(double share) const {
  const double ratio = share / (1 - share);
  const Eigen::LLT<MatrixXd> root(covariance(ratio));
  const MatrixXd j = root.matrixL().solve(jacobian_);
  const VectorXd r = root.matrixL().solve(residuals_);
  const Eigen::LLT<MatrixXd> information(j.transpose() * j);
  const Index m = r.size(), n = j.cols();
  AggregateFit fit{.x = information.solve(j.transpose() * r)};
  const double variance = (r - j * fit.x).squaredNorm() / static_cast<double>(m - n);
  fit.sigma = std::sqrt(variance), fit.tau = std::sqrt(variance * ratio);
  fit.se = (variance * information.solve(MatrixXd::Identity(n, n)).diagonal()).cwiseSqrt();
  fit.criterion = static_cast<double>(m - n) * (std::log(2 * M_PI * variance) + 1) +
                  log_determinant(root) + log_determinant(information);
  fit.study_effect = effects(ratio, root.solve(residuals_ - jacobian_ * fit.x));
  return fit;
}

double AggregateLinear::best_share() const {
  // The criterion may have two valleys, one of them at 0: a coarse look, then Brent's method.
  constexpr double looks[] = {0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 0.9999};
  const auto criterion = [&](double share) { return at(share).criterion; };
  std::size_t lowest = 0;
  for (std::size_t k = 1; k + 1 < std::size(looks); ++k)
    if (criterion(looks[k]) < criterion(looks[lowest])) lowest = k;
  const double low = lowest == 0 ? 0 : looks[lowest - 1];
  const Minimum found =
      minimise(criterion, low, looks[lowest + 1], {.absolute = 1e-7, .relative = 1e-7});
  return found.value < criterion(0) ? found.x : 0;
}

double AggregateLinear::squares(double share, const VectorXd& residuals) const {
  const Eigen::LLT<MatrixXd> root(covariance(share / (1 - share)));
  return root.matrixL().solve(residuals).squaredNorm();
}

double AggregateLinear::criterion_of(double tau, double sigma) const {
  const double df = static_cast<double>(residuals_.size() - jacobian_.cols());
  const auto at_sigma = [&](double log_sigma) {
    const double variance = std::exp(2 * log_sigma);
    const AggregateFit here = at(tau * tau / (tau * tau + variance));
    const double own = here.sigma * here.sigma;
    return here.criterion + df * (std::log(variance / own) + own / variance - 1);
  };
  const double middle = std::log(sigma);
  return minimise(at_sigma, middle - 4, middle + 4, {.absolute = 1e-5, .relative = 1e-5}).value;
}

void AggregateLinear::add_interval(AggregateFit& fit) const {
  constexpr double highest_quantile = 3.841458820694124;  // chi-square of 1 at 95%
  const auto above = [&](double tau) {
    return criterion_of(tau, fit.sigma) - fit.criterion - highest_quantile;
  };
  constexpr double widest = 20;  // a factor of e^20
  fit.tau_low = 0, fit.tau_high = std::numeric_limits<double>::infinity();
  if (fit.tau > 0 && above(0) > 0) fit.tau_low = find_root(above, 0, fit.tau, {.absolute = 1e-6}).x;
  double high = std::max(fit.tau, fit.sigma / 4);
  while (high < widest && above(high) < 0) high *= 2;
  if (high < widest) fit.tau_high = find_root(above, fit.tau, high, {.absolute = 1e-6}).x;
}

}  // namespace entact
