// Least squares and logistic regression of one completed data set, visit by visit. Where designs
// come from is imputation_model.h; mixed models are imputed_mmrm.h.
#include "entact/stats/imputed_analysis.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

struct VisitAnalysis {
  std::vector<AncovaVisit> visits{};
  std::vector<std::string> arms{};
  std::size_t reference = 0;
};

void check(const VisitAnalysis& a) {
  bool ok = a.reference < a.arms.size() && !a.visits.empty();
  for (const AncovaVisit& visit : a.visits) {
    ok = ok && visit.as_arm.size() == a.arms.size() && visit.x.allFinite();
    for (const MatrixXd& x : visit.as_arm)
      ok = ok && x.rows() == visit.x.rows() && x.cols() == visit.x.cols();
  }
  require(
      ok, "stats.impute.shape",
      "an analysis needs a finite design for each visit, and one of the same size for each arm");
}

std::vector<std::size_t> reference_first(const VisitAnalysis& a) {
  std::vector<std::size_t> order{a.reference};
  for (std::size_t arm = 0; arm < a.arms.size(); ++arm)
    if (arm != a.reference) order.push_back(arm);
  return order;
}

std::vector<AnalysisParameter> parameters_of(const VisitAnalysis& a, const std::string& of_mean,
                                             const std::string& of_difference) {
  std::vector<AnalysisParameter> parameters;
  for (const AncovaVisit& visit : a.visits) {
    const auto order = reference_first(a);
    for (std::size_t k = 1; k < order.size(); ++k)
      parameters.push_back({visit.visit, a.arms[order[k]], a.arms[a.reference], of_difference});
    for (const std::size_t arm : order)
      parameters.push_back({visit.visit, a.arms[arm], "", of_mean});
  }
  return parameters;
}

VectorXd ones_unless_given(const VectorXd& weights, Index n) {
  return weights.size() == 0 ? VectorXd::Ones(n) : weights;
}

// Means of every arm as linear functions of coefficients with this covariance, and differences from
// the first: `rows` has one row an arm, the reference's first.
void add_estimates(const MatrixXd& rows, const VectorXd& means, const MatrixXd& covariance,
                   double df, std::vector<AnalysisEstimate>& estimates) {
  const auto se = [&](const RowVectorXd& l) { return std::sqrt((l * covariance).dot(l)); };
  for (Index k = 1; k < rows.rows(); ++k)
    estimates.push_back({means(k) - means(0), se(rows.row(k) - rows.row(0)), df});
  for (Index k = 0; k < rows.rows(); ++k) estimates.push_back({means(k), se(rows.row(k)), df});
}

MatrixXd inverse_of(const MatrixXd& products) {
  const Eigen::LLT<MatrixXd> llt(products);
  require(
      llt.info() == Eigen::Success &&
          (llt.matrixLLT().diagonal().array().square() > 1e-12 * products.diagonal().array()).all(),
      "stats.impute.rank",
      "the covariates of the analysis are not linearly independent: leave one out",
      ErrorKind::unanswerable);
  return llt.solve(MatrixXd::Identity(products.rows(), products.cols()));
}

void ancova_at(const VisitAnalysis& a, const AncovaVisit& visit, const MatrixXd& completed,
               const VectorXd& weights, std::vector<AnalysisEstimate>& estimates) {
  const auto y = completed.col(visit.column);
  const MatrixXd weighted = weights.asDiagonal() * visit.x;
  const MatrixXd inverse = inverse_of(visit.x.transpose() * weighted);
  const VectorXd beta = inverse * (weighted.transpose() * y);
  const double n = weights.sum(), df = n - static_cast<double>(visit.x.cols());
  require(df > 0, "stats.impute.rank", "the analysis has as many covariates as participants",
          ErrorKind::unanswerable);
  const double variance = ((y - visit.x * beta).array().square() * weights.array()).sum() / df;
  MatrixXd rows(static_cast<Index>(a.arms.size()), visit.x.cols());
  Index k = 0;
  for (const std::size_t arm : reference_first(a))
    rows.row(k++) = weights.transpose() * visit.as_arm[arm] / n;
  add_estimates(rows, rows * beta, variance * inverse, df, estimates);
}

VectorXd logistic(const VectorXd& eta) { return (1 + (-eta.array()).exp()).inverse(); }

// Newton's method; the covariance is the inverse information.
struct Logistic {
  VectorXd beta{};
  MatrixXd covariance{};
};

Logistic fit_logistic(const MatrixXd& x, const VectorXd& events, const VectorXd& weights) {
  Logistic fit{VectorXd::Zero(x.cols()), {}};
  for (int i = 0; i < 30; ++i) {
    const VectorXd risk = logistic(x * fit.beta);
    const VectorXd spread = weights.array() * risk.array() * (1 - risk.array());
    fit.covariance = inverse_of(x.transpose() * spread.asDiagonal() * x);
    const VectorXd score = x.transpose() * (weights.array() * (events - risk).array()).matrix();
    const VectorXd step = fit.covariance * score;
    fit.beta += step;
    if (step.dot(score) < 1e-18) return fit;
    if ((x * fit.beta).cwiseAbs().maxCoeff() > 30) break;
  }
  throw Error("stats.impute.separation",
              "the logistic regression of responders has no finite maximum: an arm or covariate "
              "tells responders and others apart completely. Use fewer covariates",
              ErrorKind::unanswerable);
}

void responders_at(const VisitAnalysis& a, const ResponderRule& rule, const AncovaVisit& visit,
                   const MatrixXd& completed, const VectorXd& weights,
                   std::vector<AnalysisEstimate>& estimates) {
  VectorXd events(completed.rows());
  for (Index i = 0; i < events.size(); ++i) {
    const double y = completed(i, visit.column);
    events(i) = (rule.below ? y <= rule.threshold : y >= rule.threshold) ? 1 : 0;
  }
  const Logistic fit = fit_logistic(visit.x, events, weights);
  MatrixXd rows(static_cast<Index>(a.arms.size()), visit.x.cols());
  VectorXd means(rows.rows());
  Index k = 0;
  for (const std::size_t arm : reference_first(a)) {
    const VectorXd risk = logistic(visit.as_arm[arm] * fit.beta);
    means(k) = weights.dot(risk) / weights.sum();
    const VectorXd slope = weights.array() * risk.array() * (1 - risk.array()) / weights.sum();
    rows.row(k++) = slope.transpose() * visit.as_arm[arm];
  }
  add_estimates(rows, means, fit.covariance, std::numeric_limits<double>::infinity(), estimates);
}

}  // namespace

ImputedAnalysis ancova_analysis(std::vector<AncovaVisit> visits, std::vector<std::string> arms,
                                int reference) {
  // Shared by the copies of the function that it returns; never changed.
  const auto a = std::make_shared<const VisitAnalysis>(
      VisitAnalysis{std::move(visits), std::move(arms), static_cast<std::size_t>(reference)});
  check(*a);
  const auto run = [a](const MatrixXd& completed, const VectorXd& weights) {
    const VectorXd w = ones_unless_given(weights, completed.rows());
    std::vector<AnalysisEstimate> estimates;
    for (const AncovaVisit& visit : a->visits) ancova_at(*a, visit, completed, w, estimates);
    return estimates;
  };
  return {parameters_of(*a, "least-squares mean", "difference of least-squares means"), run};
}

ImputedAnalysis responder_analysis(std::vector<AncovaVisit> visits, std::vector<std::string> arms,
                                   int reference, const ResponderRule& rule) {
  // Shared by the copies of the function that it returns; never changed.
  const auto a = std::make_shared<const VisitAnalysis>(
      VisitAnalysis{std::move(visits), std::move(arms), static_cast<std::size_t>(reference)});
  check(*a);
  const auto run = [a, rule](const MatrixXd& completed, const VectorXd& weights) {
    const VectorXd w = ones_unless_given(weights, completed.rows());
    std::vector<AnalysisEstimate> estimates;
    for (const AncovaVisit& visit : a->visits)
      responders_at(*a, rule, visit, completed, w, estimates);
    return estimates;
  };
  return {parameters_of(*a, "standardised risk", "standardised risk difference"), run};
}

}  // namespace entact
