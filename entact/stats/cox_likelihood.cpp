#include "entact/stats/cox_likelihood.h"

#include <fmt/format.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/cox_exact_ties.h"
#include "entact/stats/cross_products.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

void check_shape(const SurvivalData& data, const MatrixXd& x, const VectorXd& offset) {
  const Index n = data.rows();
  require(x.rows() == n && (offset.size() == 0 || offset.size() == n), "stats.cox.shape",
          fmt::format("{} rows need as many rows of covariates and offsets, saw {} and {}", n,
                      x.rows(), offset.size()));
  for (Index j = 0; j < x.cols(); ++j)
    for (Index i = 0; i < n; ++i)
      if (!std::isfinite(x(i, j)))
        throw Error("stats.cox.value",
                    fmt::format("row {}: covariate {} is missing or not finite; leave the row out",
                                i + 1, j + 1));
  require(offset.allFinite(), "stats.cox.value", "an offset is missing or not finite");
}

void check_weights(const SurvivalData& data, CoxTies ties) {
  if (ties != CoxTies::exact && ties != CoxTies::discrete) return;
  for (const double w : data.weight)
    require(w == 1, "stats.cox.weight",
            fmt::format("exact and discrete ties have no weighted form, saw the weight {}; take "
                        "efron or breslow",
                        w),
            ErrorKind::usage);
}

VectorXd means(const MatrixXd& x) {
  return x.rows() > 0 ? VectorXd(x.colwise().mean().transpose()) : VectorXd::Zero(x.cols());
}

}  // namespace

CoxModel cox_model(const SurvivalData& data, const MatrixXd& x, CoxTies ties,
                   const VectorXd& offset) {
  check_survival(data);
  check_shape(data, x, offset);
  check_weights(data, ties);
  const Index n = data.rows();
  CoxModel model{.order = risk_order(data),
                 .x = RowMatrix(n, x.cols()),
                 .weight = VectorXd::Ones(n),
                 .offset = VectorXd::Zero(n),
                 .centre = means(x),
                 .offset_centre = offset.size() == 0 ? 0 : offset.mean(),
                 .ties = ties};
  for (Index j = 0; j < x.cols(); ++j)
    for (Index p = 0; p < n; ++p)
      model.x(p, j) =
          x(static_cast<Index>(model.order.row[static_cast<std::size_t>(p)]), j) - model.centre(j);
  for (Index p = 0; p < n; ++p) {
    const std::size_t row = model.order.row[static_cast<std::size_t>(p)];
    model.weight(p) = data.weight_of(row);
    if (offset.size() > 0) model.offset(p) = offset(static_cast<Index>(row)) - model.offset_centre;
  }
  return model;
}

CoxSums cox_sums(const CoxModel& model, const VectorXd& beta) {
  const RiskOrder& order = model.order;
  const Index n = model.x.rows(), p = model.x.cols(), t = static_cast<Index>(order.ties.size());
  CoxSums sums{.eta = model.x * beta + model.offset,
               .risk = VectorXd(n),
               .s0 = VectorXd(t),
               .s1 = RowMatrix(t, p)};
  sums.risk = sums.eta.array().exp() * model.weight.array();
  Index in = n;
  std::size_t out = order.late.size();
  double s0 = 0;
  RowVectorXd s1 = RowVectorXd::Zero(p);
  const auto at = [](const std::vector<std::ptrdiff_t>& tie, Index position) {
    return tie[static_cast<std::size_t>(position)];
  };
  for (Index k = t - 1; k >= 0; --k) {
    for (; in > 0 && at(order.last_tie, in - 1) > k; --in) {
      if (at(order.first_tie, in - 1) > k) continue;  // at risk at no tie
      s0 += sums.risk(in - 1);
      s1.noalias() += sums.risk(in - 1) * model.x.row(in - 1);
    }
    for (; out > 0 && at(order.first_tie, order.late[out - 1]) > k; --out) {
      s0 -= sums.risk(order.late[out - 1]);
      s1.noalias() -= sums.risk(order.late[out - 1]) * model.x.row(order.late[out - 1]);
    }
    sums.s0(k) = s0;
    sums.s1.row(k) = s1;
    if (!order.ties[static_cast<std::size_t>(k)].opens) continue;
    s0 = 0;  // the next one down is of another stratum
    s1.setZero();
  }
  return sums;
}

TieTerms tie_terms(const CoxModel& model, const CoxSums& sums, std::size_t tie) {
  const RiskOrder::Tie& at = model.order.ties[tie];
  const double s0 = sums.s0(static_cast<Index>(tie));
  TieTerms terms{.weight = model.weight.segment(at.first, at.deaths).sum()};
  const bool shares = model.ties == CoxTies::efron && at.deaths > 1;
  if (!shares) {
    terms.log_q = terms.weight * std::log(s0);
    terms.hazard = terms.weight / s0;
    terms.c11 = terms.hazard / s0;
    return terms;
  }
  const double events = sums.risk.segment(at.first, at.deaths).sum();
  const auto d = static_cast<double>(at.deaths);
  const double mean = terms.weight / d;
  for (double j = 0; j < d; ++j) {
    const double a = j / d, q = s0 - a * events, h = mean / q, c = h / q;
    terms.log_q += mean * std::log(q);
    terms.hazard += h;
    terms.eased += a * h;
    terms.c11 += c;
    terms.c12 += a * c;
    terms.c22 += a * a * c;
  }
  return terms;
}

RowVectorXd s1_of_events(const CoxModel& model, const CoxSums& sums, std::size_t tie) {
  const RiskOrder::Tie& at = model.order.ties[tie];
  return sums.risk.segment(at.first, at.deaths).transpose() *
         model.x.middleRows(at.first, at.deaths);
}

namespace {

/// Adds g times the outer part of one tie: sum_j m (s1 - a_j e)(s1 - a_j e)' / q_j^2.
void add_outer(CrossProducts& outer, const CoxModel& model, const CoxSums& sums, std::size_t k,
               const TieTerms& terms, double g) {
  const auto s1 = sums.s1.row(static_cast<Index>(k));
  if (terms.c22 == 0) {
    outer.add(s1, g * terms.c11 * s1);
    return;
  }
  const RowVectorXd e = s1_of_events(model, sums, k);
  outer.add(s1, g * (terms.c11 * s1 - terms.c12 * e));
  outer.add(e, g * (terms.c22 * e - terms.c12 * s1));
}

/// The hazard that each row lived through, its events' own part eased, weighted by g of the tie.
struct Lived {
  std::vector<double> total{};  // before tie k, length t + 1
  std::vector<double> eased{};  // of tie k

  [[nodiscard]] double of(const RiskOrder& order, Index position) const {
    const auto at = static_cast<std::size_t>(position);
    const auto first = static_cast<std::size_t>(order.first_tie[at]);
    const auto last = static_cast<std::size_t>(order.last_tie[at]);
    if (first >= last) return 0;
    const double own = order.is_event(position) ? eased[last - 1] : 0;
    return total[last] - total[first] - own;
  }
};

CoxDerivatives smooth_derivatives(const CoxModel& model, const VectorXd& beta) {
  const Index n = model.x.rows(), p = model.x.cols();
  const CoxSums sums = cox_sums(model, beta);
  CoxDerivatives result{.gradient = VectorXd::Zero(p)};
  CrossProducts outer(p), inner(p);
  const std::size_t ties = model.order.ties.size();
  Lived lived{.total = std::vector<double>(ties + 1), .eased = std::vector<double>(ties)};
  for (std::size_t k = 0; k < ties; ++k) {
    const TieTerms terms = tie_terms(model, sums, k);
    result.log_likelihood -= terms.log_q;
    lived.total[k + 1] = lived.total[k] + terms.hazard;
    lived.eased[k] = terms.eased;
    add_outer(outer, model, sums, k, terms, 1);
  }
  RowVectorXd gradient = RowVectorXd::Zero(p);
  for (Index i = 0; i < n; ++i) {
    const double expected = sums.risk(i) * lived.of(model.order, i);
    const double observed = model.order.is_event(i) ? model.weight(i) : 0;
    result.log_likelihood += observed * sums.eta(i);
    gradient.noalias() += (observed - expected) * model.x.row(i);
    inner.add(model.x.row(i), expected * model.x.row(i));
  }
  result.gradient = gradient.transpose();
  const MatrixXd information = inner.total() - outer.total();
  result.information = (information + information.transpose()) / 2;
  return result;
}

}  // namespace

CoxDerivatives cox_derivatives(const CoxModel& model, const VectorXd& beta) {
  if (model.ties == CoxTies::exact) return exact_derivatives(model, beta);
  if (model.ties == CoxTies::discrete) return discrete_derivatives(model, beta);
  return smooth_derivatives(model, beta);
}

MatrixXd weighted_information(const CoxModel& model, const CoxSums& sums, const VectorXd& g) {
  const Index n = model.x.rows(), p = model.x.cols();
  CrossProducts outer(p), inner(p);
  const std::size_t ties = model.order.ties.size();
  Lived lived{.total = std::vector<double>(ties + 1), .eased = std::vector<double>(ties)};
  for (std::size_t k = 0; k < ties; ++k) {
    const double weight = g(static_cast<Index>(k));
    const TieTerms terms = tie_terms(model, sums, k);
    lived.total[k + 1] = lived.total[k] + weight * terms.hazard;
    lived.eased[k] = weight * terms.eased;
    add_outer(outer, model, sums, k, terms, weight);
  }
  for (Index i = 0; i < n; ++i)
    inner.add(model.x.row(i), sums.risk(i) * lived.of(model.order, i) * model.x.row(i));
  const MatrixXd information = inner.total() - outer.total();
  return (information + information.transpose()) / 2;
}

}  // namespace entact
