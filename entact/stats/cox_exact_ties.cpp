#include "entact/stats/cox_exact_ties.h"

#include <algorithm>
#include <cmath>

#include "entact/stats/cross_products.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

/// y / (e^y - 1): share of an event's own risk that is still to come at u, y = r u.
double still_to_come(double y) { return y < 1e-300 ? 1 : y / std::expm1(y); }

/// The integrand of one tie as a function of v = log u.
struct Integrand {
  VectorXd risk{};  // of the events
  double others = 0;

  [[nodiscard]] double log_value(double v) const {
    const double u = std::exp(v);
    double value = std::log(others) + v - others * u;
    for (const double r : risk) value += std::log(-std::expm1(-r * u));
    return value;
  }
  /// The place of the peak, near enough, and minus the second derivative there.
  [[nodiscard]] std::pair<double, double> peak() const {
    double low = -std::log(others), high = low + std::log1p(static_cast<double>(risk.size()));
    double v = (low + high) / 2, curvature = 1;
    for (int i = 0; i < 30; ++i) {
      const double u = std::exp(v);
      double slope = 1 - others * u;
      curvature = others * u;
      for (const double r : risk) {
        const double share = still_to_come(r * u);
        slope += share;
        curvature -= share * (1 - r * u - share);
      }
      (slope > 0 ? low : high) = v;
      const double next = v + slope / curvature;
      if (std::abs(next - v) < 1e-6) break;
      v = next > low && next < high ? next : (low + high) / 2;
    }
    return {v, curvature};
  }
};

/// Nodes u with normalised weights, and the log of the integral.
struct Nodes {
  std::vector<double> u{}, weight{};
  double log_integral = 0;
};

Nodes nodes_of(const Integrand& integrand) {
  const auto [centre, curvature] = integrand.peak();
  const double step = std::min(0.2, 0.6 / std::sqrt(curvature));
  const double top = integrand.log_value(centre);
  Nodes nodes;
  double total = 0;
  for (const int side : {1, -1})
    for (int i = side > 0 ? 0 : 1;; ++i) {
      const double v = centre + side * i * step;
      const double value = std::exp(integrand.log_value(v) - top);
      nodes.u.push_back(std::exp(v));
      nodes.weight.push_back(value);
      total += value;
      if (value < 1e-20) break;
    }
  for (double& weight : nodes.weight) weight /= total;
  nodes.log_integral = top + std::log(total * step);
  return nodes;
}

/// What one tie adds, apart from the second moment of those who stay, which is summed over all
/// ties by the hazard they live through.
struct TiePart {
  double log_likelihood = 0;
  double hazard = 0;
  VectorXd gradient{};
  MatrixXd information{};
};

TiePart single_event(const CoxModel& model, const CoxSums& sums, std::size_t k) {
  const auto row = static_cast<Index>(k);
  const RiskOrder::Tie& tie = model.order.ties[k];
  const VectorXd mean = sums.s1.row(row).transpose() / sums.s0(row);
  return {.log_likelihood = sums.eta(tie.first) - std::log(sums.s0(row)),
          .hazard = 1 / sums.s0(row),
          .gradient = model.x.row(tie.first).transpose() - mean,
          .information = -mean * mean.transpose()};
}

TiePart marginal(const CoxModel& model, const CoxSums& sums, std::size_t k) {
  const auto row = static_cast<Index>(k);
  const Index p = model.x.cols();
  const RiskOrder::Tie& tie = model.order.ties[k];
  TiePart part{.gradient = VectorXd::Zero(p), .information = MatrixXd::Zero(p, p)};
  const auto x = model.x.middleRows(tie.first, tie.deaths);
  Integrand integrand{.risk = sums.risk.segment(tie.first, tie.deaths)};
  integrand.others = sums.s0(row) - integrand.risk.sum();
  // Nobody else at risk: they come first whatever the coefficients are.
  if (!(integrand.others > 1e-13 * sums.s0(row))) return part;
  const VectorXd others = (sums.s1.row(row) - s1_of_events(model, sums, k)).transpose();
  const Nodes nodes = nodes_of(integrand);
  const auto m = static_cast<Index>(nodes.u.size());
  MatrixXd score(p, m);
  VectorXd curvature = VectorXd::Zero(tie.deaths), mean = VectorXd::Zero(p);
  double mean_u = 0;
  for (Index j = 0; j < m; ++j) {
    const double u = nodes.u[static_cast<std::size_t>(j)];
    const double w = nodes.weight[static_cast<std::size_t>(j)];
    const VectorXd share = (integrand.risk * u).unaryExpr(&still_to_come);
    curvature += w * (share.array() * (1 - integrand.risk.array() * u - share.array())).matrix();
    score.col(j) = x.transpose() * share - u * others;
    mean += w * score.col(j);
    mean_u += w * u;
  }
  part.log_likelihood = nodes.log_integral;
  part.hazard = mean_u - 1 / integrand.others;
  part.gradient = mean + others / integrand.others;
  score.colwise() -= mean;
  const Eigen::Map<const VectorXd> weight(nodes.weight.data(), m);
  part.information = others * others.transpose() / (integrand.others * integrand.others) -
                     x.transpose() * curvature.asDiagonal() * x -
                     score * weight.asDiagonal() * score.transpose();
  return part;
}

/// Elementary symmetric polynomial of degree d with its derivatives, row by row.
struct Symmetric {
  VectorXd value{};                // of degree 0..d
  MatrixXd first{};                // p x (d + 1)
  std::vector<MatrixXd> second{};  // p x p each

  Symmetric(Index d, Index p)
      : value(VectorXd::Zero(d + 1)),
        first(MatrixXd::Zero(p, d + 1)),
        second(static_cast<std::size_t>(d) + 1, MatrixXd::Zero(p, p)) {
    value(0) = 1;
  }
  void add(double r, const VectorXd& x) {
    for (Index j = value.size() - 1; j > 0; --j) {
      const auto at = static_cast<std::size_t>(j);
      const VectorXd below = first.col(j - 1);
      second[at].noalias() += r * (second[at - 1] + x * below.transpose() + below * x.transpose() +
                                   value(j - 1) * x * x.transpose());
      first.col(j) += r * (below + value(j - 1) * x);
      value(j) += r * value(j - 1);
    }
  }
};

TiePart conditional(const CoxModel& model, const CoxSums& sums, std::size_t k) {
  const RiskOrder& order = model.order;
  const RiskOrder::Tie& tie = order.ties[k];
  const Index p = model.x.cols(), d = tie.deaths, n = model.x.rows();
  std::size_t stratum_end = k + 1;  // ties of the next stratum begin here
  while (stratum_end < order.ties.size() && !order.ties[stratum_end].opens) ++stratum_end;
  // With the risks scaled to sum to d, no degree overflows or vanishes.
  const double scale = static_cast<double>(d) / sums.s0(static_cast<Index>(k));
  Symmetric polynomial(d, p);
  for (Index i = tie.first; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (order.last_tie[at] > static_cast<std::ptrdiff_t>(stratum_end)) break;
    if (order.first_tie[at] > static_cast<std::ptrdiff_t>(k)) continue;
    polynomial.add(scale * sums.risk(i), model.x.row(i).transpose());
  }
  const double value = polynomial.value(d);
  const VectorXd mean = polynomial.first.col(d) / value;
  return {.log_likelihood = sums.eta.segment(tie.first, d).sum() - std::log(value) +
                            static_cast<double>(d) * std::log(scale),
          .gradient = model.x.middleRows(tie.first, d).colwise().sum().transpose() - mean,
          .information = polynomial.second.back() / value - mean * mean.transpose()};
}

// The log likelihood with this part for ties of several events. `apart`: the events of such a tie
// are in its part, and not in the hazard that everybody lives through.
CoxDerivatives derivatives(const CoxModel& model, const VectorXd& beta,
                           TiePart (*of_several)(const CoxModel&, const CoxSums&, std::size_t),
                           bool apart) {
  const RiskOrder& order = model.order;
  const Index n = model.x.rows(), p = model.x.cols();
  const CoxSums sums = cox_sums(model, beta);
  CoxDerivatives result{.gradient = VectorXd::Zero(p), .information = MatrixXd::Zero(p, p)};
  std::vector<double> lived(order.ties.size() + 1, 0.0);
  for (std::size_t k = 0; k < order.ties.size(); ++k) {
    const TiePart part =
        order.ties[k].deaths == 1 ? single_event(model, sums, k) : of_several(model, sums, k);
    result.log_likelihood += part.log_likelihood;
    result.gradient += part.gradient;
    result.information += part.information;
    lived[k + 1] = lived[k] + part.hazard;
  }
  CrossProducts inner(p);
  for (Index i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto first = static_cast<std::size_t>(order.first_tie[at]);
    auto last = static_cast<std::size_t>(order.last_tie[at]);
    if (apart && order.is_event(i) && order.ties[last - 1].deaths > 1) --last;
    if (first < last)
      inner.add(model.x.row(i), sums.risk(i) * (lived[last] - lived[first]) * model.x.row(i));
  }
  result.information += inner.total();
  return result;
}

}  // namespace

CoxDerivatives exact_derivatives(const CoxModel& model, const VectorXd& beta) {
  return derivatives(model, beta, marginal, true);
}

CoxDerivatives discrete_derivatives(const CoxModel& model, const VectorXd& beta) {
  return derivatives(model, beta, conditional, false);
}

}  // namespace entact
