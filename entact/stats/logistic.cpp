#include "entact/stats/logistic.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double expit(double eta) {
  return eta >= 0 ? 1 / (1 + std::exp(-eta)) : std::exp(eta) / (1 + std::exp(eta));
}

double log_likelihood(const VectorXd& eta, const VectorXd& y) {
  double sum = 0;
  for (Index i = 0; i < y.size(); ++i)  // log P = -log(1 + exp(-+eta)), without overflow
    sum -= std::log1p(std::exp(-std::abs(eta[i]))) + std::fmax(0, y[i] > 0.5 ? -eta[i] : eta[i]);
  return sum;
}

/// Everything at one beta.
struct Point {
  VectorXd eta{}, fitted{}, score{};
  Eigen::LLT<MatrixXd> information{};
  double objective = 0;
};

Point at(const MatrixXd& x, const VectorXd& y, const VectorXd& beta, bool firth) {
  Point point{.eta = x * beta};
  point.fitted = point.eta.unaryExpr([](double eta) { return expit(eta); });
  const VectorXd w = point.fitted.cwiseProduct((1 - point.fitted.array()).matrix());
  const MatrixXd weighted = w.cwiseSqrt().asDiagonal() * x;
  point.information.compute(weighted.transpose() * weighted);
  point.objective = log_likelihood(point.eta, y);
  VectorXd residual = y - point.fitted;
  if (firth) {
    const MatrixXd l = point.information.matrixL();
    const MatrixXd half = point.information.matrixL().solve(weighted.transpose());
    const VectorXd leverage = half.colwise().squaredNorm();
    residual.array() += leverage.array() * (0.5 - point.fitted.array());
    point.objective += l.diagonal().array().log().sum();
  }
  point.score = x.transpose() * residual;
  return point;
}

void check(const MatrixXd& x, const VectorXd& y, bool firth) {
  require(x.rows() == y.size() && x.rows() >= x.cols(), "stats.logistic.few",
          fmt::format("{} coefficients need at least {} observations; saw {}", x.cols(), x.cols(),
                      x.rows()),
          ErrorKind::unanswerable);
  for (Index i = 0; i < y.size(); ++i)
    require(y[i] == 0 || y[i] == 1, "stats.logistic.response",
            fmt::format("a response must be 0 or 1; saw {} in row {}", y[i], i + 1));
  require(firth || y.minCoeff() != y.maxCoeff(), "stats.logistic.one_outcome",
          fmt::format("all {} responses are {}, so no odds can be fitted", y.size(), y[0]),
          ErrorKind::unanswerable);
}

/// Whether the likelihood rises along the direction without end: it mispredicts nobody.
bool certifies_separation(const MatrixXd& x, const VectorXd& y, const VectorXd& direction) {
  const VectorXd step = (2 * y.array() - 1).matrix().cwiseProduct(x * direction);
  return step.maxCoeff() > 0 && step.minCoeff() >= -1e-6 * step.maxCoeff();
}

}  // namespace

LogisticFit fit_logistic(const MatrixXd& x, const VectorXd& y, const LogisticOptions& options) {
  check(x, y, options.firth);
  LogisticFit result{.beta = VectorXd::Zero(x.cols())};
  Point point = at(x, y, result.beta, options.firth);
  VectorXd step = VectorXd::Zero(x.cols());
  result.fit.converged = false;
  for (int& i = result.fit.iterations; i < options.max_iterations && !result.fit.converged; ++i) {
    if (point.information.info() != Eigen::Success) break;
    step = point.information.solve(point.score);
    if (!options.firth && i >= 8 && certifies_separation(x, y, step) &&
        (x * step).cwiseAbs().maxCoeff() > 0.1) {
      result.separated = true;
      break;
    }
    double scale = 1;
    Point next = at(x, y, result.beta + step, options.firth);
    while (scale > 1e-4 &&
           !(next.objective >= point.objective - 1e-12 * std::abs(point.objective) &&
             next.information.info() == Eigen::Success))
      next = at(x, y, result.beta + (scale /= 2) * step, options.firth);
    result.beta += scale * step;
    point = std::move(next);
    result.fit.converged = (x * step).cwiseAbs().maxCoeff() < 1e-9;
  }
  if (!result.separated && !result.fit.converged && !options.firth)
    result.separated = certifies_separation(x, y, step);
  result.fitted = point.fitted;
  result.log_likelihood = log_likelihood(point.eta, y);
  result.gradient = point.score.cwiseAbs().maxCoeff();
  result.vcov = point.information.solve(MatrixXd::Identity(x.cols(), x.cols()));
  if (result.separated) {
    const VectorXd reach = step.cwiseAbs().cwiseProduct(x.colwise().norm().transpose());
    for (Index j = 0; j < reach.size(); ++j)
      if (reach[j] > 1e-3 * reach.maxCoeff()) result.infinite.push_back(static_cast<int>(j));
    result.direction.assign(step.begin(), step.end());
    result.fit.reservations.push_back(
        "the outcome is separated: some combination of the columns predicts it without fault, so "
        "coefficients are infinite; take the penalised (Firth) fit or exact methods");
  } else if (!result.fit.converged) {
    result.fit.reservations.push_back(
        fmt::format("Newton's method stopped after {} iterations at a gradient of {:.2g}",
                    result.fit.iterations, result.gradient));
  }
  return result;
}

}  // namespace entact
