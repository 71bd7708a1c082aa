#include "entact/stats/imputation_strategy.h"

#include <Eigen/Cholesky>

#include "entact/base/error.h"

namespace entact {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

VectorXd strategy_mean(ImputationStrategy strategy, Index first, const VectorXd& own,
                       const VectorXd& reference) {
  const Index later = own.size() - first;
  if (strategy == ImputationStrategy::mar || strategy == ImputationStrategy::retrieved ||
      later <= 0)
    return own;
  if (strategy == ImputationStrategy::cr || first == 0) return reference;
  VectorXd mean = own;
  switch (strategy) {
    case ImputationStrategy::jr:
      mean.tail(later) = reference.tail(later);
      break;
    case ImputationStrategy::cir:
      mean.tail(later) = reference.tail(later).array() + (own(first - 1) - reference(first - 1));
      break;
    case ImputationStrategy::lmcf:
      mean.tail(later).setConstant(own(first - 1));
      break;
    default:
      break;
  }
  return mean;
}

MatrixXd strategy_covariance(ImputationStrategy strategy, Index first, const MatrixXd& own,
                             const MatrixXd& reference) {
  const Index later = own.rows() - first;
  if (strategy == ImputationStrategy::mar || strategy == ImputationStrategy::retrieved ||
      strategy == ImputationStrategy::lmcf || later <= 0 || own == reference)
    return own;
  if (strategy == ImputationStrategy::cr || first == 0) return reference;
  const Eigen::LLT<MatrixXd> llt(reference.topLeftCorner(first, first));
  require(llt.info() == Eigen::Success, "stats.impute.covariance",
          "the covariance matrix of the reference arm is not positive definite before the event",
          ErrorKind::unanswerable);
  const MatrixXd slope = llt.solve(reference.topRightCorner(first, later));  // R11^-1 R12
  MatrixXd joined = own;
  joined.bottomLeftCorner(later, first) = slope.transpose() * own.topLeftCorner(first, first);
  joined.topRightCorner(first, later) = joined.bottomLeftCorner(later, first).transpose();
  joined.bottomRightCorner(later, later) =
      reference.bottomRightCorner(later, later) -
      slope.transpose() *
          (reference.topLeftCorner(first, first) - own.topLeftCorner(first, first)) * slope;
  return joined;
}

}  // namespace entact
