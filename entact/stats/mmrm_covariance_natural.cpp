// The parameters that SAS PROC MIXED names, for Kenward-Roger.
#include <algorithm>
#include <cmath>

#include "entact/stats/covariance_elements.h"
#include "entact/stats/mmrm_covariance.h"

namespace entact {
namespace {

using namespace covariance;

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

}  // namespace

NaturalCovariance natural_covariance(const Covariance& c, const Eigen::VectorXd& theta) {
  if (c.kind == CovarianceKind::us) return natural_elements(c, covariance_at(c, theta));
  if (linear_bands(c.kind)) return natural_bands(c, covariance_at(c, theta));
  const Shape shape = shape_of(c);
  return product(c.kind) ? natural_product(c, shape, theta) : natural_variances(c, shape, theta);
}

}  // namespace entact
