// Which draws or samples a method takes, which data sets come of them, and how their results are
// pooled. The model's fit is imputation_reml, its posterior posterior_draws, the filling in
// imputer, the analysis imputed_analysis, the rules imputation_pool.
#include "entact/stats/imputation.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "entact/base/error.h"
#include "entact/base/parallel.h"
#include "entact/base/random.h"
#include "entact/stats/imputation_reml.h"
#include "entact/stats/latent_normal.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

bool pair_has_meaning(ImputationMethod method, PoolingRule rule) {
  return (rule == PoolingRule::rubin) != (method == ImputationMethod::conditional_mean);
}

void check_options(const ImputationOptions& how, const ImputationData& data) {
  require(pair_has_meaning(how.method, how.rule), "stats.impute.pair",
          "Bayesian and approximate Bayesian draws are pooled by Rubin's rules, conditional means "
          "by the jackknife or bootstrap: no other pair estimates a variance. Change the method or "
          "the rule",
          ErrorKind::usage);
  require(!data.binary || data.covariance == CovarianceKind::us, "stats.impute.pair",
          fmt::format("binary outcomes have an unstructured correlation of their latent normal "
                      "variable; write us instead of {}",
                      name_of(data.covariance)),
          ErrorKind::usage);
  require(
      !data.binary || how.method == ImputationMethod::bayes, "stats.impute.pair",
      "binary outcomes are imputed by Bayesian draws (bayes) and pooled by Rubin's rules: a mean "
      "of them is no outcome",
      ErrorKind::usage);
  require(how.draws >= 2, "stats.impute.option",
          fmt::format("imputation needs 2 draws or more; saw {}", how.draws), ErrorKind::usage);
  require(how.strata.empty() || static_cast<Index>(how.strata.size()) == data.n(),
          "stats.impute.shape", "strata need one entry a participant");
}

ImputationParameters parameters_of(const MmrmFit& fit) { return {fit.beta, fit.covariance}; }

// Participants with anything to say about the model; only these are left out or drawn in turn.
std::map<int, std::vector<Index>> members_of_strata(const ImputationData& data,
                                                    const std::vector<int>& strata) {
  std::map<int, std::vector<Index>> members;
  for (Index i = 0; i < data.n(); ++i)
    members[strata.empty() ? 0 : strata[static_cast<std::size_t>(i)]].push_back(i);
  return members;
}

// How often each participant is drawn, as many from each stratum as it has.
VectorXd bootstrap_weights(const ImputationData& data, const ImputationOptions& how,
                           std::uint32_t replicate) {
  VectorXd weights = VectorXd::Zero(data.n());
  for (const auto& [stratum, members] : members_of_strata(data, how.strata)) {
    RandomStream random({.seed = how.seed,
                         .purpose = RandomPurpose::bootstrap,
                         .participant = static_cast<std::uint32_t>(stratum),
                         .replicate = replicate});
    for (std::size_t k = 0; k < members.size(); ++k)
      weights(members[random.below(static_cast<std::uint32_t>(members.size()))]) += 1;
  }
  return weights;
}

// The estimate of one bootstrap sample. A sample without one is drawn again, from replicate
// numbers that no other sample uses.
struct Resampled {
  VectorXd weights{};
  ImputationParameters parameters{};
  int redrawn = 0;
};

Resampled bootstrapped(const ImputationData& data, const ImputationOptions& how,
                       const MmrmFit& near, ImputationReml& reml, int which) {
  constexpr int attempts = 20;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const auto replicate = static_cast<std::uint32_t>(which + attempt * how.draws);
    VectorXd weights = bootstrap_weights(data, how, replicate);
    try {
      const MmrmFit& fit = reml.refit(weights, near);
      if (fit.fit.converged) return {std::move(weights), parameters_of(fit), attempt};
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unanswerable) throw;
    }
  }
  throw Error("stats.impute.resample",
              fmt::format("{} bootstrap samples in a row gave no estimate of the imputation model: "
                          "too few participants for its covariates and visits",
                          attempts),
              ErrorKind::unanswerable);
}

// Calls body(replicate, model) for each: one model a block of replicates, whatever the threads.
template <class Body>
void replicate(const ImputationData& data, Index count, int threads, Body&& body) {
  constexpr std::ptrdiff_t block = 32;
  parallel_for((count + block - 1) / block, threads, [&](std::ptrdiff_t b) {
    ImputationReml reml(data);
    for (auto r = b * block; r < std::min<std::ptrdiff_t>(count, (b + 1) * block); ++r)
      body(r, reml);
  });
}

PosteriorOptions posterior_options(const ImputationOptions& how) {
  return {.draws = how.draws,
          .burn_in = how.burn_in,
          .burn_between = how.burn_between,
          .chains = how.chains,
          .seed = how.seed,
          .threads = how.threads};
}

void add_bayes(const ImputationData& data, const Imputer& imputer, Imputations& made) {
  const ImputationOptions& how = made.how;
  PosteriorDraws posterior = posterior_draws(data, posterior_options(how));
  made.reml = std::move(posterior.reml);
  made.worst_r_hat = posterior.worst_r_hat;
  made.least_ess = posterior.least_ess;
  made.acceptance = posterior.acceptance;
  made.fit = posterior.fit;
  made.completed.resize(posterior.draws.size());
  parallel_for(how.draws, how.threads, [&](std::ptrdiff_t d) {
    const auto at = static_cast<std::size_t>(d);
    made.completed[at] = imputer.draw(posterior.draws[at], how.seed, static_cast<std::uint32_t>(d));
  });
}

// Mean and covariance of the draws, where no REML estimate is.
MmrmFit posterior_summary(const std::vector<ImputationParameters>& draws) {
  const auto count = static_cast<double>(draws.size());
  MmrmFit summary{.beta = VectorXd::Zero(draws.front().beta.size()),
                  .covariance = draws.front().covariance};
  for (auto& each : summary.covariance) each.setZero();
  for (const ImputationParameters& draw : draws) {
    summary.beta += draw.beta / count;
    for (std::size_t g = 0; g < summary.covariance.size(); ++g)
      summary.covariance[g] += draw.covariance[g] / count;
  }
  summary.beta_vcov = MatrixXd::Zero(summary.beta.size(), summary.beta.size());
  for (const ImputationParameters& draw : draws)
    summary.beta_vcov +=
        (draw.beta - summary.beta) * (draw.beta - summary.beta).transpose() / (count - 1);
  return summary;
}

void add_binary(const ImputationData& data, Imputations& made) {
  const ImputationOptions& how = made.how;
  const LatentDraws latent = latent_draws(data, posterior_options(how));
  made.reml = posterior_summary(latent.posterior.draws);
  made.worst_r_hat = latent.posterior.worst_r_hat;
  made.least_ess = latent.posterior.least_ess;
  made.fit = latent.posterior.fit;
  made.completed.resize(latent.latent.size());
  made.turning.resize(latent.latent.size());
  parallel_for(how.draws, how.threads, [&](std::ptrdiff_t d) {
    const auto at = static_cast<std::size_t>(d);
    CompletedBinary one = completed_binary(data, latent, at, how.seed);
    made.completed[at] = std::move(one.y);
    made.turning[at] = std::move(one.turning);
  });
}

void add_bootstrap(const ImputationData& data, const Imputer& imputer, Imputations& made) {
  const ImputationOptions& how = made.how;
  const bool means = how.method == ImputationMethod::conditional_mean;
  const std::size_t first = means ? 1 : 0, draws = static_cast<std::size_t>(how.draws);
  made.completed.resize(first + draws);
  made.weights.resize(means ? first + draws : 0);
  std::vector<int> redrawn(draws);
  if (means) made.completed[0] = imputer.mean(parameters_of(made.reml));
  replicate(data, how.draws, how.threads, [&](std::ptrdiff_t b, ImputationReml& reml) {
    const auto at = static_cast<std::size_t>(b);
    Resampled sample = bootstrapped(data, how, made.reml, reml, static_cast<int>(b));
    made.completed[first + at] =
        means ? imputer.mean(sample.parameters)
              : imputer.draw(sample.parameters, how.seed, static_cast<std::uint32_t>(b));
    if (means) made.weights[first + at] = std::move(sample.weights);
    redrawn[at] = sample.redrawn;
  });
  for (const int count : redrawn) made.redrawn += count;
  if (made.redrawn > 0)
    made.fit.reservations.push_back(fmt::format(
        "{} bootstrap samples gave no estimate of the imputation model and were drawn again",
        made.redrawn));
}

void add_jackknife(const ImputationData& data, const Imputer& imputer, Imputations& made) {
  const auto n = static_cast<std::size_t>(data.n());
  made.completed.resize(1 + n);
  made.weights.resize(1 + n);
  made.completed[0] = imputer.mean(parameters_of(made.reml));
  replicate(data, data.n(), made.how.threads, [&](std::ptrdiff_t i, ImputationReml& reml) {
    const auto at = static_cast<std::size_t>(i);
    VectorXd& counts = made.weights[1 + at];
    counts = VectorXd::Ones(data.n());
    counts(i) = 0;
    const MmrmFit& fit = reml.refit(counts, made.reml);
    require(fit.fit.converged, "stats.impute.resample",
            fmt::format("the imputation model has no estimate without participant {}",
                        data.participants[at]),
            ErrorKind::unanswerable);
    made.completed[1 + at] = imputer.mean(parameters_of(fit));
  });
}

PooledImputation pooled_by(PoolingRule rule, std::span<const AnalysisEstimate> results,
                           double level) {
  if (rule == PoolingRule::rubin) return pool_rubin(results, level);
  std::vector<double> estimates;
  for (const AnalysisEstimate& each : results.subspan(1)) estimates.push_back(each.estimate);
  const double of_all = results.front().estimate;
  switch (rule) {
    case PoolingRule::jackknife:
      return pool_jackknife(of_all, estimates, level);
    case PoolingRule::bootstrap_normal:
      return pool_bootstrap_normal(of_all, estimates, level);
    default:
      return pool_bootstrap_percentile(of_all, estimates, level);
  }
}

MatrixXd shifted_outcomes(const ImputationData& data, const Imputations& made, std::size_t set,
                          const MatrixXd& delta) {
  return data.binary ? with_log_odds_delta(made.completed[set], made.turning[set], delta)
                     : with_delta(data, made.completed[set], delta);
}

std::string_view rule_words(PoolingRule rule) {
  switch (rule) {
    case PoolingRule::rubin:
      return "Rubin's rules";
    case PoolingRule::jackknife:
      return "jackknife";
    case PoolingRule::bootstrap_normal:
      return "bootstrap, normal interval";
    case PoolingRule::bootstrap_percentile:
      return "bootstrap, percentile interval";
  }
  return "";
}

}  // namespace

ImputationMethod imputation_method(std::string_view name) {
  if (name == "bayes") return ImputationMethod::bayes;
  if (name == "approxbayes") return ImputationMethod::approximate_bayes;
  if (name == "condmean") return ImputationMethod::conditional_mean;
  throw Error("stats.impute.method",
              fmt::format("the methods are bayes, approxbayes and condmean; saw '{}'", name),
              ErrorKind::usage);
}

PoolingRule pooling_rule(std::string_view name) {
  if (name == "rubin") return PoolingRule::rubin;
  if (name == "jackknife") return PoolingRule::jackknife;
  if (name == "bootstrap") return PoolingRule::bootstrap_percentile;
  if (name == "bootstrap-normal") return PoolingRule::bootstrap_normal;
  throw Error(
      "stats.impute.rule",
      fmt::format("the rules are rubin, jackknife, bootstrap and bootstrap-normal; saw '{}'", name),
      ErrorKind::usage);
}

Imputations impute(const ImputationData& data, const ImputationOptions& how) {
  check_options(how, data);
  const Imputer imputer(data);
  Imputations made{.how = how};
  if (data.binary) {
    add_binary(data, made);
    return made;
  }
  if (how.method == ImputationMethod::bayes) {
    add_bayes(data, imputer, made);
    return made;
  }
  made.reml = ImputationReml(data).fit();
  made.fit = made.reml.fit;
  if (how.rule == PoolingRule::jackknife)
    add_jackknife(data, imputer, made);
  else
    add_bootstrap(data, imputer, made);
  return made;
}

std::vector<PooledImputation> pool_imputations(const ImputationData& data,
                                               const Imputations& imputations,
                                               const ImputedAnalysis& analysis,
                                               const MatrixXd& delta, double level) {
  const std::size_t sets = imputations.completed.size();
  std::vector<std::vector<AnalysisEstimate>> results(analysis.parameters.size(),
                                                     std::vector<AnalysisEstimate>(sets));
  parallel_for(static_cast<std::ptrdiff_t>(sets), imputations.how.threads, [&](std::ptrdiff_t d) {
    const auto at = static_cast<std::size_t>(d);
    const auto& weights = imputations.weights.empty() ? VectorXd{} : imputations.weights[at];
    const auto estimates =
        delta.size() == 0 ? analysis.run(imputations.completed[at], weights)
                          : analysis.run(shifted_outcomes(data, imputations, at, delta), weights);
    require(estimates.size() == results.size(), "stats.impute.shape",
            "an analysis must give one estimate a parameter");
    for (std::size_t k = 0; k < results.size(); ++k) results[k][at] = estimates[k];
  });
  std::vector<PooledImputation> pooled;
  for (const auto& each : results) pooled.push_back(pooled_by(imputations.how.rule, each, level));
  return pooled;
}

std::string imputation_words(const ImputationOptions& how, Index participants) {
  switch (how.method) {
    case ImputationMethod::bayes:
      return fmt::format("Bayesian multiple imputation, {} draws, {}", how.draws,
                         rule_words(how.rule));
    case ImputationMethod::approximate_bayes:
      return fmt::format("approximate Bayesian multiple imputation, {} draws, {}", how.draws,
                         rule_words(how.rule));
    case ImputationMethod::conditional_mean:
      return fmt::format("conditional mean imputation, {}, {} samples", rule_words(how.rule),
                         how.rule == PoolingRule::jackknife ? participants : how.draws);
  }
  return "";
}

Estimate to_estimate(const PooledImputation& pooled, const Estimand& estimand, double level,
                     PoolingRule rule, const Fit& fit) {
  Estimate estimate{
      .estimand = estimand, .value = pooled.estimate, .se = pooled.se, .df = pooled.df, .fit = fit};
  if (rule == PoolingRule::bootstrap_percentile) {
    estimate.interval = Interval{pooled.low, pooled.high, level, std::string(rule_words(rule))};
    estimate.p = pooled.p;
  }
  return estimate;
}

}  // namespace entact
