// The spatial exponential likelihood with times of each participant's own: set up, value,
// derivatives. What inference makes of the sums is mmrm_kenward_roger.cpp.
#include "entact/stats/mmrm_free_times.h"

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double log_determinant(const MatrixXd& lower) { return 2 * lower.diagonal().array().log().sum(); }

}  // namespace

RangeDerivatives RangeDerivatives::in_theta() {
  RangeDerivatives d;
  d.first << 2, 0, 0, 1;
  d.second << 4, 0, 0,  //
      0, 2, -1,         //
      0, 0, 1;
  return d;
}

RangeDerivatives RangeDerivatives::in_natural(double variance, double range) {
  RangeDerivatives d;
  d.first << 1 / variance, 0, 0, 1 / range;
  d.second << 0, 0, 0,                                  //
      0, 1 / (variance * range), -2 / (range * range),  //
      0, 0, 1 / (range * range);
  return d;
}

MmrmFreeTimes::MmrmFreeTimes(const MmrmData& data, const MatrixXd& coordinates, bool reml)
    : sums_(describe_rows(data)), reml_(reml) {
  take_participants(data, coordinates);
  orthonormalise(sums_.root_weight.size() > 0 ? sums_.root_weight.asDiagonal() * data.x : data.x);
  const Index n = sums_.rows, p = sums_.columns;
  white_.resize(n, p + 1);
  range_.resize(index(sums_.groups));
}

void MmrmFreeTimes::take_participants(const MmrmData& data, const MatrixXd& coordinates) {
  std::vector<std::vector<int>> rows(index(sums_.subjects));
  for (std::size_t i = 0; i < data.subject.size(); ++i)
    rows[index(data.subject[i])].push_back(static_cast<int>(i));
  Index first = 0;
  std::size_t most = 1;
  for (auto& own : rows) {
    if (own.empty()) continue;
    most = std::max(most, own.size());
    std::sort(own.begin(), own.end(),
              [&](int a, int b) { return data.visit[index(a)] < data.visit[index(b)]; });
    Participant one{.group = data.group.empty() ? 0 : data.group[index(own[0])], .first = first};
    std::vector<int> visits;
    for (const int row : own) visits.push_back(data.visit[index(row)]);
    one.distance = distances(coordinates(visits, Eigen::all));
    for (Index i = 1; i < one.distance.rows(); ++i)
      require(one.distance.row(i).head(i).minCoeff() > 0, "stats.mmrm.twice",
              "a participant may have one row at a time or place; participant " +
                  std::to_string(data.subject[index(own[0])]) + " has two");
    first += static_cast<Index>(own.size());
    one.rows = std::move(own);
    participants_.push_back(std::move(one));
  }
  const int visits = most > 1 ? 2 : 1;
  covariance_ = {.kind = CovarianceKind::sp_exp,
                 .visits = visits,
                 .distance = MatrixXd::Ones(visits, visits) - MatrixXd::Identity(visits, visits)};
}

void MmrmFreeTimes::orthonormalise(MatrixXd x) {
  const VectorXd size = x.colwise().norm().cwiseMax(1e-300).transpose();
  x *= size.cwiseInverse().asDiagonal();
  const Index p = x.cols();
  const bool enough = x.rows() >= p;
  const Eigen::HouseholderQR<MatrixXd> qr(x);
  const MatrixXd r = qr.matrixQR().topRows(std::min(x.rows(), p)).triangularView<Eigen::Upper>();
  require(enough && r.diagonal().cwiseAbs().minCoeff() > 1e-7, "stats.mmrm.rank",
          "the columns of the design must be linearly independent; leave out the redundant ones",
          ErrorKind::unanswerable);
  basis_rows_ = qr.householderQ() * MatrixXd::Identity(x.rows(), p);
  sums_.basis = size.cwiseInverse().asDiagonal() *
                r.triangularView<Eigen::Upper>().solve(MatrixXd::Identity(p, p));
  sums_.log_det_basis = sums_.basis.diagonal().array().abs().log().sum();
}

void MmrmFreeTimes::set_response(const Eigen::Ref<const VectorXd>& y) {
  require(y.size() == sums_.rows, "stats.mmrm.data", "the response must have one value a row");
  require(y.allFinite(), "stats.mmrm.data", "every response must be a finite number");
  residual_ = sums_.root_weight.size() > 0 ? sums_.root_weight.cwiseProduct(y) : VectorXd(y);
  fitted_.setZero(sums_.columns);
  for (int pass = 0; pass < 2; ++pass) {  // the second takes what rounding left
    const VectorXd more = basis_rows_.transpose() * residual_;
    residual_ -= basis_rows_ * more;
    fitted_ += more;
  }
}

VectorXd MmrmFreeTimes::start() {
  const int each = per_group();
  VectorXd squares = VectorXd::Zero(sums_.groups), count = VectorXd::Zero(sums_.groups);
  std::vector<double> apart;
  for (const Participant& one : participants_) {
    for (const int row : one.rows) squares[one.group] += residual_[row] * residual_[row];
    count[one.group] += static_cast<double>(one.rows.size());
    for (Index i = 1; i < one.distance.rows(); ++i) apart.push_back(one.distance(i, i - 1));
  }
  VectorXd theta(parameters()), best;
  for (int g = 0; g < sums_.groups; ++g)
    theta[g * each] = std::log(std::max(squares[g], 1e-300) / std::max(count[g], 1.0)) / 2;
  if (each == 1) return theta;
  const auto middle = apart.begin() + static_cast<std::ptrdiff_t>(apart.size() / 2);
  std::nth_element(apart.begin(), middle, apart.end());
  double least = std::numeric_limits<double>::infinity();
  for (const double times : {1.0, 3.0, 0.3, 10.0, 30.0, 0.1}) {
    for (int g = 0; g < sums_.groups; ++g) theta[g * each + 1] = std::log(times * *middle);
    const double here = value(theta);
    if (best.size() > 0 && !(here < least)) continue;
    least = here;
    best = theta;
  }
  return best;
}

// L of the correlations, and this participant's rows of white_.
bool MmrmFreeTimes::whiten(Participant& one) {
  const auto own = theta_.segment(one.group * per_group(), per_group());
  const Index m = one.distance.rows(), p = sums_.columns;
  const double range = own.size() > 1 ? std::exp(own[1]) : 1;
  const Eigen::LLT<MatrixXd> factor((-one.distance / range).array().exp().matrix());
  if (factor.info() != Eigen::Success) return false;
  one.factor = factor.matrixL();
  auto rows = white_.middleRows(one.first, m);
  for (Index i = 0; i < m; ++i) {
    const int row = one.rows[static_cast<std::size_t>(i)];
    rows.row(i).head(p) = basis_rows_.row(row);
    rows(i, p) = residual_[row];
  }
  rows *= std::exp(-own[0]);
  const MatrixXd made = one.factor.triangularView<Eigen::Lower>().solve(rows);
  rows = made;
  return one.factor.diagonal().minCoeff() > 0 && made.allFinite();
}

double MmrmFreeTimes::value(const VectorXd& theta) {
  theta_ = theta;
  const double infinite = std::numeric_limits<double>::infinity();
  if (!theta.allFinite()) return infinite;
  const Index p = sums_.columns;
  double twice = -sums_.log_weights;
  for (Participant& one : participants_) {
    if (!whiten(one)) return infinite;
    twice += log_determinant(one.factor) +
             2 * static_cast<double>(one.rows.size()) * theta_[one.group * per_group()];
  }
  const auto x = white_.leftCols(p);
  xvx_.setZero(p, p);
  xvx_.selfadjointView<Eigen::Lower>().rankUpdate(x.transpose());
  const Eigen::LLT<MatrixXd> factor(xvx_);
  if (factor.info() != Eigen::Success) return infinite;
  xvx_ = factor.matrixL();
  hat_shift_ = x.transpose() * white_.col(p);
  xvx_.triangularView<Eigen::Lower>().solveInPlace(hat_shift_);
  twice += white_.col(p).squaredNorm() - hat_shift_.squaredNorm();
  const double n = sums_.rows, log_two_pi = std::log(2 * M_PI);
  if (!std::isfinite(twice)) return infinite;
  if (!reml_) return (twice + n * log_two_pi) / 2;
  return (twice + log_determinant(xvx_) - 2 * sums_.log_det_basis +
          (n - static_cast<double>(p)) * log_two_pi) /
         2;
}

void MmrmFreeTimes::add_sums(const Participant& one, RangeSums& sums) const {
  const Index m = one.distance.rows(), p = sums_.columns;
  const double range = per_group() > 1 ? std::exp(theta_[one.group * per_group() + 1]) : 1;
  const auto lower = one.factor.triangularView<Eigen::Lower>();
  const MatrixXd x =
      xvx_.triangularView<Eigen::Lower>().solve(white_.block(one.first, 0, m, p).transpose());
  const VectorXd e = white_.col(p).segment(one.first, m) - x.transpose() * hat_shift_;
  const Eigen::ArrayXXd d = one.distance.array() / range, r = (-d).exp();
  const auto whitened = [&](const Eigen::ArrayXXd& a) {
    MatrixXd half = lower.solve(a.matrix());
    half.transposeInPlace();
    return MatrixXd(lower.solve(half));
  };
  const MatrixXd b1 = whitened(r * d), b2 = whitened(r * d * d);
  const MatrixXd x1 = x * b1, x2 = x * b2;
  const VectorXd e1 = b1 * e;
  sums.x[0].noalias() += x * x.transpose();
  sums.x[1].noalias() += x1 * x.transpose();
  sums.x[2].noalias() += x2 * x.transpose();
  sums.x[3].noalias() += x1 * x1.transpose();
  sums.e[0] += e.squaredNorm(), sums.e[1] += e.dot(e1);
  sums.e[2] += e.dot(b2 * e), sums.e[3] += e1.squaredNorm();
  sums.trace[0] += static_cast<double>(m), sums.trace[1] += b1.trace();
  sums.trace[2] += b2.trace(), sums.trace[3] += b1.squaredNorm();
  sums.h[0].noalias() += x * e, sums.h[1].noalias() += x * e1;
}

void MmrmFreeTimes::derivatives(VectorXd& gradient, MatrixXd& hessian) {
  const Index p = sums_.columns;
  for (RangeSums& sums : range_) {
    sums = {};
    for (auto& x : sums.x) x.setZero(p, p);
    for (auto& h : sums.h) h.setZero(p);
  }
  for (const Participant& one : participants_) add_sums(one, range_[index(one.group)]);
  const RangeDerivatives d = RangeDerivatives::in_theta();
  const Index each = per_group();
  gradient.setZero(parameters());
  hessian.setZero(parameters(), parameters());
  std::vector<MatrixXd> f;
  std::vector<VectorXd> h;
  const double reml = reml_ ? 1 : 0;
  for (Index g = 0; g < sums_.groups; ++g) {
    const RangeSums& s = range_[static_cast<std::size_t>(g)];
    for (Index a = 0; a < each; ++a) {
      const double i = d.first(0, a), b = d.first(1, a);
      f.emplace_back(i * s.x[0] + b * s.x[1]);
      h.emplace_back(i * s.h[0] + b * s.h[1]);
      gradient[g * each + a] =
          i * s.trace[0] + b * s.trace[1] - reml * f.back().trace() - i * s.e[0] - b * s.e[1];
      for (Index c = 0; c <= a; ++c) {  // what stays within the group
        const double ii = i * d.first(0, c), bb = b * d.first(1, c);
        const double ib = i * d.first(1, c) + b * d.first(0, c);
        const auto second = d.second.col(packed_index(a, c));
        const double product = ii * s.trace[0] + ib * s.trace[1] + bb * s.trace[3];
        const double spread = ii * s.e[0] + ib * s.e[1] + bb * s.e[3];
        const double fixed = ii * s.x[0].trace() + ib * s.x[1].trace() + bb * s.x[3].trace();
        double curved = 0;
        for (std::size_t k = 0; k < 3; ++k)
          curved += second[static_cast<Index>(k)] * (s.trace[k] - reml * s.x[k].trace() - s.e[k]);
        hessian(g * each + a, g * each + c) = -product + 2 * reml * fixed + 2 * spread + curved;
      }
    }
  }
  for (Index a = 0; a < parameters(); ++a)
    for (Index b = 0; b <= a; ++b) {
      const auto i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
      hessian(a, b) -= reml * f[i].cwiseProduct(f[j]).sum() + 2 * h[i].dot(h[j]);
      hessian(b, a) = hessian(a, b);
    }
  gradient /= 2;
  hessian /= 2;
}

MatrixXd MmrmFreeTimes::root_vcov() const {
  return sums_.basis * xvx_.triangularView<Eigen::Lower>().transpose().solve(
                           MatrixXd::Identity(xvx_.rows(), xvx_.cols()));
}

VectorXd MmrmFreeTimes::beta() const { return sums_.basis * fitted_ + root_vcov() * hat_shift_; }

MatrixXd MmrmFreeTimes::hat_rows(const std::vector<int>& rows) const {
  MatrixXd own(sums_.columns, static_cast<Index>(rows.size()));
  for (std::size_t k = 0; k < rows.size(); ++k)
    own.col(static_cast<Index>(k)) = basis_rows_.row(rows[k]).transpose();
  xvx_.triangularView<Eigen::Lower>().solveInPlace(own);
  return own.transpose();
}

MatrixXd MmrmFreeTimes::covariance_of(const std::vector<int>& rows) const {
  const auto found =
      std::lower_bound(participants_.begin(), participants_.end(), sums_.subject[index(rows[0])],
                       [&](const Participant& one, int subject) {
                         return sums_.subject[index(one.rows[0])] < subject;
                       });
  const auto own = theta_.segment(found->group * per_group(), per_group());
  const double range = own.size() > 1 ? std::exp(own[1]) : 1;
  return std::exp(2 * own[0]) * (-found->distance / range).array().exp().matrix();
}

}  // namespace entact
