#include "entact/num/bounded_newton.h"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <optional>
#include <vector>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

struct Direction {
  VectorXd step{};        // length n, zero where held
  double decrement = 0;   // g' |H|^-1 g over the free variables
  bool curved_up = true;  // the free Hessian is positive definite
};

std::vector<Index> free_variables(const VectorXd& x, const VectorXd& lower, const VectorXd& slope) {
  std::vector<Index> free;
  for (Index i = 0; i < x.size(); ++i)
    if (x[i] > lower[i] || slope[i] < 0) free.push_back(i);
  return free;
}

Direction newton_direction(const SecondOrder& at, const std::vector<Index>& free) {
  Direction d{.step = VectorXd::Zero(at.gradient.size())};
  if (free.empty()) return d;
  const VectorXd slope = at.gradient(free);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(at.hessian(free, free));
  const double largest = eigen.eigenvalues().cwiseAbs().maxCoeff();
  d.curved_up = eigen.eigenvalues().minCoeff() > 0;
  const VectorXd size = eigen.eigenvalues().cwiseAbs().cwiseMax(1e-10 * largest + 1e-300);
  const VectorXd along = eigen.eigenvectors().transpose() * slope;
  d.step(free) = -eigen.eigenvectors() * along.cwiseQuotient(size);
  d.decrement = along.cwiseAbs2().cwiseQuotient(size).sum();
  return d;
}

struct Move {
  VectorXd x{};
  SecondOrder at{};
};

// The longest of step, step/2, step/4 ... that, projected, makes f fall by a fair part of what its
// slope promises; none if even the shortest does not.
std::optional<Move> fall_along(const std::function<SecondOrder(const VectorXd&)>& f,
                               const VectorXd& x, const SecondOrder& at, const VectorXd& lower,
                               const VectorXd& step) {
  for (double length = 1; length > 1e-12; length /= 2) {
    Move move{.x = (x + length * step).cwiseMax(lower)};
    const double promised = at.gradient.dot(move.x - x);
    if (!(promised < 0)) continue;
    move.at = f(move.x);
    if (move.at.value <= at.value + 1e-4 * promised) return move;
  }
  return std::nullopt;
}

// The full step, if it leaves the slope flatter and the value no higher than rounding explains.
std::optional<Move> flatter_after(const std::function<SecondOrder(const VectorXd&)>& f,
                                  const VectorXd& x, const SecondOrder& at, const VectorXd& lower,
                                  const Direction& d) {
  Move move{.x = (x + d.step).cwiseMax(lower)};
  move.at = f(move.x);
  if (!(move.at.value <= at.value + 1e-12 * (1 + std::abs(at.value)))) return std::nullopt;
  const double left =
      newton_direction(move.at, free_variables(move.x, lower, move.at.gradient)).decrement;
  if (!(left < 0.5 * d.decrement)) return std::nullopt;
  return move;
}

VectorXd scaled_descent(const SecondOrder& at, const std::vector<Index>& free) {
  VectorXd step = VectorXd::Zero(at.gradient.size());
  for (const Index i : free)
    step[i] = -at.gradient[i] / std::max(std::abs(at.hessian(i, i)), 1e-300);
  return step;
}

}  // namespace

BoundedMinimum minimise_bounded(const std::function<SecondOrder(const VectorXd&)>& f,
                                const VectorXd& start, const VectorXd& lower,
                                const BoundedNewtonOptions& how) {
  require(start.size() == lower.size() && (start.array() >= lower.array()).all(),
          "num.bounded_newton.start", "every start must lie at or above its bound");
  VectorXd x = start;
  SecondOrder at = f(x);
  require(std::isfinite(at.value), "num.bounded_newton.start",
          "the function must be finite where the search starts");
  BoundedMinimum found;
  for (; found.iterations < how.max_iterations; ++found.iterations) {
    const std::vector<Index> free = free_variables(x, lower, at.gradient);
    const Direction d = newton_direction(at, free);
    found.converged = d.curved_up && d.decrement <= how.tolerance * (1 + std::abs(at.value));
    if (found.converged) break;
    // Near the floor of rounding the slope still shows the way when the value no longer does.
    const bool near = d.curved_up && d.decrement <= 1e-9 * (1 + std::abs(at.value));
    std::optional<Move> move;
    if (near) move = flatter_after(f, x, at, lower, d);
    if (!move) move = fall_along(f, x, at, lower, d.step);
    if (!move) move = fall_along(f, x, at, lower, scaled_descent(at, free));
    if (!move) {
      found.converged = near;
      break;
    }
    x = std::move(move->x);
    at = std::move(move->at);
  }
  found.x = std::move(x);
  found.value = at.value;
  found.gradient = std::move(at.gradient);
  return found;
}

}  // namespace entact
