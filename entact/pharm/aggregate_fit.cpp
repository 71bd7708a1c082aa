#include "entact/pharm/aggregate_fit.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "entact/base/error.h"
#include "entact/num/least_squares.h"
#include "entact/num/minimise.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// The fit at one ratio of the variances.
class AggregateProfile {
 public:
  AggregateProfile(const std::vector<AggregateRow>& rows, const AggregatePredict& predict,
                   const VectorXd& start)
      : rows_(rows), predict_(predict), x_(start), observed_(static_cast<Index>(rows.size())) {
    for (std::size_t i = 0; i < rows.size(); ++i)
      observed_[static_cast<Index>(i)] = std::log(rows[i].observed);
  }

  /// @param share  of tau^2 in tau^2 + sigma^2
  AggregateFit at(double share) {
    const double ratio = share / (1 - share);
    const MatrixXd v = covariance(ratio);
    const Eigen::LLT<MatrixXd> root(v);
    const auto whitened = [&](const VectorXd& x) -> VectorXd {
      return root.matrixL().solve(predict_(x) - observed_);
    };
    const LeastSquares found = least_squares(whitened, x_, {.step = 1e-6});
    x_ = found.x;  // the next search begins here
    const Index m = observed_.size(), n = x_.size();
    const Eigen::LLT<MatrixXd> information(found.information);
    AggregateFit fit{.x = found.x, .converged = found.converged};
    const double variance = found.sum / static_cast<double>(m - n);
    fit.sigma = std::sqrt(variance), fit.tau = std::sqrt(variance * ratio);
    fit.se = (variance * information.solve(MatrixXd::Identity(n, n)).diagonal()).cwiseSqrt();
    fit.criterion = static_cast<double>(m - n) * (std::log(2 * M_PI * variance) + 1) +
                    log_determinant(root) + log_determinant(information);
    fit.study_effect = effects(ratio, root.solve(observed_ - predict_(found.x)));
    return fit;
  }

 private:
  static double log_determinant(const Eigen::LLT<MatrixXd>& root) {
    return 2 * MatrixXd(root.matrixL()).diagonal().array().log().sum();
  }
  [[nodiscard]] bool together(std::size_t i, std::size_t j) const {
    return rows_[i].study == rows_[j].study && !rows_[i].within && !rows_[j].within;
  }
  [[nodiscard]] MatrixXd covariance(double ratio) const {
    MatrixXd v(observed_.size(), observed_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i)
      for (std::size_t j = 0; j < rows_.size(); ++j)
        v(static_cast<Index>(i), static_cast<Index>(j)) =
            (i == j ? 1 / rows_[i].weight : 0) + (together(i, j) ? ratio : 0);
    return v;
  }
  [[nodiscard]] VectorXd effects(double ratio, const VectorXd& weighted) const {
    std::ptrdiff_t last = 0;
    for (const AggregateRow& row : rows_) last = std::max(last, row.study);
    VectorXd b = VectorXd::Zero(last + 1);
    for (std::size_t i = 0; i < rows_.size(); ++i)
      if (!rows_[i].within) b[rows_[i].study] += ratio * weighted[static_cast<Index>(i)];
    return b;
  }

  const std::vector<AggregateRow>& rows_;
  const AggregatePredict& predict_;
  VectorXd x_;
  VectorXd observed_;
};

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
  check_rows(rows, start.size(), study_effects);
  AggregateProfile profile(rows, predict, start);
  AggregateFit best = profile.at(0);
  if (!study_effects) return best;
  // The criterion may have two valleys, one of them at 0: a coarse look, then Brent's method.
  constexpr double looks[] = {0.02, 0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99};
  double lowest = 0;
  for (const double share : looks) {
    const AggregateFit here = profile.at(share);
    if (here.criterion < best.criterion) best = here, lowest = share;
  }
  const double* next = std::upper_bound(std::begin(looks), std::end(looks), lowest);
  const double high = next == std::end(looks) ? 0.9999 : *next;
  const double* own = std::lower_bound(std::begin(looks), std::end(looks), lowest);
  const double low = lowest == 0 || own == std::begin(looks) ? 0 : *(own - 1);
  const Minimum found = minimise([&](double share) { return profile.at(share).criterion; }, low,
                                 high, {.absolute = 1e-6, .relative = 1e-6});
  const AggregateFit there = profile.at(found.x);
  return there.criterion < best.criterion ? there : best;
}

}  // namespace entact
