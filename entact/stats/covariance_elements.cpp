#include "entact/stats/covariance_elements.h"

#include <algorithm>
#include <cmath>

namespace entact::covariance {
namespace {

Map exponential(double x) {
  const double e = std::exp(x);
  return {e, e, e};
}
// x / sqrt(1 + x^2)
Map symmetric(double x) {
  const double w = 1 / std::sqrt(1 + x * x), w3 = w * w * w;
  return {x * w, w3, -3 * x * w3 * w * w};
}
// from -1 / (points - 1) to 1
Map compound(double x, int points) {
  const double low = -1.0 / (points - 1), width = 1 - low;
  const double p = 1 / (1 + std::exp(-x)), d = p * (1 - p);
  return {low + width * p, width * d, width * d * (1 - 2 * p)};
}

Map power(double rho, int d) {
  if (d == 1) return {rho, 1, 0};
  return {std::pow(rho, d), d * std::pow(rho, d - 1), d * (d - 1.0) * std::pow(rho, d - 2)};
}

Map spatial(double range, double distance) {
  const double r = std::exp(-distance / range), a = distance / (range * range);
  return {r, r * a, r * (a * a - 2 * a / range)};
}

}  // namespace

Shape shape_of(const Covariance& c) {
  const int v = c.visits;
  const int e = c.endpoints;
  switch (c.kind) {
    case CovarianceKind::us:
      return {.points = v};
    case CovarianceKind::cs:
      return {1, 0, v > 1, Correlation::shared, v};
    case CovarianceKind::csh:
      return {v, 0, v > 1, Correlation::shared, v};
    case CovarianceKind::ar1:
      return {1, 0, v > 1, Correlation::power, v};
    case CovarianceKind::ar1h:
      return {v, 0, v > 1, Correlation::power, v};
    case CovarianceKind::toep:
      return {1, 0, v - 1, Correlation::lag, v};
    case CovarianceKind::toeph:
      return {v, 0, v - 1, Correlation::lag, v};
    case CovarianceKind::ad:
      return {1, 0, v - 1, Correlation::step, v};
    case CovarianceKind::adh:
      return {v, 0, v - 1, Correlation::step, v};
    case CovarianceKind::sp_exp:
      return {1, 0, v > 1, Correlation::range, v};
    case CovarianceKind::un_ar1:
      return {e, e * (e - 1) / 2, v > e, Correlation::power, v / e};
    case CovarianceKind::un_cs:
      return {e, e * (e - 1) / 2, v > e, Correlation::shared, v / e};
  }
  return {};
}

bool linear_bands(CovarianceKind kind) {
  return kind == CovarianceKind::cs || kind == CovarianceKind::toep;
}

bool product(CovarianceKind kind) {
  return kind == CovarianceKind::un_ar1 || kind == CovarianceKind::un_cs;
}

Map middle_map(const Shape& shape, int k, double x) {
  if (k < shape.scales) return identity(x);
  if (k < shape.scales + shape.between) return symmetric(x);
  if (shape.correlation == Correlation::shared) return compound(x, shape.points);
  if (shape.correlation == Correlation::range) return exponential(x);
  return symmetric(x);
}

Eigen::VectorXd middle_of(const Shape& shape, const Eigen::VectorXd& theta) {
  Eigen::VectorXd middle(theta.size());
  for (int k = 0; k < theta.size(); ++k) middle[k] = middle_map(shape, k, theta[k]).value;
  return middle;
}

void multiply_correlation(const Covariance& c, const Shape& shape, const Eigen::VectorXd& middle,
                          int from, int i, int j, Element& e) {
  switch (shape.correlation) {
    case Correlation::none:
      return;
    case Correlation::shared:
      return e.multiply(from, identity(middle[from]));
    case Correlation::power:
      return e.multiply(from, power(middle[from], i - j));
    case Correlation::lag:
      return e.multiply(from + i - j - 1, identity(middle[from + i - j - 1]));
    case Correlation::step:
      for (int k = j; k < i; ++k) e.multiply(from + k, identity(middle[from + k]));
      return;
    case Correlation::range:
      return e.multiply(from, spatial(middle[from], c.distance(i, j)));
  }
}

void element(const Covariance& c, const Shape& shape, const Eigen::VectorXd& middle, int s, int t,
             Element& e) {
  e.n = 0;
  e.value = 1;
  const int from = shape.scales + shape.between;
  int a = s, b = t, i = s, j = t;  // indices of scales, and of visits within the endpoint
  if (c.endpoints > 1)
    a = s / shape.points, b = t / shape.points, i = s % shape.points, j = t % shape.points;
  if (shape.scales == 1) a = b = 0;
  if (a == b) {
    e.scale(a, std::exp(2 * middle[a]), 2);
  } else {
    e.scale(a, std::exp(middle[a]), 1);
    e.scale(b, std::exp(middle[b]), 1);
    if (shape.between > 0) {
      const int k = shape.scales + static_cast<int>(packed_index(a, b)) - a;
      e.multiply(k, identity(middle[k]));
    }
  }
  if (i != j) multiply_correlation(c, shape, middle, from, std::max(i, j), std::min(i, j), e);
}

}  // namespace entact::covariance
