// The likelihood of a mixed model for repeated measures and its derivatives. Longer than most
// files: value and derivatives share one set of sums, and are read together.
#include "entact/stats/mmrm_likelihood.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>

namespace entact {
namespace {

constexpr double log_two_pi = 1.8378770664093454836;

// Cholesky factor of the m x m matrix a (lower, in place); its log determinant, or infinity.
double factorise(Eigen::MatrixXd& a, Eigen::Index m) {
  double log_det = 0;
  for (Eigen::Index j = 0; j < m; ++j) {
    double d = a(j, j);
    for (Eigen::Index k = 0; k < j; ++k) d -= a(j, k) * a(j, k);
    if (!(d > 0) || !std::isfinite(d)) return std::numeric_limits<double>::infinity();
    const double root = std::sqrt(d);
    a(j, j) = root;
    log_det += 2 * std::log(root);
    for (Eigen::Index i = j + 1; i < m; ++i) {
      double x = a(i, j);
      for (Eigen::Index k = 0; k < j; ++k) x -= a(i, k) * a(j, k);
      a(i, j) = x / root;
    }
  }
  return log_det;
}

// Inverse of L L' from L, by L^-1 (into b's lower triangle).
void invert(const Eigen::MatrixXd& l, Eigen::Index m, Eigen::MatrixXd& b) {
  for (Eigen::Index j = 0; j < m; ++j) {
    b(j, j) = 1 / l(j, j);
    for (Eigen::Index i = j + 1; i < m; ++i) {
      double x = 0;
      for (Eigen::Index k = j; k < i; ++k) x -= l(i, k) * b(k, j);
      b(i, j) = x / l(i, i);
    }
  }
}

// Packs (m + m') with the diagonal of m: so that packed zz times this is the sum of zz .* m.
template <class Matrix, class Row>
void pack_symmetric(const Matrix& m, Row&& row) {
  for (Eigen::Index k = 0, at = 0; k < m.rows(); ++k) {
    for (Eigen::Index l = 0; l < k; ++l) row[at++] = m(k, l) + m(l, k);
    row[at++] = m(k, k);
  }
}

}  // namespace

MmrmLikelihood::MmrmLikelihood(const MmrmSums& sums, const Covariance& covariance, bool reml)
    : sums_(&sums),
      covariance_(covariance),
      reml_(reml),
      per_group_(parameter_count(covariance)),
      elements_(packed_size(sums.visits)),
      q_size_(sums.z.rows()) {
  const auto patterns = static_cast<Eigen::Index>(sums.patterns.size());
  const Eigen::Index p = sums.columns, all = elements_ * sums.groups, v = sums.visits;
  const Eigen::Index packed_q = packed_size(q_size_);
  at_.resize(index(sums.groups));
  log_det_.resize(patterns);
  q_.setZero(elements_, patterns);
  k_.resize(elements_, packed_q);
  xvx_.resize(p, p);
  xvr_.resize(p);
  hat_.resize(p, q_size_ * v);
  hat_shift_.resize(p);
  shift_.resize(q_size_, v);
  quadratic_.resize(elements_, packed_q);
  t_.resize(elements_, patterns);
  w_.setZero(elements_, patterns);
  ze_.resize(q_size_ * v, patterns);
  slope_.assign(index(sums.groups), Eigen::MatrixXd::Zero(v, v));
  scaled_.resize(elements_, patterns);
  qw_.resize(elements_, elements_);
  psi_.assign(static_cast<std::size_t>(packed_q), Eigen::MatrixXd::Zero(elements_, elements_));
  qze_.resize(elements_, q_size_ * v);
  big_.resize(q_size_ * v, q_size_ * v);
  half_.resize(p, q_size_ * v);
  slope_matrix_.resize(p, p);
  f_.setZero(packed_size(p), all);
  h_.resize(p, all);
  hessian_.resize(all, all);
  block_.resize(all, per_group_);
  packed_slope_.resize(elements_);
  small_a_.resize(v, v), small_b_.resize(v, v), small_c_.resize(v, v);
}

void MmrmLikelihood::set_response(const Eigen::Ref<const Eigen::VectorXd>& y) {
  sum_response(*sums_, y, response_);
}

Eigen::VectorXd MmrmLikelihood::start() const {
  Eigen::VectorXd theta(parameters());
  const int v = sums_->visits;
  for (int g = 0; g < sums_->groups; ++g) {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(v, v), count = Eigen::MatrixXd::Zero(v, v);
    for (int k = sums_->group_start[index(g)]; k < sums_->group_start[index(g) + 1]; ++k) {
      const auto& pattern = sums_->patterns[index(k)];
      for (const int s : pattern.visits)
        for (const int t : pattern.visits) {
          sum(s, t) += response_.rr(packed_index(s, t), k);
          count(s, t) += pattern.count;
        }
    }
    const double all = sum.diagonal().sum() / std::max(1.0, count.diagonal().sum());
    const double floor = all > 0 ? all : 1;
    Eigen::MatrixXd rough(v, v);
    for (int s = 0; s < v; ++s)
      rough(s, s) = count(s, s) > 1 ? std::max(sum(s, s) / count(s, s), 0.01 * floor) : floor;
    // Pairs seen together give correlations; shrunk until the matrix is positive definite.
    for (double shrink = 0.95; shrink > 0.01; shrink *= 0.7) {
      for (int s = 0; s < v; ++s)
        for (int t = 0; t < s; ++t) {
          const double size = std::sqrt(rough(s, s) * rough(t, t));
          const double r = count(s, t) > 2 ? sum(s, t) / count(s, t) / size : 0;
          rough(s, t) = rough(t, s) = size * shrink * std::clamp(r, -0.99, 0.99);
        }
      const Eigen::VectorXd inverse = rough.diagonal().cwiseSqrt().cwiseInverse();
      Eigen::MatrixXd factor = inverse.asDiagonal() * rough * inverse.asDiagonal();
      factor.diagonal().array() -= 0.02;  // well inside
      if (std::isfinite(factorise(factor, v))) break;
    }
    theta.segment(g * per_group_, per_group_) = start_theta(covariance_, rough);
  }
  return theta;
}

bool MmrmLikelihood::factor_patterns() {
  for (std::size_t g = 0; g < sums_->patterns.size(); ++g) {
    const auto& pattern = sums_->patterns[g];
    const auto m = static_cast<Eigen::Index>(pattern.visits.size());
    const Eigen::MatrixXd& sigma = at_[index(pattern.group)].sigma;
    for (Eigen::Index i = 0; i < m; ++i)
      for (Eigen::Index j = 0; j <= i; ++j)
        small_a_(i, j) = sigma(pattern.visits[index(static_cast<int>(i))],
                               pattern.visits[index(static_cast<int>(j))]);
    const auto column = static_cast<Eigen::Index>(g);
    log_det_[column] = factorise(small_a_, m);
    if (!std::isfinite(log_det_[column])) return false;
    invert(small_a_, m, small_b_);
    for (Eigen::Index i = 0; i < m; ++i)
      for (Eigen::Index j = 0; j <= i; ++j) {
        double x = 0;
        for (Eigen::Index k = i; k < m; ++k) x += small_b_(k, i) * small_b_(k, j);
        q_(packed_index(pattern.visits[index(static_cast<int>(i))],
                        pattern.visits[index(static_cast<int>(j))]),
           column) = x;
      }
  }
  return true;
}

// X'V^-1 X, its factor and X'V^-1 r in the basis of the sums.
void MmrmLikelihood::solve_fixed_effects() {
  const Eigen::Index q = q_size_;
  const int v = sums_->visits;
  k_.noalias() = q_ * sums_->zz.transpose();
  xvx_.setZero();
  xvr_.setZero();
  auto block = big_.topLeftCorner(q, q);
  for (int s = 0; s < v; ++s) {
    for (int t = 0; t <= s; ++t) {
      const Eigen::Index st = packed_index(s, t);
      for (Eigen::Index k = 0, at = 0; k < q; ++k)
        for (Eigen::Index l = 0; l <= k; ++l) block(k, l) = block(l, k) = k_(st, at++);
      auto half = half_.leftCols(q);
      half.noalias() = sums_->map[index(s)].lazyProduct(block);
      slope_matrix_.noalias() = half.lazyProduct(sums_->map[index(t)].transpose());
      if (s == t)
        xvx_ += slope_matrix_;
      else
        for (Eigen::Index j = 0; j < xvx_.cols(); ++j)
          for (Eigen::Index i = 0; i < xvx_.rows(); ++i)
            xvx_(i, j) += slope_matrix_(i, j) + slope_matrix_(j, i);
    }
  }
  shift_.setZero();  // here: sum of z times (V^-1 r)(s)
  for (Eigen::Index g = 0; g < q_.cols(); ++g)
    for (const int s : sums_->patterns[static_cast<std::size_t>(g)].visits)
      for (const int t : sums_->patterns[static_cast<std::size_t>(g)].visits)
        shift_.col(s) += q_(packed_index(s, t), g) * response_.zr.col(g).segment(t * q, q);
  for (int s = 0; s < v; ++s) xvr_.noalias() += sums_->map[index(s)].lazyProduct(shift_.col(s));
}

double MmrmLikelihood::value(const Eigen::VectorXd& theta) {
  theta_ = theta;
  for (int g = 0; g < sums_->groups; ++g) {
    covariance_into(covariance_, theta.segment(g * per_group_, per_group_), at_[index(g)]);
  }
  const double infinite = std::numeric_limits<double>::infinity();
  if (!theta.allFinite() || !factor_patterns()) return infinite;
  solve_fixed_effects();
  const double log_det_xvx = factorise(xvx_, xvx_.rows());
  if (!std::isfinite(log_det_xvx)) return infinite;
  hat_shift_ = xvr_;
  xvx_.triangularView<Eigen::Lower>().solveInPlace(hat_shift_);
  double twice = -hat_shift_.squaredNorm() - sums_->log_weights;
  for (Eigen::Index g = 0; g < q_.cols(); ++g) {
    twice += sums_->patterns[static_cast<std::size_t>(g)].count * log_det_[g];
    const auto& seen = sums_->patterns[static_cast<std::size_t>(g)].visits;
    for (std::size_t a = 0; a < seen.size(); ++a)
      for (std::size_t b = 0; b <= a; ++b) {
        const Eigen::Index st = packed_index(seen[a], seen[b]);
        twice += (a == b ? 1 : 2) * q_(st, g) * response_.rr(st, g);
      }
  }
  const int n = sums_->rows, p = sums_->columns;
  if (!reml_) return (twice + n * log_two_pi) / 2;
  return (twice + log_det_xvx - 2 * sums_->log_det_basis + (n - p) * log_two_pi) / 2;
}

// Maps in the hat basis, and T = B + R: sums over participants of x(s)'C x(t) + r(s) r(t).
void MmrmLikelihood::sum_quadratics() {
  const Eigen::Index q = q_size_;
  const int v = sums_->visits;
  for (int s = 0; s < v; ++s) hat_.middleCols(s * q, q) = sums_->map[index(s)];
  xvx_.triangularView<Eigen::Lower>().solveInPlace(hat_);
  for (int s = 0; s < v; ++s)
    shift_.col(s).noalias() = hat_.middleCols(s * q, q).transpose().lazyProduct(hat_shift_);
  auto block = big_.topLeftCorner(q, q);
  for (int s = 0; s < v; ++s)
    for (int t = 0; t <= s; ++t) {
      if (reml_)
        block.noalias() =
            hat_.middleCols(s * q, q).transpose().lazyProduct(hat_.middleCols(t * q, q));
      else
        block.setZero();
      block.noalias() += shift_.col(s).lazyProduct(shift_.col(t).transpose());
      pack_symmetric(block, quadratic_.row(packed_index(s, t)));
    }
  t_.noalias() = quadratic_ * sums_->zz;
}

// Per pattern: U = Q T Q, the slope N Q - U, W = 2 U - N Q and the sums of z e'.
void MmrmLikelihood::pattern_derivatives(int group) {
  const Eigen::Index q = q_size_;
  Eigen::MatrixXd& slope = slope_[index(group)];
  slope.setZero();
  for (int g = sums_->group_start[index(group)]; g < sums_->group_start[index(group) + 1]; ++g) {
    const auto& seen = sums_->patterns[index(g)].visits;
    const auto m = static_cast<Eigen::Index>(seen.size());
    const auto at = [&](Eigen::Index i) { return seen[static_cast<std::size_t>(i)]; };
    for (Eigen::Index j = 0; j < m; ++j)
      for (Eigen::Index i = 0; i < m; ++i) {
        const Eigen::Index st = packed_index(at(i), at(j));
        small_a_(i, j) = q_(st, g);
        if (i < j) continue;
        const auto zs = response_.zr.col(g).segment(at(i) * q, q);
        const auto zt = response_.zr.col(g).segment(at(j) * q, q);
        small_b_(i, j) = small_b_(j, i) =
            t_(st, g) + response_.rr(st, g) - shift_.col(at(i)).dot(zt) - shift_.col(at(j)).dot(zs);
      }
    auto a = small_a_.topLeftCorner(m, m);
    auto b = small_b_.topLeftCorner(m, m);
    auto c = small_c_.topLeftCorner(m, m);
    c.noalias() = b.lazyProduct(a);
    b.noalias() = a.lazyProduct(c);  // U
    const double n = sums_->patterns[index(g)].count;
    for (Eigen::Index i = 0; i < m; ++i)
      for (Eigen::Index j = 0; j < m; ++j) {
        slope(at(i), at(j)) += n * a(i, j) - b(i, j);
        if (j <= i) w_(packed_index(at(i), at(j)), g) = 2 * b(i, j) - n * a(i, j);
      }
    // z r' after the shift, then times Q.
    auto ze = ze_.col(g);
    ze.setZero();
    for (Eigen::Index i = 0; i < m; ++i) {
      auto zr = half_.row(0).head(q);
      for (Eigen::Index k = 0; k < q; ++k) {
        double x = response_.zr(at(i) * q + k, g);
        for (Eigen::Index l = 0; l < q; ++l)
          x -= sums_->zz(packed_index(k, l), g) * shift_(l, at(i));
        zr[k] = x;
      }
      for (Eigen::Index j = 0; j < m; ++j) ze.segment(at(j) * q, q) += a(i, j) * zr.transpose();
    }
  }
}

// -N tr(Q E_a Q E_b) + 2 tr(Q E_a Q E_b Q T), summed over the group's patterns.
void MmrmLikelihood::element_hessian(int group) {
  const int from = sums_->group_start[index(group)];
  const int count = sums_->group_start[index(group) + 1] - from;
  qw_.noalias() = q_.middleCols(from, count) * w_.middleCols(from, count).transpose();
  const int v = sums_->visits;
  auto block = hessian_.block(group * elements_, group * elements_, elements_, elements_);
  for (int s = 0; s < v; ++s)
    for (int t = 0; t <= s; ++t)
      for (int x = 0; x < v; ++x)
        for (int y = 0; y <= x; ++y) {
          const double whole = (s == t ? 0.5 : 1) * (x == y ? 0.5 : 1);
          block(packed_index(s, t), packed_index(x, y)) =
              whole * (qw_(packed_index(t, x), packed_index(y, s)) +
                       qw_(packed_index(t, y), packed_index(x, s)) +
                       qw_(packed_index(s, x), packed_index(y, t)) +
                       qw_(packed_index(s, y), packed_index(x, t)));
        }
}

// F_a and h_a = X'V^-1 E_a V^-1 r of every element of the group's Sigma.
void MmrmLikelihood::build_slopes(int group) {
  const Eigen::Index q = q_size_;
  const int v = sums_->visits, from = sums_->group_start[index(group)];
  const int count = sums_->group_start[index(group) + 1] - from;
  const auto inverses = q_.middleCols(from, count);
  auto scaled = scaled_.leftCols(count);
  for (std::size_t k = 0; k < psi_.size(); ++k) {
    for (int g = 0; g < count; ++g)
      scaled.col(g) = sums_->zz(static_cast<Eigen::Index>(k), from + g) * inverses.col(g);
    psi_[k].triangularView<Eigen::Lower>() = scaled * inverses.transpose();
  }
  qze_.noalias() = inverses * ze_.middleCols(from, count).transpose();
  const auto psi = [&](std::size_t k, Eigen::Index a, Eigen::Index b) {
    return a >= b ? psi_[k](a, b) : psi_[k](b, a);
  };
  const Eigen::Index p = sums_->columns;
  for (int s = 0; s < v; ++s) {
    for (int t = 0; t <= s; ++t) {
      const double whole = s == t ? 0.5 : 1;
      const Eigen::Index column = group * elements_ + packed_index(s, t);
      auto h = h_.col(column);
      h.setZero();
      for (int x = 0; x < v; ++x) {
        const Eigen::Index xs = packed_index(x, s), xt = packed_index(x, t);
        auto sum = shift_.col(0);  // space: shift_ is rebuilt at the next evaluation
        sum = whole * (qze_.row(xs).segment(t * q, q) + qze_.row(xt).segment(s * q, q)).transpose();
        h.noalias() += hat_.middleCols(x * q, q).lazyProduct(sum);
        for (int y = 0; y < v; ++y) {
          const Eigen::Index yt = packed_index(y, t), ys = packed_index(y, s);
          for (Eigen::Index k = 0, at = 0; k < q; ++k)
            for (Eigen::Index l = 0; l <= k; ++l, ++at) {
              const auto z = static_cast<std::size_t>(at);
              const double value = whole * (psi(z, xs, yt) + psi(z, xt, ys));
              big_(x * q + k, y * q + l) = value;
              big_(x * q + l, y * q + k) = value;
            }
        }
      }
      half_.noalias() = hat_ * big_;
      slope_matrix_.noalias() = half_ * hat_.transpose();
      for (Eigen::Index i = 0, at = 0; i < p; ++i) {
        for (Eigen::Index j = 0; j < i; ++j) f_(at++, column) = M_SQRT2 * slope_matrix_(i, j);
        f_(at++, column) = slope_matrix_(i, i);
      }
    }
  }
}

// From the elements of Sigma to theta.
void MmrmLikelihood::chain(Eigen::VectorXd& gradient, Eigen::MatrixXd& hessian) {
  const int groups = sums_->groups, v = sums_->visits;
  gradient.resize(parameters());
  hessian.resize(parameters(), parameters());
  for (int g = 0; g < groups; ++g) {
    const Eigen::MatrixXd& slope = slope_[index(g)];
    for (int s = 0; s < v; ++s)
      for (int t = 0; t <= s; ++t)
        packed_slope_[packed_index(s, t)] = (s == t ? 1 : 2) * slope(s, t);
    gradient.segment(g * per_group_, per_group_).noalias() =
        at_[index(g)].jacobian.transpose().lazyProduct(packed_slope_);
    auto right = block_.topRows(hessian_.rows());
    right.noalias() = hessian_.middleCols(g * elements_, elements_) * at_[index(g)].jacobian;
    for (int h = 0; h < groups; ++h)
      hessian.block(h * per_group_, g * per_group_, per_group_, per_group_).noalias() =
          at_[index(h)].jacobian.transpose() * right.middleRows(h * elements_, elements_);
    add_covariance_curvature(covariance_, theta_.segment(g * per_group_, per_group_), slope,
                             at_[index(g)],
                             hessian.block(g * per_group_, g * per_group_, per_group_, per_group_));
  }
  gradient /= 2;
  hessian /= 2;
}

void MmrmLikelihood::derivatives(Eigen::VectorXd& gradient, Eigen::MatrixXd& hessian) {
  sum_quadratics();
  hessian_.setZero();
  for (int g = 0; g < sums_->groups; ++g) {
    pattern_derivatives(g);
    element_hessian(g);
  }
  for (int g = 0; g < sums_->groups; ++g) build_slopes(g);
  hessian_.noalias() -= 2 * (h_.transpose() * h_);
  if (reml_) hessian_.noalias() -= f_.transpose() * f_;
  chain(gradient, hessian);
}

Eigen::MatrixXd MmrmLikelihood::root_vcov() const {
  return sums_->basis * xvx_.triangularView<Eigen::Lower>().transpose().solve(
                            Eigen::MatrixXd::Identity(xvx_.rows(), xvx_.cols()));
}

Eigen::VectorXd MmrmLikelihood::beta() const {
  return sums_->basis * response_.fitted + root_vcov() * hat_shift_;
}

}  // namespace entact
