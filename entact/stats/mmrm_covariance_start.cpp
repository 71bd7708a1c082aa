// Where a search begins: the parameters of a structure near a rough matrix.
#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "entact/stats/covariance_elements.h"
#include "entact/stats/mmrm_covariance.h"

namespace entact {
namespace {

using namespace covariance;

double inverse_symmetric(double rho) {
  const double r = std::clamp(rho, -0.95, 0.95);
  return r / std::sqrt(1 - r * r);
}

double inverse_compound(double rho, int points) {
  const double low = -1.0 / (points - 1);
  const double p = std::clamp((rho - low) / (1 - low), 0.02, 0.98);
  return std::log(p / (1 - p));
}

// Mean correlation over the pairs (i, j), i > j, that `wanted` takes.
template <class Wanted>
double mean_correlation(const Eigen::MatrixXd& r, Wanted&& wanted) {
  double sum = 0;
  int n = 0;
  for (int i = 0; i < r.rows(); ++i)
    for (int j = 0; j < i; ++j)
      if (wanted(i, j)) sum += r(i, j), ++n;
  return n > 0 ? sum / n : 0;
}

double start_range(const Covariance& c, const Eigen::MatrixXd& r) {
  double sum = 0, n = 0;
  for (int i = 0; i < r.rows(); ++i)
    for (int j = 0; j < i; ++j)
      sum += c.distance(i, j) / -std::log(std::clamp(r(i, j), 0.02, 0.98)), ++n;
  return std::log(std::max(sum / n, 1e-8));
}

double start_correlation(const Covariance& c, const Shape& shape, const Eigen::MatrixXd& r, int k) {
  const int points = shape.points;
  const auto same_endpoint = [&](int i, int j) { return i / points == j / points; };
  switch (shape.correlation) {
    case Correlation::none:
      return 0;
    case Correlation::shared:
      return inverse_compound(mean_correlation(r, same_endpoint), points);
    case Correlation::power:
      return inverse_symmetric(
          mean_correlation(r, [&](int i, int j) { return same_endpoint(i, j) && i - j == 1; }));
    case Correlation::lag:
      return inverse_symmetric(mean_correlation(r, [&](int i, int j) { return i - j == k + 1; }));
    case Correlation::step:
      return inverse_symmetric(r(k + 1, k));
    case Correlation::range:
      return start_range(c, r);
  }
  return 0;
}

// Correlation matrix, and the logarithms of its standard deviations.
Eigen::MatrixXd correlation_of(const Eigen::MatrixXd& rough, Eigen::VectorXd& log_sd) {
  log_sd = rough.diagonal().array().log() / 2;
  const Eigen::VectorXd inverse = (-log_sd.array()).exp();
  return inverse.asDiagonal() * rough * inverse.asDiagonal();
}

Eigen::VectorXd start_unstructured(const Eigen::MatrixXd& rough) {
  const Eigen::MatrixXd factor = rough.llt().matrixL();
  Eigen::VectorXd theta(packed_size(rough.rows()));
  for (int s = 0; s < rough.rows(); ++s)
    for (int t = 0; t <= s; ++t)
      theta[packed_index(s, t)] = s == t ? std::log(factor(s, s)) : factor(s, t);
  return theta;
}

}  // namespace

Eigen::VectorXd start_theta(const Covariance& c, const Eigen::MatrixXd& rough) {
  if (c.kind == CovarianceKind::us) return start_unstructured(rough);
  const Shape shape = shape_of(c);
  Eigen::VectorXd log_sd, theta(parameters(shape));
  const Eigen::MatrixXd r = correlation_of(rough, log_sd);
  if (shape.scales == 1)
    theta[0] = std::log(rough.diagonal().mean()) / 2;
  else if (c.endpoints > 1)
    for (int e = 0; e < c.endpoints; ++e)
      theta[e] = std::log(rough.diagonal().segment(e * shape.points, shape.points).mean()) / 2;
  else
    theta.head(shape.scales) = log_sd;
  for (int a = 1; a < c.endpoints && shape.between > 0; ++a)
    for (int b = 0; b < a; ++b)
      theta[shape.scales + packed_index(a, b) - a] =
          inverse_symmetric(mean_correlation(r,
                                             [&](int i, int j) {
                                               return i / shape.points == a &&
                                                      j / shape.points == b &&
                                                      i % shape.points == j % shape.points;
                                             }) *
                            0.9);
  for (int k = 0; k < shape.correlations; ++k)
    theta[shape.scales + shape.between + k] = start_correlation(c, shape, r, k);
  return theta;
}

}  // namespace entact
