#include "entact/stats/mmrm_kenward_roger.h"

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

// sum_ab W_ab P_a P_b in the hat basis; P_a = -F_a.
Eigen::MatrixXd products(const Eigen::MatrixXd& slopes, const Eigen::MatrixXd& w, Eigen::Index p) {
  const Eigen::MatrixXd mixed = slopes * w;
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(p, p);
  for (Eigen::Index a = 0; a < slopes.cols(); ++a)
    sum.noalias() += unpacked_slope(slopes.col(a), p) * unpacked_slope(mixed.col(a), p);
  return sum;
}

// M(s, v) = sum over t, u of W(st, uv) Q(t, u), as a matrix over (t, u) by (s, v).
Eigen::MatrixXd pair_weights(const Eigen::MatrixXd& w, int v) {
  Eigen::MatrixXd wide(v * v, v * v);
  for (int s = 0; s < v; ++s)
    for (int x = 0; x < v; ++x)
      for (int t = 0; t < v; ++t)
        for (int u = 0; u < v; ++u)
          wide(s * v + x, t * v + u) = w(packed_index(s, t), packed_index(u, x));
  return wide;
}

// sum_ab W_ab Q_ab of one group: X'V^-1 (sum_ab W_ab E_a V^-1 E_b) V^-1 X, W over elements.
Eigen::MatrixXd second_moments(const MmrmLikelihood& model, const Eigen::MatrixXd& w, int group) {
  const MmrmSums& sums = model.sums();
  const int v = sums.visits;
  const Eigen::Index q = sums.z.rows();
  const Eigen::MatrixXd wide = pair_weights(w, v);
  Eigen::MatrixXd by_pair = Eigen::MatrixXd::Zero(packed_size(v), sums.zz.rows());
  Eigen::MatrixXd full(v, v), middle(v, v);
  for (int g = sums.group_start[static_cast<std::size_t>(group)];
       g < sums.group_start[static_cast<std::size_t>(group) + 1]; ++g) {
    for (int s = 0; s < v; ++s)
      for (int t = 0; t < v; ++t) full(s, t) = model.inverses()(packed_index(s, t), g);
    Eigen::Map<Eigen::VectorXd>(middle.data(), v * v).noalias() =
        wide * Eigen::Map<const Eigen::VectorXd>(full.data(), v * v);
    const Eigen::MatrixXd sandwich = full * middle * full;
    for (int s = 0; s < v; ++s)
      for (int t = 0; t <= s; ++t)
        by_pair.row(packed_index(s, t)) +=
            (sandwich(s, t) + sandwich(t, s)) / 2 * sums.zz.col(g).transpose();
  }
  Eigen::MatrixXd block(q, q), big(q * v, q * v);
  for (int s = 0; s < v; ++s)
    for (int t = 0; t < v; ++t)
      for (Eigen::Index k = 0; k < q; ++k)
        for (Eigen::Index l = 0; l < q; ++l)
          big(s * q + k, t * q + l) = by_pair(packed_index(s, t), packed_index(k, l));
  return model.hat_maps() * big * model.hat_maps().transpose();
}

// sum_ab W_ab d2 Sigma / da db of one group.
Eigen::MatrixXd mean_curvature(const NaturalCovariance& natural, const Eigen::MatrixXd& w, int v) {
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(v, v);
  for (Eigen::Index a = 0; a < w.rows(); ++a)
    for (Eigen::Index b = 0; b <= a; ++b)
      sum += (a == b ? 1 : 2) * w(a, b) *
             natural.curvature[static_cast<std::size_t>(packed_index(a, b))];
  return sum;
}

// F_a of the parameters, from those of the elements of Sigma.
Eigen::MatrixXd slopes_of(const MmrmLikelihood& model,
                          const std::vector<Eigen::MatrixXd>& jacobians) {
  const Eigen::MatrixXd& f = model.slopes();
  const Eigen::Index elements = packed_size(model.sums().visits);
  const Eigen::Index each = jacobians.front().cols();
  const auto groups = static_cast<Eigen::Index>(jacobians.size());
  Eigen::MatrixXd slopes(f.rows(), each * groups);
  for (Eigen::Index g = 0; g < groups; ++g)
    slopes.middleCols(g * each, each).noalias() =
        f.middleCols(g * elements, elements) * jacobians[static_cast<std::size_t>(g)];
  return slopes;
}

Eigen::VectorXd pack(const Eigen::MatrixXd& full) {
  Eigen::VectorXd packed(packed_size(full.rows()));
  for (Eigen::Index i = 0, at = 0; i < full.rows(); ++i) {
    for (Eigen::Index j = 0; j < i; ++j) packed[at++] = M_SQRT2 * full(i, j);
    packed[at++] = full(i, i);
  }
  return packed;
}

// The same where derivatives are combinations of I, B1 and B2.
Eigen::MatrixXd slopes_of(const MmrmFreeTimes& model, const std::vector<RangeDerivatives>& d) {
  const Eigen::Index each = model.per_group();
  Eigen::MatrixXd slopes(packed_size(model.sums().columns), model.parameters());
  for (int g = 0; g < model.sums().groups; ++g) {
    const Eigen::Matrix2d& first = d[static_cast<std::size_t>(g)].first;
    const auto& x = model.range_sums(g).x;
    for (Eigen::Index a = 0; a < each; ++a)
      slopes.col(g * each + a) = pack(first(0, a) * x[0] + first(1, a) * x[1]);
  }
  return slopes;
}

// sum_ab W_ab (Q_ab - R_ab / 4) of one group with free times.
Eigen::MatrixXd second_moments(const RangeSums& sums, const RangeDerivatives& d,
                               const Eigen::MatrixXd& w, bool second) {
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(sums.x[0].rows(), sums.x[0].rows());
  for (Eigen::Index a = 0; a < w.rows(); ++a)
    for (Eigen::Index b = 0; b < w.rows(); ++b) {
      const auto i = d.first.col(a), j = d.first.col(b);
      sum += w(a, b) * (i[0] * j[0] * sums.x[0] + (i[0] * j[1] + i[1] * j[0]) * sums.x[1] +
                        i[1] * j[1] * sums.x[3]);
      if (!second) continue;
      const auto curve = d.second.col(packed_index(a, b));
      sum -= w(a, b) / 4 * (curve[0] * sums.x[0] + curve[1] * sums.x[1] + curve[2] * sums.x[2]);
    }
  return sum;
}

// Turns the covariance of one group's theta into that of its natural parameters.
void to_natural(const Eigen::MatrixXd& to, Eigen::Index from, Eigen::MatrixXd& w) {
  w.middleRows(from, to.rows()) = (to * w.middleRows(from, to.rows())).eval();
  w.middleCols(from, to.rows()) = (w.middleCols(from, to.rows()) * to.transpose()).eval();
}

// Q_ab and R_ab of visits in common, and the slopes.
Eigen::MatrixXd common_moments(const Mmrm& model, bool second, KenwardRoger& kr) {
  const MmrmLikelihood& likelihood = model.likelihood();
  const MmrmSums& sums = likelihood.sums();
  const Eigen::Index each = likelihood.per_group(), p = sums.columns;
  std::vector<Eigen::MatrixXd> jacobians;
  Eigen::MatrixXd change = Eigen::MatrixXd::Zero(p, p);
  for (int g = 0; g < sums.groups; ++g) {
    const NaturalCovariance own =
        natural_covariance(likelihood.covariance(), model.last().theta.segment(g * each, each));
    jacobians.push_back(own.jacobian);
    to_natural(own.to_natural, g * each, kr.w);
    const Eigen::MatrixXd w = kr.w.block(g * each, g * each, each, each);
    change += second_moments(likelihood, own.jacobian * w * own.jacobian.transpose(), g);
    if (!second || own.curvature.empty()) continue;
    const Eigen::MatrixXd curvature = mean_curvature(own, w, sums.visits);
    Eigen::VectorXd packed(packed_size(sums.visits));
    for (int s = 0; s < sums.visits; ++s)
      for (int t = 0; t <= s; ++t) packed[packed_index(s, t)] = curvature(s, t);
    change -= unpacked_slope(
                  likelihood.slopes().middleCols(g * packed.size(), packed.size()) * packed, p) /
              4;
  }
  kr.slopes = slopes_of(likelihood, jacobians);
  return change;
}

// The same of free times.
Eigen::MatrixXd free_moments(const Mmrm& model, bool second, KenwardRoger& kr) {
  const MmrmFreeTimes& likelihood = *model.free_times();
  const Eigen::Index each = likelihood.per_group(), p = model.sums().columns;
  std::vector<RangeDerivatives> derivatives;
  Eigen::MatrixXd change = Eigen::MatrixXd::Zero(p, p);
  for (int g = 0; g < model.sums().groups; ++g) {
    const NaturalCovariance own =
        natural_covariance(likelihood.covariance(), model.last().theta.segment(g * each, each));
    derivatives.push_back(RangeDerivatives::in_natural(own.value[0], each > 1 ? own.value[1] : 1));
    to_natural(own.to_natural, g * each, kr.w);
    change += second_moments(likelihood.range_sums(g), derivatives.back(),
                             kr.w.block(g * each, g * each, each, each), second);
  }
  kr.slopes = slopes_of(likelihood, derivatives);
  return change;
}

}  // namespace

Eigen::MatrixXd unpacked_slope(const Eigen::Ref<const Eigen::VectorXd>& packed, Eigen::Index p) {
  Eigen::MatrixXd full(p, p);
  for (Eigen::Index i = 0, at = 0; i < p; ++i) {
    for (Eigen::Index j = 0; j < i; ++j, ++at) full(i, j) = full(j, i) = packed[at] / M_SQRT2;
    full(i, i) = packed[at++];
  }
  return full;
}

Eigen::MatrixXd parameter_slopes(const Mmrm& model) {
  const auto groups = static_cast<std::size_t>(model.sums().groups);
  if (model.free_times())
    return slopes_of(*model.free_times(), {groups, RangeDerivatives::in_theta()});
  std::vector<Eigen::MatrixXd> jacobians;
  for (std::size_t g = 0; g < groups; ++g)
    jacobians.push_back(model.likelihood().jacobian(static_cast<int>(g)));
  return slopes_of(model.likelihood(), jacobians);
}

KenwardRoger kenward_roger(const Mmrm& model, bool second) {
  const MmrmFit& fit = model.last();
  require(fit.theta_vcov.size() > 0, "stats.mmrm.df",
          "Kenward-Roger needs the covariance parameters' information matrix, which cannot be "
          "inverted here: choose a simpler covariance structure",
          ErrorKind::unanswerable);
  KenwardRoger kr{.w = fit.theta_vcov};
  Eigen::MatrixXd change =
      model.free_times() ? free_moments(model, second, kr) : common_moments(model, second, kr);
  change -= products(kr.slopes, kr.w, model.sums().columns);
  const Eigen::MatrixXd root = model.root_vcov();
  kr.vcov = fit.beta_vcov + root * (change + change.transpose()) * root.transpose();
  return kr;
}

}  // namespace entact
