// Restricted likelihood of the unstructured model from pattern sums, with exact first and second
// derivatives, and its optimiser. W is the inverse of a pattern's covariance matrix, A = X'V^-1 X,
// B_j = X'W E_j W X the derivative of -A by the j-th covariance element, E_j its symmetric unit
// matrix. Everything is a product of a pattern's gram matrix with small matrices.
#include "entact/stats/unstructured_reml.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Covariances = std::vector<MatrixXd>;

MatrixXd at_visits(const MatrixXd& full, const std::vector<Index>& visits) {
  const auto v = static_cast<Index>(visits.size());
  MatrixXd part(v, v);
  for (Index a = 0; a < v; ++a)
    for (Index b = 0; b < v; ++b)
      part(a, b) = full(visits[static_cast<std::size_t>(a)], visits[static_cast<std::size_t>(b)]);
  return part;
}

Eigen::Map<const VectorXd> stacked(const MatrixXd& matrix) {
  return {matrix.data(), matrix.size()};
}

// The objective at given covariances, and what its derivatives need.
struct Evaluation {
  double value = 0;
  VectorXd beta{}, residual{};      // residual = (-beta, 1), so that z'residual = y - x'beta
  MatrixXd factor_inverse{};        // L^-1 with A = LL'
  MatrixXd a_inverse{};             // p x p
  std::vector<MatrixXd> weights{};  // W of each pattern
  std::vector<MatrixXd> moments{};  // of each pattern: sum of E[e e'], e the residuals
  Covariances score{};              // U of each group: gradient in Sigma
  bool full_rank = true;
};

double number_observed(const PatternSums& sums) {
  double observed = 0;
  for (const auto& pattern : sums.patterns())
    observed += pattern.n * static_cast<double>(pattern.visits.size());
  return observed;
}

// Adds the pattern's W to the cross-products and the log determinants; false if not definite.
bool add_weights(const PatternSums::Pattern& pattern, const MatrixXd& sigma, Evaluation& e,
                 VectorXd& cross) {
  const MatrixXd part = at_visits(sigma, pattern.visits);
  const Eigen::LLT<MatrixXd> llt(part);
  if (llt.info() != Eigen::Success) return false;
  e.value += 2 * pattern.n * llt.matrixLLT().diagonal().array().log().sum();
  e.weights.push_back(llt.solve(MatrixXd::Identity(part.rows(), part.cols())));
  cross.noalias() += pattern.gram * stacked(e.weights.back());
  return std::isfinite(e.value);
}

// Generalised least squares at these weights; false if X'V^-1 X is singular.
bool solve_beta(const VectorXd& cross, Index p, Evaluation& e) {
  const Eigen::Map<const MatrixXd> products(cross.data(), p + 1, p + 1);
  const MatrixXd a = products.topLeftCorner(p, p);
  const Eigen::LLT<MatrixXd> llt(a);
  if (llt.info() != Eigen::Success) return false;
  const VectorXd pivots = llt.matrixLLT().diagonal();
  if (!(pivots.array().square() > 1e-12 * a.diagonal().array()).all()) return false;
  e.beta = llt.solve(products.col(p).head(p));
  e.factor_inverse = llt.matrixL().solve(MatrixXd::Identity(p, p));
  e.a_inverse = e.factor_inverse.transpose() * e.factor_inverse;
  e.residual.resize(p + 1);
  e.residual << -e.beta, 1;
  e.value += 2 * pivots.array().log().sum() + e.residual.dot(products * e.residual);
  return true;
}

void add_score(const PatternSums::Pattern& pattern, const VectorXd& moment_weights, Evaluation& e,
               std::size_t which) {
  const auto v = static_cast<Index>(pattern.visits.size());
  const VectorXd flat = pattern.gram.transpose() * moment_weights;
  e.moments.push_back(Eigen::Map<const MatrixXd>(flat.data(), v, v));
  const MatrixXd& w = e.weights[which];
  const MatrixXd u = pattern.n * w - w * e.moments.back() * w;
  MatrixXd& score = e.score[static_cast<std::size_t>(pattern.group)];
  for (Index a = 0; a < v; ++a)
    for (Index b = 0; b < v; ++b)
      score(pattern.visits[static_cast<std::size_t>(a)],
            pattern.visits[static_cast<std::size_t>(b)]) += u(a, b);
}

// Nothing if a covariance matrix is not positive definite.
std::optional<Evaluation> evaluate(const PatternSums& sums, const Covariances& sigma) {
  const Index p = sums.p(), z = p + 1;
  Evaluation e;
  VectorXd cross = VectorXd::Zero(z * z);
  for (const auto& pattern : sums.patterns())
    if (!add_weights(pattern, sigma[static_cast<std::size_t>(pattern.group)], e, cross))
      return std::nullopt;
  e.full_rank = solve_beta(cross, p, e);
  if (!e.full_rank) return e;
  MatrixXd moment_weights = e.residual * e.residual.transpose();
  moment_weights.topLeftCorner(p, p) += e.a_inverse;
  e.score.assign(sigma.size(), MatrixXd::Zero(sums.m(), sums.m()));
  for (std::size_t k = 0; k < sums.patterns().size(); ++k)
    add_score(sums.patterns()[k], stacked(moment_weights), e, k);
  e.value += (number_observed(sums) - static_cast<double>(p)) * std::log(2 * std::numbers::pi);
  return e;
}

// The elements r <= s of an m x m matrix, by columns.
struct Elements {
  Index m;
  [[nodiscard]] Index count() const { return m * (m + 1) / 2; }
  [[nodiscard]] static Index at(Index r, Index s) {
    return r < s ? s * (s + 1) / 2 + r : r * (r + 1) / 2 + s;
  }
};

VectorXd gradient_of(const Evaluation& e, Index m) {
  const Elements elements{m};
  VectorXd g(elements.count() * static_cast<Index>(e.score.size()));
  for (std::size_t group = 0; group < e.score.size(); ++group)
    for (Index s = 0; s < m; ++s)
      for (Index r = 0; r <= s; ++r)
        g(static_cast<Index>(group) * elements.count() + Elements::at(r, s)) =
            (r == s ? 1 : 2) * e.score[group](r, s);
  return g;
}

// c tr(Q E_j W E_k) over both orders of the indices, E symmetric unit matrices.
double trace_of(const MatrixXd& q, const MatrixXd& w, Index r, Index s, Index t, Index u) {
  const double half = (r == s ? 0.5 : 1) * (t == u ? 0.5 : 1);
  return half * (q(u, r) * w(s, t) + q(u, s) * w(r, t) + q(t, r) * w(s, u) + q(t, s) * w(r, u));
}

void add_traces(const PatternSums::Pattern& pattern, const MatrixXd& w, const MatrixXd& moments,
                Index first, MatrixXd& hessian) {
  const MatrixXd q = 2 * w * moments * w - pattern.n * w;
  const auto v = static_cast<Index>(pattern.visits.size());
  const auto element = [&](Index a, Index b) {
    return first + Elements::at(pattern.visits[static_cast<std::size_t>(a)],
                                pattern.visits[static_cast<std::size_t>(b)]);
  };
  for (Index s = 0; s < v; ++s)
    for (Index r = 0; r <= s; ++r)
      for (Index u = 0; u < v; ++u)
        for (Index t = 0; t <= u; ++t)
          if (element(t, u) <= element(r, s))
            hessian(element(r, s), element(t, u)) += trace_of(q, w, r, s, t, u);
}

// Columns: W E_j W of the pattern for each of its elements j, flattened as gram's columns are.
MatrixXd unit_weights(const MatrixXd& w) {
  const Index v = w.rows();
  MatrixXd flat(v * v, v * (v + 1) / 2);
  for (Index s = 0; s < v; ++s)
    for (Index r = 0; r <= s; ++r) {
      Eigen::Map<MatrixXd> unit(flat.col(Elements::at(r, s)).data(), v, v);
      unit.noalias() = w.col(r) * w.row(s);
      if (r != s) unit.noalias() += w.col(s) * w.row(r);
    }
  return flat;
}

void add_products(const PatternSums::Pattern& pattern, const MatrixXd& w, Index first,
                  MatrixXd& products) {
  const MatrixXd part = pattern.gram * unit_weights(w);
  const auto v = static_cast<Index>(pattern.visits.size());
  for (Index s = 0; s < v; ++s)
    for (Index r = 0; r <= s; ++r)
      products.col(first + Elements::at(pattern.visits[static_cast<std::size_t>(r)],
                                        pattern.visits[static_cast<std::size_t>(s)])) +=
          part.col(Elements::at(r, s));
}

MatrixXd hessian_of(const PatternSums& sums, const Evaluation& e) {
  const Index p = sums.p(), z = p + 1, each = Elements{sums.m()}.count();
  const Index count = each * static_cast<Index>(e.score.size());
  MatrixXd hessian = MatrixXd::Zero(count, count), products = MatrixXd::Zero(z * z, count);
  for (std::size_t k = 0; k < sums.patterns().size(); ++k) {
    const auto& pattern = sums.patterns()[k];
    add_traces(pattern, e.weights[k], e.moments[k], pattern.group * each, hessian);
    add_products(pattern, e.weights[k], pattern.group * each, products);
  }
  // Columns: L^-1 B_j L^-T flattened, then sqrt(2) L^-1 s_j with s_j = X'W E_j W r.
  MatrixXd projected(p * p + p, count);
  for (Index j = 0; j < count; ++j) {
    const Eigen::Map<const MatrixXd> b(products.col(j).data(), z, z);
    Eigen::Map<MatrixXd>(projected.col(j).data(), p, p).noalias() =
        e.factor_inverse * b.topLeftCorner(p, p) * e.factor_inverse.transpose();
    projected.col(j).tail(p).noalias() =
        std::numbers::sqrt2 * (e.factor_inverse * (b.topRows(p) * e.residual));
  }
  hessian.selfadjointView<Eigen::Lower>().rankUpdate(projected.transpose(), -1);
  return hessian.selfadjointView<Eigen::Lower>();
}

Covariances stepped(const Covariances& sigma, const VectorXd& step, double length) {
  Covariances moved = sigma;
  const Index m = sigma.front().rows(), each = Elements{m}.count();
  for (std::size_t group = 0; group < sigma.size(); ++group)
    for (Index s = 0; s < m; ++s)
      for (Index r = 0; r < m; ++r)
        moved[group](r, s) += length * step(static_cast<Index>(group) * each + Elements::at(r, s));
  return moved;
}

bool definite(const Covariances& sigma) {
  for (const MatrixXd& each : sigma)
    if (Eigen::LLT<MatrixXd>(each).info() != Eigen::Success) return false;
  return true;
}

// One EM step: the expected residual cross-products, given what was observed.
Covariances em_step(const PatternSums& sums, const Covariances& sigma, const Evaluation& e) {
  std::vector<double> n(sigma.size(), 0.0);
  for (const auto& pattern : sums.patterns())
    n[static_cast<std::size_t>(pattern.group)] += pattern.n;
  Covariances next = sigma;
  for (std::size_t g = 0; g < sigma.size(); ++g) {
    next[g] -= sigma[g] * e.score[g] * sigma[g] / n[g];
    next[g] = (0.5 * (next[g] + next[g].transpose())).eval();
  }
  return next;
}

// Diagonal matrices of the residual variances of least squares.
Covariances starting_values(const PatternSums& sums) {
  const Covariances unit(static_cast<std::size_t>(sums.groups()),
                         MatrixXd::Identity(sums.m(), sums.m()));
  const auto e = evaluate(sums, unit);
  require(e && e->full_rank, "stats.impute.rank",
          "the covariates of the imputation model are not linearly independent among the values "
          "observed: leave one out",
          ErrorKind::unanswerable);
  MatrixXd squares = MatrixXd::Zero(sums.m(), 2);
  for (std::size_t k = 0; k < sums.patterns().size(); ++k) {
    const auto& pattern = sums.patterns()[k];
    for (std::size_t a = 0; a < pattern.visits.size(); ++a) {
      squares(pattern.visits[a], 0) += e->moments[k].diagonal()(static_cast<Index>(a));
      squares(pattern.visits[a], 1) += pattern.n;
    }
  }
  for (Index visit = 0; visit < sums.m(); ++visit)
    require(squares(visit, 1) > 0 && squares(visit, 0) > 0, "stats.impute.visit_empty",
            "visit " + std::to_string(visit + 1) +
                " has no observed value that varies, so its variance is unknown: leave it out",
            ErrorKind::unanswerable);
  const MatrixXd start = (squares.col(0).array() / squares.col(1).array()).matrix().asDiagonal();
  return Covariances(unit.size(), start);
}

// Where the search stands.
struct Search {
  Covariances sigma{};
  Evaluation at{};
  double decrement = 0;

  // True if the Newton step was taken.
  bool newton(const PatternSums& sums) {
    const VectorXd gradient = gradient_of(at, sums.m());
    const Eigen::LLT<MatrixXd> llt(hessian_of(sums, at));
    if (llt.info() != Eigen::Success) return false;
    const VectorXd step = -llt.solve(gradient);
    decrement = -step.dot(gradient);
    if (!std::isfinite(decrement)) return false;
    for (double length = 1; length > 1e-3; length /= 2)
      if (accept(sums, stepped(sigma, step, length))) return true;
    return false;
  }
  // True if a full step with another fit's Hessian was taken.
  bool chord(const PatternSums& sums, const MatrixXd& hessian_inverse) {
    const VectorXd gradient = gradient_of(at, sums.m());
    const VectorXd step = -hessian_inverse * gradient;
    decrement = -step.dot(gradient);
    return accept(sums, stepped(sigma, step, 1));
  }
  bool accept(const PatternSums& sums, Covariances next) {
    if (!definite(next)) return false;
    auto there = evaluate(sums, next);
    if (!there || !there->full_rank || there->value > at.value + 1e-11 * std::abs(at.value))
      return false;
    sigma = std::move(next);
    at = std::move(*there);
    return true;
  }
  void em(const PatternSums& sums, int steps) {
    for (int i = 0; i < steps; ++i)
      if (!accept(sums, em_step(sums, sigma, at))) return;
  }
};

// Begins at these covariances, which must be positive definite.
Search search_from(const PatternSums& sums, Covariances start) {
  auto first = evaluate(sums, start);
  require(first && first->full_rank, "stats.impute.rank",
          "the covariates of the imputation model are not linearly independent among the values "
          "observed: leave one out",
          ErrorKind::unanswerable);
  return {.sigma = std::move(start), .at = std::move(*first)};
}

UnstructuredFit fit_of(const Search& search, const Fit& fit) {
  return {.beta = search.at.beta,
          .beta_vcov = search.at.a_inverse,
          .covariance = search.sigma,
          .minus_two_log_likelihood = search.at.value,
          .decrement = search.decrement,
          .hessian_inverse = {},
          .fit = fit};
}

UnstructuredFit newton_fit(const PatternSums& sums, Search search, const UnstructuredOptions& how) {
  Fit fit{.converged = false};
  while (!fit.converged && fit.iterations < how.max_iterations) {
    ++fit.iterations;
    const bool moved = search.newton(sums);
    fit.converged = moved && search.decrement < how.decrement;
    if (!moved) search.em(sums, 5);
  }
  if (!fit.converged)
    fit.reservations.emplace_back(
        "the unstructured covariance of the imputation model did not converge: too few "
        "participants for so many visits, or two visits that nobody attended both of");
  return fit_of(search, fit);
}

}  // namespace

UnstructuredFit fit_unstructured(const PatternSums& sums, const std::vector<MatrixXd>& start,
                                 const UnstructuredOptions& how) {
  Search search = search_from(sums, start.empty() ? starting_values(sums) : start);
  if (start.empty()) search.em(sums, 10);
  UnstructuredFit found = newton_fit(sums, std::move(search), how);
  const auto there = evaluate(sums, found.covariance);
  const Eigen::LLT<MatrixXd> llt(hessian_of(sums, *there));
  if (llt.info() == Eigen::Success)
    found.hessian_inverse = llt.solve(MatrixXd::Identity(llt.rows(), llt.rows()));
  return found;
}

UnstructuredFit refit_unstructured(const PatternSums& sums, const UnstructuredFit& near,
                                   const UnstructuredOptions& how) {
  Search search = search_from(sums, near.covariance);
  Fit fit{.converged = false};
  double last = std::numeric_limits<double>::infinity();
  while (near.hessian_inverse.size() > 0 && search.chord(sums, near.hessian_inverse)) {
    ++fit.iterations;
    // A chord step leaves an error of first order, so it has to come closer than Newton's.
    fit.converged = search.decrement < 1e-4 * how.decrement;
    if (fit.converged) return fit_of(search, fit);
    if (search.decrement > 0.2 * last) break;
    last = search.decrement;
  }
  return newton_fit(sums, std::move(search), how);
}

RestrictedObjective restricted_objective(const PatternSums& sums,
                                         const std::vector<MatrixXd>& covariance) {
  const auto e = evaluate(sums, covariance);
  require(e && e->full_rank, "stats.impute.rank",
          "the objective needs positive definite covariances and independent covariates",
          ErrorKind::unanswerable);
  return {e->value, gradient_of(*e, sums.m()), hessian_of(sums, *e)};
}

}  // namespace entact
