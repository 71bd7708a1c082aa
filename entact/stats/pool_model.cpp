// Checks the input, holds the design in an orthonormal basis and sums over studies. What is
// estimated from the sums stands in tau2.cpp and pool.cpp.
#include "entact/stats/pool_model.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "entact/base/error.h"

namespace entact {
namespace {

const double log_two_pi = std::log(2 * std::numbers::pi);

std::size_t at(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

std::ptrdiff_t constant_column(const Eigen::MatrixXd& x) {
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    if ((x.col(j).array() == x(0, j)).all() && x(0, j) != 0) return j;
  }
  return -1;
}

void check_moderators(const Moderators& moderators, std::ptrdiff_t k) {
  const auto& x = moderators.x;
  require(x.rows() == k && x.cols() >= 1, "stats.pool.moderator",
          fmt::format("the moderator matrix needs one row a study; saw {} rows for {} studies",
                      x.rows(), k));
  require(static_cast<Eigen::Index>(moderators.names.size()) == x.cols(), "stats.pool.moderator",
          fmt::format("each moderator column needs a name; saw {} names for {} columns",
                      moderators.names.size(), x.cols()));
  if (x.allFinite()) return;  // messages are made only where they are needed
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
      require(std::isfinite(x(i, j)), "stats.pool.moderator",
              fmt::format("study {}: moderator {} must be a finite number; saw {}. Drop the study "
                          "or the moderator",
                          i + 1, moderators.names[at(j)], x(i, j)));
    }
  }
}

}  // namespace

PoolModel::PoolModel(std::span<const double> y, std::span<const double> v)
    : y_(y.begin(), y.end()), v_(v.begin(), v.end()) {
  check();
  w_.resize(y_.size());
  residual_.resize(y_.size());
  centre_ = std::accumulate(y_.begin(), y_.end(), 0.0) / static_cast<double>(k());
}

PoolModel::PoolModel(std::span<const double> y, std::span<const double> v,
                     const Moderators& moderators)
    : PoolModel(y, v) {
  check_moderators(moderators, k());
  const Eigen::MatrixXd& x = moderators.x;
  p_ = x.cols();
  intercept_ = constant_column(x);
  mean_only_ = p_ == 1 && (x.array() == 1).all();
  if (mean_only_) return;
  require(k() >= p_, "stats.pool.few",
          fmt::format("{} coefficients need at least as many studies; saw {}", p_, k()),
          ErrorKind::unanswerable);
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(x);
  const Eigen::MatrixXd r = qr.matrixQR().topRows(p_).triangularView<Eigen::Upper>();
  for (Eigen::Index j = 0; j < p_; ++j) {
    require(std::abs(r(j, j)) > 1e-10 * x.col(j).norm(), "stats.pool.rank",
            fmt::format("moderator {} is a linear combination of those before it (rank); drop it",
                        moderators.names[at(j)]),
            ErrorKind::unanswerable);
    log_abs_det_r_ += std::log(std::abs(r(j, j)));
  }
  basis_ = qr.householderQ() * Eigen::MatrixXd::Identity(k(), p_);
  r_inverse_ = r.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(p_, p_));
  for (auto* m : {&information_, &inverse_, &m2_, &m3_, &mv_, &work_, &work2_}) m->resize(p_, p_);
  gamma_.resize(p_);
  g_.resize(p_);
}

void PoolModel::check() const {
  require(!y_.empty(), "stats.pool.few", "pooling needs at least one study; saw none",
          ErrorKind::unanswerable);
  require(y_.size() == v_.size(), "stats.pool.length",
          fmt::format("each estimate needs its variance; saw {} estimates and {} variances",
                      y_.size(), v_.size()));
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const bool sound = std::isfinite(y_[i]) && v_[i] > 0 && std::isfinite(v_[i]);
    if (sound) continue;  // messages are made only where they are needed
    require(std::isfinite(y_[i]), "stats.pool.value",
            fmt::format("study {}: the estimate must be a finite number; saw {}. Drop the study or "
                        "find its estimate",
                        i + 1, y_[i]));
    require(v_[i] > 0 && std::isfinite(v_[i]), "stats.pool.variance",
            fmt::format("study {}: the sampling variance must be positive and finite; saw {}. Drop "
                        "the study or find its standard error",
                        i + 1, v_[i]));
  }
}

void PoolModel::set_weights(double tau2, bool unweighted) {
  for (std::size_t i = 0; i < v_.size(); ++i) w_[i] = unweighted ? 1 : 1 / (v_[i] + tau2);
}

PoolSums PoolModel::q_at(double tau2) {
  set_weights(tau2, false);
  return evaluate(Depth::q);
}

PoolSums PoolModel::sums_at(double tau2) {
  set_weights(tau2, false);
  return evaluate(Depth::sums);
}

PoolSums PoolModel::sums_with_variances(double tau2, bool unweighted) {
  set_weights(tau2, unweighted);
  return evaluate(Depth::variances);
}

PoolSums PoolModel::evaluate(Depth depth) {
  return mean_only_ ? evaluate_mean(depth) : evaluate_regression(depth);
}

// p = 1: X'WX is the number sum w, so all is in closed sums.
PoolSums PoolModel::evaluate_mean(Depth depth) {
  PoolSums s;
  double w3 = 0, wy = 0;
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const double w = w_[i], w_squared = w * w;
    s.w += w;
    s.w2 += w_squared;
    w3 += w_squared * w;
    wy += w * (y_[i] - centre_);
  }
  const double mean = centre_ + wy / s.w;
  double cubic = 0, w2r = 0;
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const double w = w_[i], r = y_[i] - mean, wr = w * r, wwr = w * wr;
    s.q += wr * r;
    s.y_pp_y += wr * wr;
    w2r += wwr;
    cubic += wwr * wr;
  }
  if (depth == Depth::q) return s;
  const double ratio = s.w2 / s.w;
  s.y_ppp_y = cubic - w2r * w2r / s.w;
  s.trace_p = s.w - ratio;
  s.trace_pp = s.w2 - 2 * w3 / s.w + ratio * ratio;
  if (depth == Depth::sums) return s;
  double wv = 0, w2v = 0, w2vv = 0, w3v = 0, w3vv = 0;
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const double w = w_[i], v = v_[i], a = w * v;
    wv += a;
    w2v += w * a;
    w2vv += a * a;
    w3v += w * w * a;
    w3vv += w * a * a;
  }
  const double mv = w2v / s.w;
  s.trace_pv = wv - mv;
  s.trace_ppv = w2v - 2 * w3v / s.w + ratio * mv;
  s.trace_pvpv = w2vv - 2 * w3vv / s.w + mv * mv;
  return s;
}

// Adds f q q' to the lower triangle of a p x p matrix in column order. Raw pointers, because this
// is the innermost loop of a meta-regression.
namespace {

void add_outer(double* into, double f, const double* q, std::ptrdiff_t p) {
  for (std::ptrdiff_t l = 0; l < p; ++l) {
    const double fq = f * q[l];
    for (std::ptrdiff_t j = l; j < p; ++j) into[l * p + j] += fq * q[j];
  }
}

void mirror(Eigen::MatrixXd& m) {
  for (Eigen::Index j = 0; j < m.cols(); ++j)
    for (Eigen::Index l = 0; l < j; ++l) m(l, j) = m(j, l);
}

}  // namespace

// into[a] = sum over studies of w^(a + 1) v^power_v q_i q_i', a = 0, 1, 2.
void PoolModel::accumulate(const std::array<Eigen::MatrixXd*, 3>& into, int power_v) const {
  for (auto* m : into)
    if (m != nullptr) m->setZero();
  const double* q = basis_.data();
  for (std::size_t i = 0; i < w_.size(); ++i, q += p_) {
    double f = power_v == 0 ? 1 : power_v == 1 ? v_[i] : v_[i] * v_[i];
    for (auto* m : into) {
      f *= w_[i];
      if (m != nullptr) add_outer(m->data(), f, q, p_);
    }
  }
  for (auto* m : into)
    if (m != nullptr) mirror(*m);
}

namespace {

// Inverse of a symmetric positive definite p x p matrix by Cholesky, in buffers of the caller.
void invert(const Eigen::MatrixXd& a, Eigen::MatrixXd& factor, Eigen::MatrixXd& inverse) {
  factor = a;
  Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> llt(factor);
  inverse.setIdentity();
  llt.solveInPlace(inverse);
}

// Calls f<P>() with the number of columns known at compile time where there are few.
template <class F>
void for_columns(std::ptrdiff_t p, F f) {
  if (p == 2) return f.template operator()<2>();
  if (p == 3) return f.template operator()<3>();
  f.template operator()<Eigen::Dynamic>();
}

// sum over studies of factor(i) q_i, q_i the rows of a k x p matrix.
template <int P, class Factor>
Eigen::Matrix<double, P, 1> column_sums(const double* q, std::ptrdiff_t p, std::size_t k,
                                        Factor factor) {
  Eigen::Matrix<double, P, 1> sums = Eigen::Matrix<double, P, 1>::Zero(p);
  for (std::size_t i = 0; i < k; ++i, q += p)
    sums += factor(i) * Eigen::Map<const Eigen::Matrix<double, P, 1>>(q, p);
  return sums;
}

double trace_of(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  return a.cwiseProduct(b.transpose()).sum();
}

}  // namespace

PoolSums PoolModel::evaluate_regression(Depth depth) {
  PoolSums s;
  const bool only_q = depth == Depth::q;
  accumulate({&information_, only_q ? nullptr : &m2_, only_q ? nullptr : &m3_}, 0);
  invert(information_, work_, inverse_);
  for (const double w : w_) {
    s.w += w;
    s.w2 += w * w;
  }
  double cubic = 0;
  for_columns(p_, [&]<int P>() {
    g_ = column_sums<P>(basis_.data(), p_, w_.size(), [&](std::size_t i) { return w_[i] * y_[i]; });
    gamma_.noalias() = inverse_ * g_;
    const Eigen::Matrix<double, P, 1> gamma = gamma_;
    const double* q = basis_.data();
    for (std::size_t i = 0; i < w_.size(); ++i, q += p_) {
      const double r = y_[i] - gamma.dot(Eigen::Map<const Eigen::Matrix<double, P, 1>>(q, p_));
      const double wr = w_[i] * r;
      residual_[i] = r;
      s.q += wr * r;
      s.y_pp_y += wr * wr;
      cubic += w_[i] * wr * wr;
    }
    if (only_q) return;
    g_ = column_sums<P>(basis_.data(), p_, w_.size(),
                        [&](std::size_t i) { return w_[i] * w_[i] * residual_[i]; });
  });
  if (only_q) return s;
  double quadratic = 0;
  for (Eigen::Index j = 0; j < p_; ++j) quadratic += g_(j) * inverse_.row(j).dot(g_);
  s.y_ppp_y = cubic - quadratic;
  work_.noalias() = inverse_ * m2_;
  s.trace_p = s.w - work_.trace();
  s.trace_pp = s.w2 - 2 * trace_of(inverse_, m3_) + trace_of(work_, work_);
  if (depth == Depth::sums) return s;
  double wv = 0, w2v = 0, w2vv = 0;
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const double a = w_[i] * v_[i];
    wv += a;
    w2v += w_[i] * a;
    w2vv += a * a;
  }
  accumulate({nullptr, &mv_, &m3_}, 1);
  work2_.noalias() = inverse_ * mv_;
  s.trace_pv = wv - work2_.trace();
  s.trace_ppv = w2v - 2 * trace_of(inverse_, m3_) + trace_of(work2_, work_);
  accumulate({nullptr, nullptr, &m3_}, 2);
  s.trace_pvpv = w2vv - 2 * trace_of(inverse_, m3_) + trace_of(work2_, work2_);
  return s;
}

PoolModel::Coefficients PoolModel::coefficients_at(double tau2) {
  const PoolSums s = q_at(tau2);
  Coefficients found;
  if (mean_only_) {
    double wy = 0;
    for (std::size_t i = 0; i < y_.size(); ++i) wy += w_[i] * (y_[i] - centre_);
    found.value = Eigen::VectorXd::Constant(1, centre_ + wy / s.w);
    found.covariance = Eigen::MatrixXd::Constant(1, 1, 1 / s.w);
  } else {
    found.value = r_inverse_ * gamma_;
    found.covariance = r_inverse_ * inverse_ * r_inverse_.transpose();
  }
  found.log_det_information = log_det_information();
  return found;
}

// log|X'WX| = log|Q'WQ| + 2 log|det R|, at the weights and information of the last evaluation.
double PoolModel::log_det_information() const {
  if (mean_only_) return std::log(std::accumulate(w_.begin(), w_.end(), 0.0));
  const Eigen::LLT<Eigen::MatrixXd> llt(information_);
  return 2 * llt.matrixLLT().diagonal().array().log().sum() + 2 * log_abs_det_r_;
}

double PoolModel::log_likelihood(double tau2) {
  const PoolSums s = q_at(tau2);
  double log_variance = 0;
  for (const double v : v_) log_variance += std::log(v + tau2);
  return -0.5 * (static_cast<double>(k()) * log_two_pi + log_variance + s.q);
}

double PoolModel::restricted_log_likelihood(double tau2) {
  const double log_det_xx = mean_only_ ? std::log(static_cast<double>(k())) : 2 * log_abs_det_r_;
  const double full = log_likelihood(tau2);  // leaves the information at tau2 behind
  return full + 0.5 * (static_cast<double>(p_) * log_two_pi + log_det_xx - log_det_information());
}

}  // namespace entact
