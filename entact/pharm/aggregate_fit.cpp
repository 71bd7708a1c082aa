#include "entact/pharm/aggregate_fit.h"

#include <cmath>
#include <set>
#include <string>

#include "entact/base/error.h"
#include "entact/num/least_squares.h"
#include "entact/pharm/aggregate_linear.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

VectorXd logarithms(const std::vector<AggregateRow>& rows) {
  VectorXd observed(static_cast<Index>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i)
    observed[static_cast<Index>(i)] = std::log(rows[i].observed);
  return observed;
}

// Least squares without study effects, near which the steps with them begin. Where two parameters
// can hardly be told apart, steps along the valley stay long while the sum stands still.
LeastSquares without_studies(const std::vector<AggregateRow>& rows, const AggregatePredict& predict,
                             const VectorXd& observed, const VectorXd& start, double step) {
  VectorXd root_weight(observed.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    root_weight[static_cast<Index>(i)] = std::sqrt(rows[i].weight);
  const auto residuals = [&](const VectorXd& x) -> VectorXd {
    return root_weight.cwiseProduct(predict(x) - observed);
  };
  return least_squares(residuals, start, {.step = step, .reduction = 1e-9});
}

AggregateFit without(const AggregateLinear& linear, const LeastSquares& found) {
  AggregateFit fit = linear.at(0);
  fit.x = found.x, fit.converged = found.converged;
  fit.criterion_without = fit.criterion;
  return fit;
}

void check_rows(const std::vector<AggregateRow>& rows, Index n, bool study_effects) {
  require(static_cast<Index>(rows.size()) > n && n > 0, "pharm.aggregate.rows",
          std::to_string(rows.size()) + " rows for " + std::to_string(n) +
              " parameters; more rows are needed");
  std::set<std::ptrdiff_t> studies;
  for (const AggregateRow& row : rows) {
    require(row.observed > 0 && std::isfinite(row.observed) && row.weight > 0 && row.study >= 0,
            "pharm.aggregate.rows",
            "observed values and weights are positive; saw " + std::to_string(row.observed) +
                " with weight " + std::to_string(row.weight));
    if (!row.within) studies.insert(row.study);
  }
  require(!study_effects || studies.size() > 1, "pharm.aggregate.studies",
          "the spread between studies needs rows of two at least that are no ratios; saw " +
              std::to_string(studies.size()));
}

}  // namespace

AggregateFit fit_aggregates(const std::vector<AggregateRow>& rows, const AggregatePredict& predict,
                            const VectorXd& start, bool study_effects) {
  constexpr double small_step = 1e-3;  // of a standard error
  constexpr double half_width = 1e-4;
  check_rows(rows, start.size(), study_effects);
  const VectorXd observed = logarithms(rows);
  const LeastSquares found =
      without_studies(rows, predict, observed, start, study_effects ? 1e-2 : 1e-6);
  VectorXd x = found.x, residuals = observed - predict(x);
  constexpr int most = 40;
  for (int iteration = 1;; ++iteration) {
    const AggregateLinear linear(rows, central_jacobian(predict, x, observed.size(), half_width),
                                 residuals);
    if (!study_effects) return without(linear, found);
    const double share = linear.best_share();
    AggregateFit fit = linear.at(share);
    const double squares = linear.squares(share, residuals);
    const bool there = fit.x.cwiseQuotient(fit.se).cwiseAbs().maxCoeff() < small_step;
    if (there || iteration == most) {
      fit.x += x, fit.converged = there;
      fit.criterion_without = linear.at(0).criterion;
      linear.add_interval(fit);
      return fit;
    }
    VectorXd step = fit.x;
    for (int halved = 0;; ++halved, step /= 2) {
      residuals = observed - predict(x + step);
      if (linear.squares(share, residuals) <= squares || halved == 20) break;
    }
    x += step;
  }
}

}  // namespace entact
