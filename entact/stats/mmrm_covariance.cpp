// Covariance structures as functions of theta: unstructured by its Cholesky factor, the others by
// their elements (covariance_elements.h). Natural parameters are mmrm_covariance_natural.cpp,
// starts mmrm_covariance_start.cpp.
#include "entact/stats/mmrm_covariance.h"

#include <array>
#include <cmath>
#include <utility>

#include "entact/base/error.h"
#include "entact/stats/covariance_elements.h"

namespace entact {
namespace {

using namespace covariance;

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

Eigen::MatrixXd distances(const Eigen::MatrixXd& places) {
  const Eigen::Index n = places.rows();
  Eigen::MatrixXd d = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < i; ++j) d(i, j) = d(j, i) = (places.row(i) - places.row(j)).norm();
  return d;
}

}  // namespace entact
