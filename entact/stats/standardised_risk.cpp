#include "entact/stats/standardised_risk.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double covariance(const VectorXd& a, const VectorXd& b) {
  return (a.array() - a.mean()).matrix().dot((b.array() - b.mean()).matrix()) /
         static_cast<double>(a.size() - 1);
}

/// n V of Ye et al. from everybody's probabilities in each arm, n x arms.
MatrixXd robust_variance(const MatrixXd& probability, const VectorXd& y,
                         const std::vector<std::vector<Index>>& members) {
  const Index arms = probability.cols();
  const auto n = static_cast<double>(y.size());
  MatrixXd v(arms, arms);
  for (Index a = 0; a < arms; ++a) {
    const auto& in_a = members[static_cast<std::size_t>(a)];
    const VectorXd p = probability(in_a, a), own = y(in_a);
    const double share = static_cast<double>(in_a.size()) / n;
    v(a, a) = covariance(own - p, own - p) / share + 2 * covariance(own, p) -
              covariance(probability.col(a), probability.col(a));
    for (Index b = 0; b < a; ++b) {
      const auto& in_b = members[static_cast<std::size_t>(b)];
      const VectorXd b_in_a = probability(in_a, b), a_in_b = probability(in_b, a), y_b = y(in_b);
      v(a, b) = v(b, a) = covariance(own, b_in_a) + covariance(y_b, a_in_b) -
                          covariance(probability.col(a), probability.col(b));
    }
  }
  return v / n;
}

}  // namespace

StandardisedRisks standardised_risks(const Design& design, const Table& table,
                                     const LogisticFit& fit, const std::string& arm,
                                     RiskVariance variance) {
  const auto factor = std::find_if(
      design.variables.begin(), design.variables.end(),
      [&](const auto& v) { return v.kind == ModelVariable::Kind::factor && v.columns[0] == arm; });
  if (factor == design.variables.end())
    throw Error("stats.standardised.arm", fmt::format("'{}' is no factor of the model", arm),
                ErrorKind::usage);
  const auto which = static_cast<std::size_t>(factor - design.variables.begin());
  StandardisedRisks result{.arms = factor->levels};
  const Index n = design.x.rows(), arms = static_cast<Index>(result.arms.size());
  const FactorValues cells = factor_values(table.column(arm));
  std::vector<std::vector<Index>> members(result.arms.size());
  for (Index i = 0; i < n; ++i) {
    const int code = cells.codes[design.rows[static_cast<std::size_t>(i)]];
    const std::string& level = cells.levels[static_cast<std::size_t>(code)];
    members[static_cast<std::size_t>(std::find(result.arms.begin(), result.arms.end(), level) -
                                     result.arms.begin())]
        .push_back(i);
  }
  MatrixXd probability(n, arms), jacobian(arms, design.x.cols());
  for (Index a = 0; a < arms; ++a) {
    const MatrixXd x = design_with_level(design, table, which, static_cast<std::size_t>(a));
    const VectorXd p =
        (x * fit.beta).unaryExpr([](double eta) { return 1 / (1 + std::exp(-eta)); });
    probability.col(a) = p;
    jacobian.row(a) =
        p.cwiseProduct((1 - p.array()).matrix()).transpose() * x / static_cast<double>(n);
  }
  result.risk = probability.colwise().mean().transpose();
  const bool few =
      std::any_of(members.begin(), members.end(), [](const auto& m) { return m.size() < 2; });
  require(variance == RiskVariance::delta || !few, "stats.standardised.few",
          "the robust variance of standardised risks needs two participants in each arm",
          ErrorKind::unanswerable);
  result.vcov = variance == RiskVariance::delta
                    ? MatrixXd(jacobian * fit.vcov * jacobian.transpose())
                    : robust_variance(probability, design.y, members);
  return result;
}

RiskContrast risk_contrast(const StandardisedRisks& risks, Index arm, Index reference) {
  const double a = risks.risk[arm], b = risks.risk[reference];
  const double va = risks.vcov(arm, arm), vb = risks.vcov(reference, reference);
  const double both = risks.vcov(arm, reference);
  const auto se = [&](double ga, double gb) {  // of a function with these derivatives
    return std::sqrt(std::fmax(0, ga * ga * va + gb * gb * vb - 2 * ga * gb * both));
  };
  RiskContrast contrast{.difference = a - b, .difference_se = se(1, 1)};
  contrast.log_ratio = std::log(a / b);
  contrast.log_ratio_se = se(1 / a, 1 / b);
  contrast.log_odds_ratio = std::log(a / (1 - a) / (b / (1 - b)));
  contrast.log_odds_ratio_se = se(1 / (a * (1 - a)), 1 / (b * (1 - b)));
  return contrast;
}

}  // namespace entact
