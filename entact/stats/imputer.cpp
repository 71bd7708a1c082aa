#include "entact/stats/imputer.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/stats/imputation_strategy.h"
#include "entact/stats/normal_draws.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd block(const MatrixXd& full, const std::vector<Index>& rows,
               const std::vector<Index>& columns) {
  return full(rows, columns);
}

}  // namespace

Imputer::Imputer(const ImputationData& data) : data_(&data) {
  check_imputation_data(data);
  std::map<std::tuple<std::vector<Index>, Index, int, int, int>, std::size_t> known;
  for (Index i = 0; i < data.n(); ++i) {
    Class each{.first = data.first_affected[static_cast<std::size_t>(i)],
               .strategy = data.strategy[static_cast<std::size_t>(i)],
               .group = data.group_of(i),
               .reference_group = data.reference_group_of(i)};
    for (Index visit = 0; visit < data.m(); ++visit)
      if (!data.defined(i, visit))
        (std::isnan(data.y(i, visit)) ? each.missing : each.observed).push_back(visit);
    if (each.missing.empty()) continue;
    const auto [at, is_new] =
        known.try_emplace({each.missing, each.first, static_cast<int>(each.strategy), each.group,
                           each.reference_group},
                          classes_.size());
    if (is_new) classes_.push_back(std::move(each));
    classes_[at->second].participants.push_back(i);
  }
}

Imputer::Regression Imputer::regression(const Class& each, const ImputationParameters& parameters) {
  const MatrixXd covariance = strategy_covariance(
      each.strategy, each.first, parameters.covariance[static_cast<std::size_t>(each.group)],
      parameters.covariance[static_cast<std::size_t>(each.reference_group)]);
  const auto k = static_cast<Index>(each.missing.size());
  Regression made{MatrixXd::Zero(k, static_cast<Index>(each.observed.size())), {}};
  MatrixXd left = block(covariance, each.missing, each.missing);
  bool ok = true;
  if (!each.observed.empty()) {
    const Eigen::LLT<MatrixXd> llt(block(covariance, each.observed, each.observed));
    ok = llt.info() == Eigen::Success;
    const MatrixXd cross = block(covariance, each.observed, each.missing);
    made.slope = llt.solve(cross).transpose();
    left -= made.slope * cross;
  }
  const Eigen::LLT<MatrixXd> llt(left);
  require(ok && llt.info() == Eigen::Success, "stats.impute.covariance",
          "a covariance matrix of the imputation model is not positive definite",
          ErrorKind::unanswerable);
  made.factor = llt.matrixL();
  return made;
}

void Imputer::fill(const Class& each, const ImputationParameters& parameters,
                   const std::optional<Randomness>& random, MatrixXd& completed) const {
  const Regression given = regression(each, parameters);
  for (const Index i : each.participants) {
    const Index m = data_->m();
    const VectorXd mean =
        strategy_mean(each.strategy, each.first, data_->x.middleRows(i * m, m) * parameters.beta,
                      data_->x_reference.middleRows(i * m, m) * parameters.beta);
    VectorXd residual(static_cast<Index>(each.observed.size()));
    for (Index a = 0; a < residual.size(); ++a) {
      const Index visit = each.observed[static_cast<std::size_t>(a)];
      residual(a) = data_->y(i, visit) - mean(visit);
    }
    VectorXd shift = given.slope * residual;
    if (random) {
      RandomStream stream({.seed = random->seed,
                           .purpose = RandomPurpose::imputation,
                           .participant = static_cast<std::uint32_t>(i),
                           .replicate = random->replicate});
      shift += given.factor * normals<VectorXd>(stream, shift.size());
    }
    for (Index a = 0; a < shift.size(); ++a) {
      const Index visit = each.missing[static_cast<std::size_t>(a)];
      completed(i, visit) = mean(visit) + shift(a);
    }
  }
}

MatrixXd Imputer::complete(const ImputationParameters& parameters,
                           const std::optional<Randomness>& random) const {
  MatrixXd completed = data_->y;
  for (const Class& each : classes_) fill(each, parameters, random, completed);
  return with_defined(*data_, std::move(completed));
}

MatrixXd Imputer::mean(const ImputationParameters& parameters) const {
  return complete(parameters, std::nullopt);
}

MatrixXd Imputer::draw(const ImputationParameters& parameters, std::uint64_t seed,
                       std::uint32_t replicate) const {
  return complete(parameters, Randomness{seed, replicate});
}

MatrixXd Imputer::spread(const ImputationParameters& parameters) const {
  MatrixXd spread = MatrixXd::Zero(data_->n(), data_->m());
  for (const Class& each : classes_) {
    const VectorXd sd = regression(each, parameters).factor.rowwise().norm();
    for (const Index i : each.participants)
      for (Index a = 0; a < sd.size(); ++a)
        spread(i, each.missing[static_cast<std::size_t>(a)]) = sd(a);
  }
  return spread;
}

MatrixXd with_defined(const ImputationData& data, MatrixXd completed) {
  for (Index i = 0; i < data.n(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const Index first = data.first_affected[at], later = data.m() - first;
    if (defines_outcome(data.strategy[at]) && later > 0)
      completed.row(i).tail(later).setConstant(data.strategy[at] == ImputationStrategy::composite
                                                   ? data.failure
                                                   : completed(i, first - 1));
  }
  return completed;
}

MatrixXd with_delta(const ImputationData& data, MatrixXd completed, const MatrixXd& delta) {
  if (delta.size() == 0) return completed;
  require(delta.rows() == data.n() && delta.cols() == data.m(), "stats.impute.shape",
          "delta needs a row a participant and a column a visit");
  for (Index i = 0; i < data.n(); ++i)
    for (Index visit = 0; visit < data.m(); ++visit)
      if (std::isnan(data.y(i, visit)) && !data.defined(i, visit))
        completed(i, visit) += delta(i, visit);
  return completed;
}

}  // namespace entact
