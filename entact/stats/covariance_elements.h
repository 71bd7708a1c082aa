#pragma once

// Elements of structured covariance matrices and their derivatives. For the mmrm_covariance*.cpp
// files.
//
// Every structure but the unstructured is, element by element, a product of scales exp(u) and a
// correlation in a few rho: one small function (`element`) gives value, first and second
// derivatives in the few (u, rho) that an element depends on; maps of one variable each lead from
// theta to (u, rho) and to the natural parameters.

#include <Eigen/Core>
#include <array>

#include "entact/stats/mmrm_covariance.h"

namespace entact::covariance {

constexpr int most = 64;  // parameters that one element may depend on; bounds the stack

enum class Correlation { none, shared, power, lag, step, range };

struct Shape {
  int scales = 0;        // number of u
  int between = 0;       // correlations between endpoints
  int correlations = 0;  // number of rho of the visits
  Correlation correlation = Correlation::none;
  int points = 0;  // visits, within one endpoint
};

Shape shape_of(const Covariance& c);
inline int parameters(const Shape& s) { return s.scales + s.between + s.correlations; }
bool linear_bands(CovarianceKind kind);  // bands are the natural parameters
bool product(CovarianceKind kind);

// A map of one variable with its first two derivatives.
struct Map {
  double value = 0, first = 0, second = 0;
};

inline Map identity(double x) { return {x, 1, 0}; }
// theta -> (u, rho), variable by variable.
Map middle_map(const Shape& shape, int k, double x);
Eigen::VectorXd middle_of(const Shape& shape, const Eigen::VectorXd& theta);

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

// Multiplies by the correlation of visits i > j of one endpoint, rho from index `from` on.
void multiply_correlation(const Covariance& c, const Shape& shape, const Eigen::VectorXd& middle,
                          int from, int i, int j, Element& e);
// Sigma(s, t), s >= t, in (u, rho).
void element(const Covariance& c, const Shape& shape, const Eigen::VectorXd& middle, int s, int t,
             Element& e);

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

}  // namespace entact::covariance
