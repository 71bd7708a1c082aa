// Covariance structures as functions of their parameters.
//
// Unstructured is written by its Cholesky factor. Every other structure is, element by element, a
// product of scales exp(u) and a correlation in a few rho, so one small function (`element`) gives
// value, first and second derivatives in the few (u, rho) that an element depends on; maps of one
// variable each lead from theta to (u, rho) and to the natural parameters.
#include "entact/stats/mmrm_covariance.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "entact/base/error.h"

namespace entact {
namespace {

constexpr int most = 64;  // parameters that one element may depend on; bounds the stack

constexpr std::array<std::pair<std::string_view, CovarianceKind>, 12> names{{
    {"us", CovarianceKind::us},
    {"cs", CovarianceKind::cs},
    {"csh", CovarianceKind::csh},
    {"ar1", CovarianceKind::ar1},
    {"ar1h", CovarianceKind::ar1h},
    {"toep", CovarianceKind::toep},
    {"toeph", CovarianceKind::toeph},
    {"ad", CovarianceKind::ad},
    {"adh", CovarianceKind::adh},
    {"sp_exp", CovarianceKind::sp_exp},
    {"un@ar1", CovarianceKind::un_ar1},
    {"un@cs", CovarianceKind::un_cs},
}};

enum class Correlation { none, shared, power, lag, step, range };

struct Shape {
  int scales = 0;        // number of u
  int between = 0;       // correlations between endpoints
  int correlations = 0;  // number of rho of the visits
  Correlation correlation = Correlation::none;
  int points = 0;  // visits, within one endpoint
};

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

int parameters(const Shape& s) { return s.scales + s.between + s.correlations; }

// A map of one variable with its first two derivatives.
struct Map {
  double value = 0, first = 0, second = 0;
};

Map exponential(double x) {
  const double e = std::exp(x);
  return {e, e, e};
}
Map identity(double x) { return {x, 1, 0}; }
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

// theta -> (u, rho), variable by variable.
Map middle_map(const Shape& shape, int k, double x) {
  if (k < shape.scales) return identity(x);
  if (k < shape.scales + shape.between) return symmetric(x);
  if (shape.correlation == Correlation::shared) return compound(x, shape.points);
  if (shape.correlation == Correlation::range) return exponential(x);
  return symmetric(x);
}

// A function of a few of the parameters, to second order.
struct Element {
  int n = 0;
  double value = 1;
  std::array<int, most> at{};
  std::array<double, most> first{};
  std::array<std::array<double, most>, most> second{};

  // Multiplies by exp(times * x_k), k new: then the derivative is times the value.
  void scale(int k, double value_k, double times) {
    multiply(k, {value_k, times * value_k, times * times * value_k});
  }
  // Multiplies by a function of a new variable.
  void multiply(int k, const Map& f) {
    for (int i = 0; i < n; ++i) {
      second[n][i] = second[i][n] = first[i] * f.first;
      for (int j = 0; j < n; ++j) second[i][j] *= f.value;
    }
    second[n][n] = value * f.second;
    for (int i = 0; i < n; ++i) first[i] *= f.value;
    first[n] = value * f.first;
    value *= f.value;
    at[n++] = k;
  }
};

Map power(double rho, int d) {
  if (d == 1) return {rho, 1, 0};
  return {std::pow(rho, d), d * std::pow(rho, d - 1), d * (d - 1.0) * std::pow(rho, d - 2)};
}

Map spatial(double range, double distance) {
  const double r = std::exp(-distance / range), a = distance / (range * range);
  return {r, r * a, r * (a * a - 2 * a / range)};
}

// Multiplies by the correlation of visits i > j of one endpoint, rho from index `from` on.
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

// Sigma(s, t), s >= t, in (u, rho).
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

Eigen::VectorXd middle_of(const Shape& shape, const Eigen::VectorXd& theta) {
  Eigen::VectorXd middle(theta.size());
  for (int k = 0; k < theta.size(); ++k) middle[k] = middle_map(shape, k, theta[k]).value;
  return middle;
}

// Calls visit(packed index, s, t, element) for every element s >= t.
template <class Visit>
void for_each_element(const Covariance& c, const Shape& shape, const Eigen::VectorXd& middle,
                      Visit&& visit) {
  Element e;
  for (int s = 0; s < c.visits; ++s) {
    for (int t = 0; t <= s; ++t) {
      element(c, shape, middle, s, t, e);
      visit(packed_index(s, t), s, t, e);
    }
  }
}

// ---- unstructured, by the Cholesky factor

void factor_into(int visits, const Eigen::VectorXd& theta, Eigen::MatrixXd& factor) {
  factor.setZero(visits, visits);
  for (int s = 0, k = 0; s < visits; ++s) {
    for (int t = 0; t < s; ++t) factor(s, t) = theta[k++];
    factor(s, s) = std::exp(theta[k++]);
  }
}

void unstructured_into(int visits, const Eigen::VectorXd& theta, CovarianceAt& at) {
  Eigen::MatrixXd& factor = at.factor;
  factor_into(visits, theta, factor);
  at.sigma.resize(visits, visits);
  at.sigma.noalias() = factor.lazyProduct(factor.transpose());
  at.jacobian.setZero(packed_size(visits), theta.size());
  for (int s = 0; s < visits; ++s) {
    for (int t = 0; t <= s; ++t) {
      const Eigen::Index k = packed_index(s, t);
      const double step = s == t ? factor(s, s) : 1;  // d L(s, s) / d theta
      for (int r = t; r < visits; ++r) {
        at.jacobian(packed_index(s, r), k) += step * factor(r, t);
      }
      at.jacobian(packed_index(s, s), k) += step * factor(s, t);
    }
  }
}

void add_unstructured_curvature(int visits, const Eigen::VectorXd& theta,
                                const Eigen::MatrixXd& weight, Eigen::Ref<Eigen::MatrixXd> out) {
  // f = tr(W L L'): df/dL = 2 W L, d2f / dL(s, k) dL(t, k) = 2 W(s, t).
  const auto factor = [&](int s, int k) {
    const double x = theta[packed_index(s, k)];
    return s == k ? std::exp(x) : x;
  };
  for (int k = 0; k < visits; ++k) {
    double slope = 0;
    for (int t = k; t < visits; ++t) slope += 2 * weight(k, t) * factor(t, k);
    const double diagonal = factor(k, k);
    const Eigen::Index kk = packed_index(k, k);
    out(kk, kk) += slope * diagonal;
    for (int s = k; s < visits; ++s) {
      for (int t = k; t < visits; ++t) {
        const double scale = (s == k ? diagonal : 1) * (t == k ? diagonal : 1);
        out(packed_index(s, k), packed_index(t, k)) += 2 * weight(s, t) * scale;
      }
    }
  }
}

// ---- natural parameters

bool linear_bands(CovarianceKind kind) {
  return kind == CovarianceKind::cs || kind == CovarianceKind::toep;
}

bool product(CovarianceKind kind) {
  return kind == CovarianceKind::un_ar1 || kind == CovarianceKind::un_cs;
}

NaturalCovariance natural_elements(const Covariance& c, const CovarianceAt& at) {
  const Eigen::Index n = packed_size(c.visits);
  NaturalCovariance natural{.value = Eigen::VectorXd(n),
                            .jacobian = Eigen::MatrixXd::Identity(n, n),
                            .to_natural = at.jacobian};
  for (int s = 0; s < c.visits; ++s)
    for (int t = 0; t <= s; ++t) natural.value[packed_index(s, t)] = at.sigma(s, t);
  return natural;
}

NaturalCovariance natural_bands(const Covariance& c, const CovarianceAt& at) {
  const Eigen::Index count = at.jacobian.cols();
  NaturalCovariance natural{.value = Eigen::VectorXd(count),
                            .jacobian = Eigen::MatrixXd::Zero(packed_size(c.visits), count),
                            .to_natural = Eigen::MatrixXd(count, count)};
  const auto band = [&](int s, int t) {
    return std::min<Eigen::Index>(s - t, c.kind == CovarianceKind::cs ? 1 : c.visits);
  };
  for (int s = 0; s < c.visits; ++s)
    for (int t = 0; t <= s; ++t) natural.jacobian(packed_index(s, t), band(s, t)) = 1;
  for (int d = 0; d < count; ++d) {
    natural.value[d] = at.sigma(d, 0);
    natural.to_natural.row(d) = at.jacobian.row(packed_index(d, 0));
  }
  return natural;
}

// Second derivatives, one matrix for each pair of parameters.
std::vector<Eigen::MatrixXd> no_curvature(const Covariance& c, int count) {
  return std::vector<Eigen::MatrixXd>(static_cast<std::size_t>(packed_size(count)),
                                      Eigen::MatrixXd::Zero(c.visits, c.visits));
}

// Adds one element's derivatives, chained to natural parameters whose maps are given.
void add_natural(const Element& e, const std::vector<Map>& to_middle, int s, int t,
                 NaturalCovariance& natural) {
  for (int i = 0; i < e.n; ++i) {
    const Map& fi = to_middle[static_cast<std::size_t>(e.at[i])];
    natural.jacobian(packed_index(s, t), e.at[i]) += e.first[i] * fi.first;
    for (int j = 0; j <= i; ++j) {
      const Map& fj = to_middle[static_cast<std::size_t>(e.at[j])];
      double second = e.second[i][j] * fi.first * fj.first;
      if (i == j) second += e.first[i] * fi.second;
      Eigen::MatrixXd& m =
          natural.curvature[static_cast<std::size_t>(packed_index(e.at[i], e.at[j]))];
      m(s, t) += second;
      if (s != t) m(t, s) += second;
    }
  }
}

// Variances and correlations.
NaturalCovariance natural_variances(const Covariance& c, const Shape& shape,
                                    const Eigen::VectorXd& theta) {
  const int count = parameters(shape);
  const Eigen::VectorXd middle = middle_of(shape, theta);
  NaturalCovariance natural{.value = middle,
                            .jacobian = Eigen::MatrixXd::Zero(packed_size(c.visits), count),
                            .to_natural = Eigen::MatrixXd::Zero(count, count),
                            .curvature = no_curvature(c, count)};
  std::vector<Map> to_middle(static_cast<std::size_t>(count));  // natural -> (u, rho)
  for (int k = 0; k < count; ++k) {
    auto& map = to_middle[static_cast<std::size_t>(k)];
    if (k < shape.scales) {
      const double v = std::exp(2 * middle[k]);  // u = log(v) / 2
      natural.value[k] = v;
      map = {middle[k], 1 / (2 * v), -1 / (2 * v * v)};
    } else {
      map = identity(middle[k]);
    }
    natural.to_natural(k, k) = middle_map(shape, k, theta[k]).first / map.first;
  }
  for_each_element(c, shape, middle, [&](Eigen::Index, int s, int t, const Element& e) {
    add_natural(e, to_middle, s, t, natural);
  });
  return natural;
}

// Elements U(e, f) of the endpoints' matrix, then the correlation of visits.
NaturalCovariance natural_product(const Covariance& c, const Shape& shape,
                                  const Eigen::VectorXd& theta) {
  const int endpoints = c.endpoints, elements = static_cast<int>(packed_size(endpoints));
  const int count = elements + shape.correlations;
  const Eigen::VectorXd middle = middle_of(shape, theta);
  NaturalCovariance natural{.value = Eigen::VectorXd(count),
                            .jacobian = Eigen::MatrixXd::Zero(packed_size(c.visits), count),
                            .to_natural = Eigen::MatrixXd::Zero(count, count),
                            .curvature = no_curvature(c, count)};
  Element e;
  for (int a = 0; a < endpoints; ++a) {
    for (int b = 0; b <= a; ++b) {
      element(c, shape, middle, a * shape.points, b * shape.points, e);
      const Eigen::Index k = packed_index(a, b);
      natural.value[k] = e.value;
      for (int i = 0; i < e.n; ++i)
        natural.to_natural(k, e.at[i]) =
            e.first[i] * middle_map(shape, e.at[i], theta[e.at[i]]).first;
    }
  }
  const int rho = shape.scales + shape.between;
  if (shape.correlations > 0) {
    natural.value[elements] = middle[rho];
    natural.to_natural(elements, rho) = middle_map(shape, rho, theta[rho]).first;
  }
  const std::vector<Map> straight(static_cast<std::size_t>(count), {0, 1, 0});
  for (int s = 0; s < c.visits; ++s) {
    for (int t = 0; t <= s; ++t) {
      const int k = static_cast<int>(packed_index(s / shape.points, t / shape.points));
      const int i = s % shape.points, j = t % shape.points;
      e.n = 0, e.value = 1;
      e.multiply(k, identity(natural.value[k]));
      if (i != j) {
        Eigen::VectorXd shifted = natural.value;
        multiply_correlation(c, shape, shifted, elements, std::max(i, j), std::min(i, j), e);
      }
      add_natural(e, straight, s, t, natural);
    }
  }
  return natural;
}

// ---- start

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

CovarianceKind covariance_named(std::string_view name) {
  for (const auto& [known, kind] : names)
    if (known == name) return kind;
  throw Error(
      "stats.mmrm.covariance",
      "no covariance structure is called '" + std::string(name) +
          "'; there are us, cs, csh, ar1, ar1h, toep, toeph, ad, adh, sp_exp, un@ar1, un@cs",
      ErrorKind::usage);
}

std::string name_of(CovarianceKind kind) {
  for (const auto& [name, known] : names)
    if (known == kind) return std::string(name);
  return {};
}

int parameter_count(const Covariance& c) {
  return c.kind == CovarianceKind::us ? static_cast<int>(packed_size(c.visits))
                                      : parameters(shape_of(c));
}

std::vector<std::string> parameter_names(const Covariance& c) {
  std::vector<std::string> list;
  const auto elements = [&](int order) {
    for (int s = 1; s <= order; ++s)
      for (int t = 1; t <= s; ++t)
        list.push_back("covariance " + std::to_string(s) + " " + std::to_string(t));
  };
  const Shape shape = shape_of(c);
  if (c.kind == CovarianceKind::us) {
    elements(c.visits);
    return list;
  }
  if (product(c.kind))
    elements(c.endpoints);
  else if (shape.scales == 1)
    list.emplace_back("variance");
  else
    for (int k = 1; k <= shape.scales; ++k) list.push_back("variance " + std::to_string(k));
  const std::string word = shape.correlation == Correlation::range ? "range"
                           : linear_bands(c.kind)                  ? "covariance"
                                                                   : "correlation";
  for (int k = 1; k <= shape.correlations; ++k)
    list.push_back(shape.correlations == 1 ? word : word + " " + std::to_string(k));
  return list;
}

void covariance_into(const Covariance& c, const Eigen::VectorXd& theta, CovarianceAt& at) {
  if (c.kind == CovarianceKind::us) return unstructured_into(c.visits, theta, at);
  const Shape shape = shape_of(c);
  at.sigma.resize(c.visits, c.visits);
  at.jacobian.setZero(packed_size(c.visits), theta.size());
  at.middle.resize(theta.size());
  for (int k = 0; k < theta.size(); ++k) at.middle[k] = middle_map(shape, k, theta[k]).value;
  for_each_element(c, shape, at.middle, [&](Eigen::Index st, int s, int t, const Element& e) {
    at.sigma(s, t) = at.sigma(t, s) = e.value;
    for (int i = 0; i < e.n; ++i)
      at.jacobian(st, e.at[i]) += e.first[i] * middle_map(shape, e.at[i], theta[e.at[i]]).first;
  });
}

CovarianceAt covariance_at(const Covariance& c, const Eigen::VectorXd& theta) {
  CovarianceAt at;
  covariance_into(c, theta, at);
  return at;
}

void add_covariance_curvature(const Covariance& c, const Eigen::VectorXd& theta,
                              const Eigen::MatrixXd& weight, const CovarianceAt& at,
                              Eigen::Ref<Eigen::MatrixXd> out) {
  if (c.kind == CovarianceKind::us) return add_unstructured_curvature(c.visits, theta, weight, out);
  const Shape shape = shape_of(c);
  for_each_element(c, shape, at.middle, [&](Eigen::Index, int s, int t, const Element& e) {
    const double w = s == t ? weight(s, s) : 2 * weight(s, t);
    for (int i = 0; i < e.n; ++i) {
      const Map fi = middle_map(shape, e.at[i], theta[e.at[i]]);
      out(e.at[i], e.at[i]) += w * e.first[i] * fi.second;
      for (int j = 0; j < e.n; ++j)
        out(e.at[i], e.at[j]) +=
            w * e.second[i][j] * fi.first * middle_map(shape, e.at[j], theta[e.at[j]]).first;
    }
  });
}

NaturalCovariance natural_covariance(const Covariance& c, const Eigen::VectorXd& theta) {
  if (c.kind == CovarianceKind::us) return natural_elements(c, covariance_at(c, theta));
  if (linear_bands(c.kind)) return natural_bands(c, covariance_at(c, theta));
  const Shape shape = shape_of(c);
  return product(c.kind) ? natural_product(c, shape, theta) : natural_variances(c, shape, theta);
}

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
