#include "entact/stats/latent_normal.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/stats/column_rank.h"
#include "entact/stats/logistic.h"
#include "entact/stats/posterior_chain.h"
#include "entact/stats/run_chains.h"
#include "entact/stats/wishart.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

void check_outcomes(const ImputationData& data) {
  for (Index i = 0; i < data.n(); ++i)
    for (Index v = 0; v < data.m(); ++v)
      require(std::isnan(data.y(i, v)) || data.y(i, v) == 0 || data.y(i, v) == 1,
              "stats.impute.binary",
              fmt::format("participant {} at visit {}: a binary outcome is 0 or 1; saw {}",
                          data.participants[static_cast<std::size_t>(i)],
                          data.visits[static_cast<std::size_t>(v)], data.y(i, v)));
}

// The posterior has no peak where a visit's outcomes are told apart completely.
void check_separation(const ImputationData& data, Index visit) {
  std::vector<Index> who, rows;
  for (Index i = 0; i < data.n(); ++i)
    if (data.informs(i, visit)) {
      who.push_back(i);
      rows.push_back(i * data.m() + visit);
    }
  const VectorXd all = data.y.col(visit), y = all(who);
  bool apart = y.size() == 0 || (y.array() == y[0]).all();
  if (!apart) {
    const MatrixXd x = data.x(rows, Eigen::all);
    apart = fit_logistic(x(Eigen::all, column_rank(x).kept), y).separated;
  }
  require(
      !apart, "stats.impute.separation",
      fmt::format("visit {}: the outcomes seen are all alike, or an arm or covariate tells them "
                  "apart completely. Use fewer covariates, or leave the visit out",
                  data.visits[static_cast<std::size_t>(visit)]),
      ErrorKind::unanswerable);
}

double upper_tail(double a) { return 0.5 * std::erfc(a / std::sqrt(2.0)); }

// Standard normal above a, by inversion in the tail that is exact.
double normal_above(RandomStream& random, double a) {
  const double u = random.uniform();
  if (a > 0) return -normal_from_uniform(std::max(u * upper_tail(a), 1e-300));
  const double below = upper_tail(-a);
  return normal_from_uniform(std::min(below + u * (1 - below), 1 - 1e-16));
}

// The prior leaves out correlations by which the other visits explain more than 99.9% of one: where
// responses only ever come or only ever stay, the data would draw the chain there, and rounding on.
bool is_regular(const MatrixXd& correlation) {
  const Index m = correlation.rows();
  const Eigen::LLT<MatrixXd> root(correlation);
  return root.info() == Eigen::Success &&
         root.solve(MatrixXd::Identity(m, m)).diagonal().maxCoeff() < 1000;
}

// One Markov chain; holds the latent values of what informs the model.
class LatentChain {
 public:
  LatentChain(const ImputationData& data, const RandomKey& key)
      : data_(&data), latent_(data), sums_(start()), chain_(sums_, parameters(), key) {}

  void sweep() {
    draw_latent();
    sums_.renew();
    chain_.draw_beta();
    draw_correlations();
  }
  [[nodiscard]] const ImputationParameters& at() const { return chain_.at(); }
  [[nodiscard]] const MatrixXd& latent() const { return latent_.y; }

 private:
  // Half a standard deviation on the side that was seen.
  const ImputationData& start() {
    for (Index i = 0; i < data_->n(); ++i)
      for (Index v = 0; v < data_->m(); ++v)
        latent_.y(i, v) = data_->informs(i, v) ? data_->y(i, v) - 0.5 : missing;
    return latent_;
  }
  [[nodiscard]] ImputationParameters parameters() const {
    return {VectorXd::Zero(data_->p()),
            std::vector<MatrixXd>(static_cast<std::size_t>(data_->groups()),
                                  MatrixXd::Identity(data_->m(), data_->m()))};
  }

  // z_v given the others: precision W, mean mu_v - sum_{u != v} W_uv (z_u - mu_u) / W_vv.
  void draw_latent() {
    std::vector<MatrixXd> precision;
    for (const auto& pattern : sums_.patterns()) {
      const MatrixXd& full = at().covariance[static_cast<std::size_t>(pattern.group)];
      const MatrixXd part = full(pattern.visits, pattern.visits);
      precision.push_back(part.llt().solve(MatrixXd::Identity(part.rows(), part.cols())));
    }
    const VectorXd means = data_->x * at().beta;
    for (Index i = 0; i < data_->n(); ++i) {
      if (sums_.pattern_of(i) < 0) continue;
      const auto k = static_cast<std::size_t>(sums_.pattern_of(i));
      draw_participant(i, sums_.patterns()[k].visits, precision[k], means);
    }
  }

  void draw_participant(Index i, const std::vector<Index>& visits, const MatrixXd& w,
                        const VectorXd& means) {
    const Index m = data_->m(), count = w.rows();
    VectorXd residual(count);
    for (Index a = 0; a < count; ++a) {
      const Index v = visits[static_cast<std::size_t>(a)];
      residual[a] = latent_.y(i, v) - means[i * m + v];
    }
    for (Index a = 0; a < count; ++a) {
      const Index v = visits[static_cast<std::size_t>(a)];
      const double shift = residual[a] - w.row(a).dot(residual) / w(a, a);
      const double mean = means[i * m + v] + shift, sd = 1 / std::sqrt(w(a, a));
      const bool positive = data_->y(i, v) == 1;
      const double z = normal_above(chain_.random(), (positive ? -mean : mean) / sd);
      latent_.y(i, v) = mean + (positive ? z : -z) * sd;
      residual[a] = latent_.y(i, v) - means[i * m + v];
    }
  }

  // Expands R by scales drawn from their prior given R, draws a covariance, keeps its correlations.
  void draw_correlations() {
    const ResidualProducts residuals = chain_.draw_residuals();
    for (std::size_t g = 0; g < residuals.n.size(); ++g) {
      const Index m = data_->m();
      const MatrixXd inverse = at().covariance[g].llt().solve(MatrixXd::Identity(m, m));
      VectorXd scale(m);
      for (Index v = 0; v < m; ++v)
        scale[v] =
            std::sqrt(inverse(v, v) / 2 / chain_.random().gamma(static_cast<double>(m + 1) / 2));
      const MatrixXd expanded = scale.asDiagonal() * residuals.squares[g] * scale.asDiagonal();
      const MatrixXd drawn =
          draw_inverse_wishart(chain_.random(), static_cast<double>(m + 1) + residuals.n[g],
                               expanded + MatrixXd::Identity(m, m));
      const VectorXd shrink = drawn.diagonal().cwiseSqrt().cwiseInverse();
      MatrixXd correlation = shrink.asDiagonal() * drawn * shrink.asDiagonal();
      correlation.diagonal().setOnes();
      if (is_regular(correlation)) chain_.set_covariance(g, std::move(correlation));
    }
  }

  const ImputationData* data_;
  ImputationData latent_;
  PatternSums sums_;
  PosteriorChain chain_;
};

// logit Phi(x). Beyond 37 standard deviations Phi has no digits left.
double log_odds_below(double x) {
  const double within = std::clamp(x, -37.0, 37.0);
  return std::log(upper_tail(-within) / upper_tail(within));
}

}  // namespace

LatentDraws latent_draws(const ImputationData& data, const PosteriorOptions& how) {
  check_imputation_data(data);
  check_posterior_options(how);
  check_outcomes(data);
  for (Index visit = 0; visit < data.m(); ++visit) check_separation(data, visit);
  LatentDraws found;
  found.latent.resize(static_cast<std::size_t>(how.draws));
  run_chains(
      how, found.posterior, [&](const RandomKey& key) { return LatentChain(data, key); },
      [&](const LatentChain& chain, std::size_t, std::size_t k) {
        found.posterior.draws[k] = chain.at();
        if (k < found.latent.size()) found.latent[k] = chain.latent();
      });
  return found;
}

CompletedBinary completed_binary(const ImputationData& data, const LatentDraws& latent,
                                 std::size_t draw, std::uint64_t seed) {
  ImputationData behind = data;
  behind.y = latent.latent[draw];
  const Imputer imputer(behind);
  const ImputationParameters& at = latent.posterior.draws[draw];
  const MatrixXd z = imputer.draw(at, seed, static_cast<std::uint32_t>(draw));
  const MatrixXd mean = imputer.mean(at), sd = imputer.spread(at);
  CompletedBinary made{data.y, MatrixXd::Constant(data.n(), data.m(), missing)};
  for (Index i = 0; i < data.n(); ++i)
    for (Index v = 0; v < data.m(); ++v) {
      if (!std::isnan(data.y(i, v))) continue;
      made.y(i, v) = z(i, v) > 0 ? 1 : 0;
      if (!data.defined(i, v))
        made.turning(i, v) = log_odds_below((mean(i, v) - z(i, v)) / sd(i, v)) -
                             log_odds_below(mean(i, v) / sd(i, v));
    }
  made.y = with_defined(data, std::move(made.y));
  return made;
}

MatrixXd with_log_odds_delta(MatrixXd completed, const MatrixXd& turning, const MatrixXd& delta) {
  if (delta.size() == 0) return completed;
  require(delta.rows() == completed.rows() && delta.cols() == completed.cols(),
          "stats.impute.shape", "delta needs a row a participant and a column a visit");
  for (Index i = 0; i < completed.rows(); ++i)
    for (Index v = 0; v < completed.cols(); ++v)
      if (!std::isnan(turning(i, v)) && delta(i, v) != 0)
        completed(i, v) = delta(i, v) > turning(i, v) ? 1 : 0;
  return completed;
}

}  // namespace entact
