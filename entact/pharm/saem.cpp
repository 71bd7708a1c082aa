// One iteration: simulate every chain of every person (parallel), gather statistics (in order),
// update the values. What an update needs is in Statistics; how a chain moves is in Chain.
#include "entact/pharm/saem.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/base/parallel.h"
#include "entact/base/random.h"
#include "entact/pharm/observation_likelihood.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Random effects of one person in one chain, with what the Metropolis steps need.
struct Chain {
  VectorXd b{};
  double sum = 0;  // of observation terms at b
  Prediction prediction{};
};

// Widths of the random walks, common to all chains, and how often they were accepted.
struct Walk {
  VectorXd width{};
  double all = 0.5;
};
struct Tally {
  VectorXd accepted{};
  double all = 0;
};

// Which elements of u are typical values or coefficients, and which of these follow from the
// simulated parameters.
struct Roles {
  std::vector<Index> centred{}, other{};
};

bool constant_covariate(const PopulationModel& model, const CovariateEffect& e) {
  return std::all_of(model.subjects.begin(), model.subjects.end(), [&](const auto& s) {
    const auto column = s.covariates.col(e.covariate);
    return column.minCoeff() == column.maxCoeff();
  });
}

Roles roles_of(const PopulationLayout& layout) {
  const PopulationModel& model = layout.model();
  const auto varies = [&](std::ptrdiff_t j) {
    return layout.eta_of()[static_cast<std::size_t>(j)] >= 0;
  };
  std::vector<bool> centred;
  for (std::size_t j = 0; j < model.parameters.size(); ++j)
    centred.push_back(varies(static_cast<std::ptrdiff_t>(j)));
  for (const CovariateEffect& e : model.effects)
    if (!constant_covariate(model, e)) centred[static_cast<std::size_t>(e.parameter)] = false;
  Roles roles;
  Index at = 0;
  const auto put = [&](std::ptrdiff_t j) {
    (centred[static_cast<std::size_t>(j)] ? roles.centred : roles.other).push_back(at++);
  };
  for (std::size_t j = 0; j < model.parameters.size(); ++j)
    if (!model.parameters[j].fixed) put(static_cast<std::ptrdiff_t>(j));
  for (const CovariateEffect& e : model.effects)
    if (!e.fixed) put(e.parameter);
  return roles;
}

class Saem {
 public:
  Saem(const PopulationLayout& layout, const SaemOptions& how)
      : layout_(layout), model_(layout.model()), how_(how), roles_(roles_of(layout)) {
    const auto n = static_cast<int>(model_.subjects.size());
    chains_ = how.chains > 0 ? how.chains : std::max(1, (50 + n - 1) / std::max(1, n));
    u_ = layout.start();
    values_ = layout.values(u_);
    for (const PopulationSubject& s : model_.subjects)
      for (int c = 0; c < chains_; ++c) people_.push_back({.b = VectorXd::Zero(layout.effects(s))});
    for (const PopulationSubject& s : model_.subjects)
      longest_ = std::max(longest_, layout.effects(s));
    walk_.width = VectorXd::Constant(longest_, 0.5);
  }

  SaemFit run() {
    check_population_start(layout_);
    SaemFit fit;
    const int all = how_.exploring + how_.smoothing;
    fit.trace.resize(all, u_.size());
    for (int k = 0; k < all; ++k) {
      gain_ = k < how_.exploring ? 1 : 1.0 / (k - how_.exploring + 1);
      annealing_ = k < how_.exploring / 2;
      iterate(k);
      fit.trace.row(k) = u_.transpose();
    }
    fit.u = u_;
    fit.drift = layout_.natural(u_) -
                layout_.natural(fit.trace.row(all - 1 - how_.smoothing / 2).transpose());
    return fit;
  }

 private:
  [[nodiscard]] std::ptrdiff_t subject(std::size_t k) const {
    return static_cast<std::ptrdiff_t>(k) / chains_;
  }
  [[nodiscard]] const PopulationSubject& person(std::size_t k) const {
    return model_.subjects[static_cast<std::size_t>(subject(k))];
  }

  void iterate(int k) {
    std::vector<Tally> tallies(people_.size());
    completed_.resize(people_.size());
    parallel_for(static_cast<std::ptrdiff_t>(people_.size()), how_.threads, [&](std::ptrdiff_t at) {
      const auto i = static_cast<std::size_t>(at);
      RandomStream random(
          {.seed = how_.seed,
           .purpose = RandomPurpose::estimation,
           .participant = static_cast<std::uint32_t>(subject(i)),
           .replicate = static_cast<std::uint32_t>(k * chains_ + static_cast<int>(at) % chains_)});
      tallies[i] = move(i, random);
      complete(i, random);
    });
    adapt(tallies);
    update();
  }

  // One proposal; true if accepted. `log_ratio` is that of prior and proposal densities.
  bool propose(std::size_t k, const VectorXd& b, double log_ratio, RandomStream& random) {
    Chain& chain = people_[k];
    Prediction prediction;
    const double sum = observation_sum(layout_, values_, subject(k), b, prediction);
    const double log_accept = (chain.sum - sum) / 2 + log_ratio;
    if (!(std::log(random.uniform()) < log_accept)) return false;
    chain.b = b, chain.sum = sum, chain.prediction = std::move(prediction);
    return true;
  }

  Tally move(std::size_t k, RandomStream& random) {
    Chain& chain = people_[k];
    const RandomPrecision prior = random_precision(layout_, values_, person(k));
    const Index d = chain.b.size();
    Tally tally{.accepted = VectorXd::Zero(longest_)};
    chain.sum = observation_sum(layout_, values_, subject(k), chain.b, chain.prediction);
    if (d == 0) return tally;
    const auto normals = [&] {
      VectorXd z(d);
      for (double& each : z) each = random.normal();
      return z;
    };
    const auto prior_ratio = [&](const VectorXd& b) {
      return (chain.b.dot(prior.inverse * chain.b) - b.dot(prior.inverse * b)) / 2;
    };
    for (int n = 0; n < 2; ++n) propose(k, prior.root * normals(), 0, random);
    for (int n = 0; n < 2; ++n)
      for (Index e = 0; e < d; ++e) {
        VectorXd b = chain.b;
        b[e] += walk_.width[e] * prior.root.row(e).norm() * random.normal();
        tally.accepted[e] += propose(k, b, prior_ratio(b), random) ? 0.5 : 0;
      }
    for (int n = 0; n < 2; ++n) {
      const VectorXd b = chain.b + walk_.all * (prior.root * normals());
      tally.all += propose(k, b, prior_ratio(b), random) ? 0.5 : 0;
    }
    return tally;
  }

  // The observations, the censored ones drawn below their limit.
  void complete(std::size_t k, RandomStream& random) {
    const PopulationSubject& s = person(k);
    completed_[k] = s.observed;
    for (Index j = 0; j < s.below.size(); ++j) {
      if (!std::isfinite(s.below[j])) continue;
      const double f = people_[k].prediction.value[j];
      const double sd = std::sqrt(spread_at(f));
      const double p = std::exp(log_normal_below((s.below[j] - f) / sd));
      completed_[k][j] = f + sd * normal_from_uniform(std::max(1e-300, p * random.uniform()));
    }
  }

  // 0 where a censored observation is certain to be.
  [[nodiscard]] double spread_at(double f) const {
    return residual_variance(f, values_.additive, values_.proportional);
  }

  // Towards four of ten accepted.
  void adapt(const std::vector<Tally>& tallies) {
    VectorXd accepted = VectorXd::Zero(longest_), count = VectorXd::Zero(longest_);
    double all = 0;
    for (std::size_t k = 0; k < tallies.size(); ++k) {
      accepted += tallies[k].accepted;
      count.head(people_[k].b.size()).array() += 1;
      all += tallies[k].all;
    }
    for (Index e = 0; e < longest_; ++e) walk_.width[e] *= 1 + 0.4 * (accepted[e] / count[e] - 0.4);
    walk_.all *= 1 + 0.4 * (all / static_cast<double>(tallies.size()) - 0.4);
  }

  // Transformed typical value of each varying parameter of a person, first occasion.
  [[nodiscard]] VectorXd means(std::size_t k, const PopulationValues& values) const {
    const VectorXd phi =
        individual_parameters(layout_, values, person(k), VectorXd::Zero(people_[k].b.size())).phi;
    VectorXd m(layout_.etas());
    for (std::size_t j = 0; j < model_.parameters.size(); ++j)
      if (const Index e = layout_.eta_of()[j]; e >= 0)
        m[e] = model_.parameters[j].form == IndividualForm::lognormal
                   ? std::log(phi[static_cast<Index>(j)])
                   : phi[static_cast<Index>(j)];
    return m;
  }

  void blend(MatrixXd& statistic, const MatrixXd& now) const {
    statistic = statistic.size() == 0 ? now : MatrixXd(statistic + gain_ * (now - statistic));
  }

  void gather() {
    const Index d = layout_.etas(), l = layout_.kappas();
    MatrixXd own = MatrixXd::Zero(d, static_cast<Index>(model_.subjects.size()));
    MatrixXd square = MatrixXd::Zero(d, d), occasion = MatrixXd::Zero(l, l);
    double occasions = 0;
    for (std::size_t k = 0; k < people_.size(); ++k) {
      const VectorXd z = means(k, values_) + people_[k].b.head(d);
      own.col(subject(k)) += z / chains_;
      square += z * z.transpose() / chains_;
      for (std::ptrdiff_t o = 0; o < (l > 0 ? person(k).occasions : 0); ++o) {
        const VectorXd kappa = people_[k].b.segment(d + o * l, l);
        occasion += kappa * kappa.transpose();
        occasions += 1;
      }
    }
    blend(own_, own);
    blend(square_, square);
    if (occasions > 0) blend(occasion_, occasion / occasions);
  }

  // Typical values and coefficients that explain the simulated parameters best.
  void update_centred() {
    const auto p = static_cast<Index>(roles_.centred.size());
    if (p == 0) return;
    const Index n = own_.cols(), d = layout_.etas();
    const MatrixXd weight = values_.omega.llt().matrixL().solve(MatrixXd::Identity(d, d));
    for (int turn = 0; turn < 5; ++turn) {
      MatrixXd normal = MatrixXd::Zero(p, p);
      VectorXd right = VectorXd::Zero(p);
      for (Index i = 0; i < n; ++i) {
        const auto k = static_cast<std::size_t>(i * chains_);
        MatrixXd by(d, p);
        for (Index c = 0; c < p; ++c) {
          VectorXd at = u_;
          at[roles_.centred[static_cast<std::size_t>(c)]] += 1e-5;
          const VectorXd high = means(k, layout_.values(at));
          at[roles_.centred[static_cast<std::size_t>(c)]] -= 2e-5;
          by.col(c) = weight * (high - means(k, layout_.values(at))) / 2e-5;
        }
        normal += by.transpose() * by;
        right += by.transpose() * (weight * (own_.col(i) - means(k, layout_.values(u_))));
      }
      const VectorXd step = normal.ldlt().solve(right);
      if (!step.allFinite()) return;
      for (Index c = 0; c < p; ++c) u_[roles_.centred[static_cast<std::size_t>(c)]] += step[c];
      if (step.cwiseAbs().maxCoeff() < 1e-8) return;
    }
  }

  // Where a typical value does not vary between people: all of them by a scoring step on the
  // likelihood of the observations, the random effects held. Those that vary take part (their
  // parameters move along), because separate steps would creep where both explain the same.
  void update_other() {
    if (roles_.other.empty()) return;
    std::vector<Index> moved = roles_.centred;
    moved.insert(moved.end(), roles_.other.begin(), roles_.other.end());
    const auto p = static_cast<Index>(moved.size());
    MatrixXd information = MatrixXd::Zero(p, p);
    VectorXd score = VectorXd::Zero(p);
    for (std::size_t k = 0; k < people_.size(); ++k) {
      const PopulationSubject& s = person(k);
      Prediction here;
      const VectorXd& b = people_[k].b;
      model_.predict(subject(k), individual_parameters(layout_, values_, s, b).phi, true, here);
      MatrixXd by(here.value.size(), p);
      for (Index c = 0; c < p; ++c) {
        VectorXd at = u_;
        at[moved[static_cast<std::size_t>(c)]] += 1e-5;
        const VectorXd high = individual_parameters(layout_, layout_.values(at), s, b).phi;
        at[moved[static_cast<std::size_t>(c)]] -= 2e-5;
        const VectorXd low = individual_parameters(layout_, layout_.values(at), s, b).phi;
        by.col(c) = here.jacobian * (high - low) / 2e-5;
      }
      for (Index j = 0; j < here.value.size(); ++j) {
        if (!(spread_at(here.value[j]) > 0)) continue;
        const ObservationTerm t =
            measured_term(completed_[k][j], here.value[j], values_.additive, values_.proportional);
        score -= t.first / 2 * by.row(j).transpose();
        information += t.expected / 2 * by.row(j).transpose() * by.row(j);
      }
    }
    VectorXd step = information.ldlt().solve(score);
    if (!step.allFinite()) return;
    const double longest = step.cwiseAbs().maxCoeff();
    if (longest > 0.5) step *= 0.5 / longest;
    for (Index c = 0; c < p; ++c) u_[moved[static_cast<std::size_t>(c)]] += gain_ * step[c];
  }

  // Variances do not shrink faster than by a twentieth at first, so that the search gets around.
  void anneal(MatrixXd& now, const MatrixXd& before) const {
    if (!annealing_) return;
    for (Index e = 0; e < now.rows(); ++e) now(e, e) = std::max(now(e, e), 0.95 * before(e, e));
  }

  void update_spread(PopulationValues& next) {
    const Index d = layout_.etas(), n = own_.cols();
    MatrixXd omega = square_;
    for (Index i = 0; i < n; ++i) {
      const VectorXd m = means(static_cast<std::size_t>(i * chains_), next);
      omega += m * m.transpose() - own_.col(i) * m.transpose() - m * own_.col(i).transpose();
    }
    omega /= static_cast<double>(n);
    anneal(omega, values_.omega);
    if (d > 0) next.omega = omega;
    MatrixXd occasion = occasion_;
    if (occasion.size() > 0) {
      anneal(occasion, values_.occasion);
      next.occasion = occasion;
    }
  }

  // Squares of residuals: the best variances of this iteration, blended with those before.
  void update_residual(PopulationValues& next) {
    double a = values_.additive * values_.additive, b = values_.proportional * values_.proportional;
    const double a_before = a, b_before = b;
    const bool both = a > 0 && b > 0;
    for (int turn = 0; turn < (both ? 20 : 1); ++turn) {
      // Scoring for the variance a + b f^2, whose exact solution is a mean where one is alone.
      Eigen::Matrix2d information = Eigen::Matrix2d::Zero();
      Eigen::Vector2d score = Eigen::Vector2d::Zero();
      for (std::size_t k = 0; k < people_.size(); ++k)
        for (Index j = 0; j < completed_[k].size(); ++j) {
          const double f = people_[k].prediction.value[j], r = completed_[k][j] - f;
          const Eigen::Vector2d x(a > 0 ? 1 : 0, b > 0 ? f * f : 0);
          const double v = a + b * f * f;
          if (!(v * v > 0)) continue;  // censored, and certain to be
          information += x * x.transpose() / (v * v);
          score += x * (r * r - v) / (v * v);
        }
      if (!(a > 0)) information(0, 0) = 1;
      if (!(b > 0)) information(1, 1) = 1;
      const Eigen::Vector2d step = information.ldlt().solve(score);
      if (!step.allFinite()) break;
      if (a > 0) a = std::max(a + step[0], 0.05 * a);
      if (b > 0) b = std::max(b + step[1], 0.05 * b);
    }
    a = a_before + gain_ * (a - a_before), b = b_before + gain_ * (b - b_before);
    if (annealing_) a = std::max(a, 0.9 * a_before), b = std::max(b, 0.9 * b_before);
    next.additive = std::sqrt(a), next.proportional = std::sqrt(b);
  }

  void update() {
    gather();
    update_centred();
    PopulationValues next = layout_.values(u_);
    update_spread(next);
    update_residual(next);
    // Parameters stay where they are simulated: their random effects are from the new means.
    for (std::size_t k = 0; k < people_.size(); ++k)
      people_[k].b.head(layout_.etas()) += shift(k, next);
    const VectorXd moved = layout_.unconstrained(next);
    if (moved.allFinite()) u_ = moved;
    values_ = layout_.values(u_);
    update_other();
  }

  // Zero for parameters whose typical value does not follow from the simulated ones.
  [[nodiscard]] VectorXd shift(std::size_t k, const PopulationValues& next) const {
    return means(k, values_) - means(k, next);
  }

  const PopulationLayout& layout_;
  const PopulationModel& model_;
  SaemOptions how_;
  Roles roles_;
  int chains_ = 1;
  Index longest_ = 0;
  VectorXd u_{};
  PopulationValues values_{};
  std::vector<Chain> people_{};
  std::vector<VectorXd> completed_{};
  Walk walk_{};
  double gain_ = 1;
  bool annealing_ = true;
  MatrixXd own_{}, square_{}, occasion_{};
};

}  // namespace

SaemFit fit_saem(const PopulationLayout& layout, const SaemOptions& how) {
  require(how.exploring >= 1 && how.smoothing >= 1 && how.chains >= 0, "pharm.saem.options",
          fmt::format("SAEM has at least one iteration of either kind; saw {} and {}",
                      how.exploring, how.smoothing),
          ErrorKind::usage);
  return Saem(layout, how).run();
}

}  // namespace entact
