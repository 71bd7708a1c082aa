#include "entact/stats/multilevel_likelihood.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

void require_shapes(const MultilevelData& data) {
  const Index k = data.y.size();
  const auto same = [k](std::string_view what, Index n) {
    require(n == k, "stats.multilevel.length",
            fmt::format("{} effects need {} of {}, saw {}", k, k, what, n));
  };
  same("rows of the design", data.x.rows());
  same("rows of the covariance", data.v.size);
  for (const RandomLevel& level : data.levels)
    same("groups of level \"" + level.name + "\"", static_cast<Index>(level.group.size()));
  if (!data.label.empty()) same("labels", static_cast<Index>(data.label.size()));
  require(data.y.allFinite() && data.x.allFinite(), "stats.multilevel.missing",
          "every effect and every moderator must be a number; leave out rows with gaps");
  require(data.x.cols() > 0 && k > data.x.cols(), "stats.multilevel.few",
          fmt::format("{} coefficients need more than {} effects, saw {}", data.x.cols(),
                      data.x.cols(), k),
          ErrorKind::unanswerable);
}

void require_rank(const MultilevelData& data) {
  // Columns are brought to length 1 first, so that milligrams and fractions are judged alike.
  const VectorXd length = data.x.colwise().norm();
  const Eigen::ColPivHouseholderQR<MatrixXd> qr(
      data.x * length.cwiseMax(1e-300).cwiseInverse().asDiagonal());
  if (qr.rank() == data.x.cols()) return;
  const Index column = qr.colsPermutation().indices()[qr.rank()];
  const std::string name = data.coefficient.empty()
                               ? fmt::format("column {}", column + 1)
                               : data.coefficient[static_cast<std::size_t>(column)];
  throw Error("stats.multilevel.rank",
              fmt::format("the moderator {} follows from the others in these {} effects; leave it "
                          "or one of them out",
                          name, data.y.size()),
              ErrorKind::unanswerable);
}

std::vector<Index> numbered(const std::vector<std::string>& group) {
  std::map<std::string_view, Index> number;
  std::vector<Index> numbers;
  for (const std::string& name : group)
    numbers.push_back(number.try_emplace(name, static_cast<Index>(number.size())).first->second);
  return numbers;
}

void require_distinct_levels(const std::vector<RandomLevel>& levels) {
  std::map<std::vector<Index>, std::string> seen;
  for (const RandomLevel& level : levels) {
    require(!level.sigma2 || (std::isfinite(*level.sigma2) && *level.sigma2 >= 0),
            "stats.multilevel.level",
            fmt::format("the variance of level \"{}\" must be held at a number >= 0, saw {}",
                        level.name, level.sigma2.value_or(0)));
    const auto [at, fresh] = seen.try_emplace(numbered(level.group), level.name);
    require(fresh, "stats.multilevel.level",
            fmt::format("the levels \"{}\" and \"{}\" have the same groups, so their variances "
                        "cannot be told apart; leave one out",
                        at->second, level.name));
  }
}

// Smallest sets of rows that neither a block of V nor a group cuts, by union and find.
std::vector<std::vector<Index>> clusters_of(const MultilevelData& data) {
  std::vector<Index> parent(static_cast<std::size_t>(data.y.size()));
  std::iota(parent.begin(), parent.end(), Index{0});
  const auto root = [&parent](Index row) {
    Index at = row;
    while (parent[static_cast<std::size_t>(at)] != at) {
      Index& up = parent[static_cast<std::size_t>(at)];
      up = parent[static_cast<std::size_t>(up)];
      at = up;
    }
    return at;
  };
  const auto join = [&](Index a, Index b) { parent[static_cast<std::size_t>(root(a))] = root(b); };
  for (const CovarianceBlock& block : data.v.blocks)
    for (const Index row : block.rows) join(block.rows.front(), row);
  for (const RandomLevel& level : data.levels) {
    std::map<std::string_view, Index> first;
    for (Index row = 0; row < data.y.size(); ++row)
      join(first.try_emplace(level.group[static_cast<std::size_t>(row)], row).first->second, row);
  }
  std::map<Index, std::vector<Index>> members;
  for (Index row = 0; row < data.y.size(); ++row) members[root(row)].push_back(row);
  std::vector<std::vector<Index>> clusters;
  for (auto& [first, rows] : members) clusters.push_back(std::move(rows));
  return clusters;
}

double trace_of_product(const MatrixXd& a, const MatrixXd& b) {
  return a.cwiseProduct(b.transpose()).sum();
}

}  // namespace

std::vector<RandomLevel> nested_levels(std::span<const std::string> names,
                                       std::span<const std::vector<std::string>> columns) {
  require(
      names.size() == columns.size(), "stats.multilevel.length",
      fmt::format("{} levels need {} names, saw {}", columns.size(), columns.size(), names.size()));
  std::vector<RandomLevel> levels;
  for (std::size_t l = 0; l < names.size(); ++l) {
    RandomLevel level{.name = names[l], .group = columns[l]};
    require(columns[l].size() == columns[0].size(), "stats.multilevel.length",
            fmt::format("level \"{}\" has {} groups, level \"{}\" {}", names[l], columns[l].size(),
                        names[0], columns[0].size()));
    if (l > 0) {
      level.name = levels.back().name + "/" + names[l];
      for (std::size_t i = 0; i < level.group.size(); ++i)
        level.group[i] = levels.back().group[i] + "/" + columns[l][i];
    }
    levels.push_back(std::move(level));
  }
  return levels;
}

MultilevelLikelihood::MultilevelLikelihood(const MultilevelData& data)
    : y_(data.y), x_(data.x), levels_(static_cast<Index>(data.levels.size())) {
  require_shapes(data);
  require_rank(data);
  require_distinct_levels(data.levels);
  require_positive_definite(data.v, data.label);
  log_det_xx_ = 2 * (x_.transpose() * x_).llt().matrixLLT().diagonal().array().log().sum();
  std::vector<Index> cluster_of(static_cast<std::size_t>(y_.size())), place(cluster_of);
  for (std::vector<Index>& rows : clusters_of(data)) {
    const Index n = static_cast<Index>(rows.size());
    for (Index a = 0; a < n; ++a) {
      const std::size_t row = static_cast<std::size_t>(rows[static_cast<std::size_t>(a)]);
      cluster_of[row] = static_cast<Index>(clusters_.size());
      place[row] = a;
    }
    Cluster cluster{.x = x_(rows, Eigen::all), .v = MatrixXd::Zero(n, n)};
    for (const RandomLevel& level : data.levels) {
      MatrixXd together(n, n);
      for (Index a = 0; a < n; ++a)
        for (Index b = 0; b < n; ++b)
          together(a, b) =
              level.group[static_cast<std::size_t>(rows[static_cast<std::size_t>(a)])] ==
              level.group[static_cast<std::size_t>(rows[static_cast<std::size_t>(b)])];
      cluster.together.push_back(std::move(together));
    }
    cluster.rows = std::move(rows);
    clusters_.push_back(std::move(cluster));
  }
  for (const CovarianceBlock& block : data.v.blocks) {
    std::vector<Index> at;
    for (const Index row : block.rows) at.push_back(place[static_cast<std::size_t>(row)]);
    const Index cluster = cluster_of[static_cast<std::size_t>(block.rows.front())];
    clusters_[static_cast<std::size_t>(cluster)].v(at, at) = block.value;
  }
}

void MultilevelLikelihood::set_response(const VectorXd& y) {
  require(y.size() == y_.size() && y.allFinite(), "stats.multilevel.length",
          fmt::format("the new response must be {} numbers", y_.size()));
  y_ = y;
}

MatrixXd MultilevelLikelihood::marginal(const Cluster& cluster, const VectorXd& sigma2) const {
  MatrixXd m = cluster.v;
  for (Index l = 0; l < levels_; ++l)
    if (sigma2[l] != 0) m += sigma2[l] * cluster.together[static_cast<std::size_t>(l)];
  return m;
}

BlockCovariance MultilevelLikelihood::marginal(const VectorXd& sigma2) const {
  BlockCovariance all{.size = y_.size()};
  for (const Cluster& cluster : clusters_)
    all.blocks.push_back({cluster.rows, marginal(cluster, sigma2)});
  return all;
}

// Traces and forms over all clusters, with W = M^-1, A_l = Z_l Z_l', u = W (y - X beta).
struct MultilevelLikelihood::Sums {
  VectorXd trace{};                   // l: tr(W A_l)
  VectorXd form{};                    // l: u' A_l u
  MatrixXd trace_pair{};              // l, m: tr(W A_l W A_m)
  MatrixXd form_pair{};               // l, m: u' A_l W A_m u
  MatrixXd design_form{};             // column l: X' W A_l u
  std::vector<MatrixXd> design{};     // l: X' W A_l W X
  std::vector<MatrixXd> design_pair;  // l L + m: X' W A_l W A_m W X

  Sums(Index levels, Index p)
      : trace(VectorXd::Zero(levels)),
        form(VectorXd::Zero(levels)),
        trace_pair(MatrixXd::Zero(levels, levels)),
        form_pair(MatrixXd::Zero(levels, levels)),
        design_form(MatrixXd::Zero(p, levels)),
        design(static_cast<std::size_t>(levels), MatrixXd::Zero(p, p)),
        design_pair(static_cast<std::size_t>(levels * levels), MatrixXd::Zero(p, p)) {}

  void add(const std::vector<MatrixXd>& together, const MatrixXd& w, const MatrixXd& wx,
           const VectorXd& u) {
    const std::size_t levels = together.size();
    std::vector<MatrixXd> wa(levels), awx(levels);
    MatrixXd au(u.size(), static_cast<Index>(levels));
    for (std::size_t l = 0; l < levels; ++l) {
      wa[l] = w * together[l];
      awx[l] = together[l] * wx;
      au.col(static_cast<Index>(l)) = together[l] * u;
      design[l] += wx.transpose() * awx[l];
      trace[static_cast<Index>(l)] += wa[l].trace();
    }
    form += au.transpose() * u;
    form_pair += au.transpose() * w * au;
    design_form += wx.transpose() * au;
    for (std::size_t l = 0; l < levels; ++l)
      for (std::size_t m = 0; m <= l; ++m) {
        const Index i = static_cast<Index>(l), j = static_cast<Index>(m);
        trace_pair(i, j) = trace_pair(j, i) += trace_of_product(wa[l], wa[m]);
        design_pair[l * levels + m] += awx[l].transpose() * w * awx[m];
      }
  }
};

MultilevelPoint MultilevelLikelihood::at(const VectorXd& sigma2, MultilevelMethod method) const {
  const Index p = x_.cols();
  const bool restricted = method == MultilevelMethod::reml;
  std::vector<MatrixXd> weights;
  weights.reserve(clusters_.size());
  MatrixXd xwx = MatrixXd::Zero(p, p);
  VectorXd xwy = VectorXd::Zero(p);
  double log_det = 0;
  for (const Cluster& c : clusters_) {
    const Eigen::LLT<MatrixXd> factor(marginal(c, sigma2));
    log_det += 2 * factor.matrixLLT().diagonal().array().log().sum();
    weights.push_back(factor.solve(MatrixXd::Identity(c.v.rows(), c.v.cols())));
    const MatrixXd wx = weights.back() * c.x;
    xwx += c.x.transpose() * wx;
    xwy += wx.transpose() * y_(c.rows);
  }
  const Eigen::LLT<MatrixXd> factor(xwx);
  MultilevelPoint point{.beta = factor.solve(xwy), .vcov = factor.solve(MatrixXd::Identity(p, p))};

  Sums sums(levels_, p);
  double squares = 0;
  for (std::size_t i = 0; i < clusters_.size(); ++i) {
    const Cluster& c = clusters_[i];
    const VectorXd residual = y_(c.rows) - c.x * point.beta;
    const VectorXd u = weights[i] * residual;
    squares += residual.dot(u);
    sums.add(c.together, weights[i], weights[i] * c.x, u);
  }
  double minus_twice =
      static_cast<double>(y_.size() - (restricted ? p : 0)) * std::log(2 * std::numbers::pi) +
      log_det + squares;
  if (restricted)
    minus_twice += 2 * factor.matrixLLT().diagonal().array().log().sum() - log_det_xx_;
  point.log_likelihood = -0.5 * minus_twice;

  const MatrixXd& c = point.vcov;
  point.gradient = 0.5 * (sums.form - sums.trace);
  point.hessian =
      0.5 * sums.trace_pair - sums.form_pair + sums.design_form.transpose() * c * sums.design_form;
  if (!restricted) return point;
  for (Index l = 0; l < levels_; ++l) {
    const MatrixXd cl = c * sums.design[static_cast<std::size_t>(l)];
    point.gradient[l] += 0.5 * cl.trace();
    for (Index m = 0; m <= l; ++m) {
      const double change =
          0.5 * trace_of_product(cl, c * sums.design[static_cast<std::size_t>(m)]) -
          trace_of_product(c, sums.design_pair[static_cast<std::size_t>(l * levels_ + m)]);
      point.hessian(l, m) += change;
      if (m != l) point.hessian(m, l) += change;
    }
  }
  return point;
}

}  // namespace entact
