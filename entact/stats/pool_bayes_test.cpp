#include "entact/stats/pool_bayes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/pool.h"

namespace entact {
namespace {

using nlohmann::json;
using Numbers = std::vector<double>;

json read(const std::string& name) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/pool/" + name);
  return json::parse(in);
}

TauPrior prior_of(const std::string& name) {
  if (name.starts_with("uniform")) return TauPrior::uniform;
  return name.starts_with("half_cauchy") ? TauPrior::half_cauchy : TauPrior::half_normal;
}

std::string code_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

void expect_central(const Posterior& ours, const json& three) {
  // R's integrals are good to some 1e-10, its roots to 1e-12.
  EXPECT_NEAR(ours.central.low, three[0].get<double>(), 1e-8);
  EXPECT_NEAR(ours.median, three[1].get<double>(), 1e-8);
  EXPECT_NEAR(ours.central.high, three[2].get<double>(), 1e-8);
}

TEST(PoolBayes, agrees_with_nested_integration_in_r) {
  const json input = read("input.json"), expected = read("bayes.json");
  int compared = 0;
  for (const auto& [name, priors] : expected.items()) {
    if (name == "r") continue;
    const Numbers y = input[name]["yi"], v = input[name]["vi"];
    for (const auto& [prior, r] : priors.items()) {
      PoolBayesOptions how{.tau_prior = prior_of(prior)};
      if (!prior.ends_with("_flat")) how.mu_sd = 1;
      const PooledBayes ours = pool_bayes(y, v, how);
      SCOPED_TRACE(name + " " + prior);
      EXPECT_TRUE(ours.fit.converged);
      expect_central(ours.mu, r["mu"]);
      expect_central(ours.predictive, r["new"]);
      expect_central(ours.studies[0], r["first"]);
      EXPECT_NEAR(ours.studies[0].mean, r["first_mean"].get<double>(), 1e-8);
      EXPECT_NEAR(ours.mu.mean, r["mu_mean"].get<double>(), 1e-8);
      EXPECT_NEAR(ours.tau.median, r["tau"][0].get<double>(), 1e-8);
      EXPECT_NEAR(ours.p_mu_below_0, r["p_mu"].get<double>(), 1e-9);
      EXPECT_NEAR(ours.p_predictive_below_0, r["p_new"].get<double>(), 1e-9);
      EXPECT_NEAR(posterior_below(y, v, -0.2, how).mu, r["p_mu_02"].get<double>(), 1e-9);
      if (r.contains("tau_mean") && r["tau_mean"].is_number()) {
        EXPECT_NEAR(ours.tau.mean, r["tau_mean"].get<double>(), 1e-8);
      }
      if (std::isfinite(ours.mu.sd)) {
        EXPECT_NEAR(ours.mu.sd, r["mu_sd"].get<double>(), 1e-8);
      }
      if (std::isfinite(ours.tau.sd)) {
        EXPECT_NEAR(ours.tau.sd, r["tau_sd"].get<double>(), 1e-7);
      }
      ++compared;
    }
  }
  EXPECT_EQ(compared, 16);
}

// bayesmeta 3.4 takes the mixture over tau from a coarse grid (its argument delta = 0.01), so mu is
// good to three or four digits; its tau is integrated, with roots to about 1e-5. Its sd of a new
// effect is off by up to 3% with heavy tails; what its own tau and mu imply is not.
TEST(PoolBayes, agrees_with_bayesmeta_to_its_precision) {
  const json input = read("input.json"), expected = read("bayesmeta.json");
  for (const auto& [name, priors] : expected.items()) {
    if (name == "tool") continue;
    const Numbers y = input[name]["yi"], v = input[name]["vi"];
    for (const auto& [prior, r] : priors.items()) {
      SCOPED_TRACE(name + " " + prior);
      const PooledBayes ours = pool_bayes(y, v, {.tau_prior = prior_of(prior), .mu_sd = 1});
      const auto expect_row = [&](const Posterior& p, const json& column, double tolerance) {
        EXPECT_NEAR(p.median, column["median"].get<double>(), tolerance);
        EXPECT_NEAR(p.mean, column["mean"].get<double>(), tolerance);
        EXPECT_NEAR(p.sd, column["sd"].get<double>(), tolerance);
        EXPECT_NEAR(p.shortest->low, column["low"].get<double>(), 5 * tolerance);
        EXPECT_NEAR(p.shortest->high, column["high"].get<double>(), 5 * tolerance);
      };
      json theta = r["theta"];
      theta["sd"] = std::hypot(r["mu"]["sd"].get<double>(), r["tau"]["sd"].get<double>(),
                               r["tau"]["mean"].get<double>());  // Var mu + E tau^2
      expect_row(ours.tau, r["tau"], 1e-4);
      expect_row(ours.mu, r["mu"], 1e-3);
      expect_row(ours.predictive, theta, 1e-3);
    }
  }
}

TEST(PoolBayes, one_known_tau_is_the_normal_posterior) {
  // A prior of tau that sits at 0 leaves mu | tau = 0: precision sum(1/v) + 1/sd^2.
  const Numbers y{0.2, 0.5, 0.9}, v{0.1, 0.2, 0.4};
  const PooledBayes p = pool_bayes(y, v, {.tau_scale = 1e-7, .mu_mean = 1, .mu_sd = 0.5});
  const double precision = 10 + 5 + 2.5 + 4;
  EXPECT_NEAR(p.mu.mean, (2 + 2.5 + 2.25 + 4) / precision, 1e-9);
  EXPECT_NEAR(p.mu.sd, 1 / std::sqrt(precision), 1e-9);
  EXPECT_NEAR(p.mu.central.high, p.mu.mean + 1.959963984540054 / std::sqrt(precision), 1e-8);
  EXPECT_NEAR(p.studies[2].mean, p.mu.mean, 1e-9);
  EXPECT_NEAR(p.tau.median, 1e-7 * normal_quantile(0.75), 1e-11);
}

TEST(PoolBayes, a_single_study_leaves_the_prior_of_tau_alone) {
  // With flat mu one estimate says nothing about tau.
  const PooledBayes p = pool_bayes(Numbers{0.3}, Numbers{0.04}, {.tau_scale = 0.5});
  EXPECT_NEAR(p.tau.median, 0.5 * normal_quantile(0.75), 1e-10);
  EXPECT_NEAR(p.tau.mean, 0.5 * std::sqrt(2 / std::acos(-1.0)), 1e-10);
  EXPECT_NEAR(p.mu.mean, 0.3, 1e-12);
  EXPECT_NEAR(p.mu.sd, std::sqrt(0.04 + 0.25), 1e-10);  // v + E tau^2
}

TEST(PoolBayes, follows_a_shift_and_a_sign) {
  const Numbers v{0.1, 0.2, 0.4, 0.1};
  const PooledBayes a = pool_bayes(Numbers{0.2, 0.5, 0.9, -0.3}, v);
  const PooledBayes shifted = pool_bayes(Numbers{3.2, 3.5, 3.9, 2.7}, v);
  const PooledBayes turned = pool_bayes(Numbers{-0.2, -0.5, -0.9, 0.3}, v);
  EXPECT_NEAR(shifted.mu.median, a.mu.median + 3, 1e-10);
  EXPECT_NEAR(shifted.predictive.shortest->low, a.predictive.shortest->low + 3, 1e-6);
  EXPECT_NEAR(turned.mu.central.low, -a.mu.central.high, 1e-10);
  EXPECT_NEAR(turned.p_mu_below_0, 1 - a.p_mu_below_0, 1e-12);
}

TEST(PoolBayes, shortest_interval_is_no_longer_than_the_central_one) {
  const json b = read("input.json")["bcg_logRR"];
  const PooledBayes p = pool_bayes(b["yi"].get<Numbers>(), b["vi"].get<Numbers>());
  for (const Posterior* each : {&p.mu, &p.tau, &p.predictive}) {
    EXPECT_LT(each->shortest->high - each->shortest->low, each->central.high - each->central.low);
  }
}

TEST(PoolBayes, many_studies_bring_it_to_the_likelihood) {
  Numbers y, v;
  for (int i = 1; i <= 1000; ++i) {
    v.push_back(0.01 + 0.3 * std::fmod(i * 0.6180339887498949, 1.0));
    y.push_back(0.4 + std::sqrt(0.1 + v.back()) *
                          normal_quantile(std::fmod(i * 1.4142135623730951, 1.0)));
  }
  const PooledBayes p = pool_bayes(y, v, {.studies = false});
  const Pooled reml = pool(y, v, {.test = PoolTest::z});
  EXPECT_TRUE(p.fit.converged);
  EXPECT_NEAR(p.mu.mean, reml.value(), 0.02 * reml.se());
  EXPECT_NEAR(p.mu.sd, reml.se(), 0.02 * reml.se());
  EXPECT_NEAR(p.tau.median, std::sqrt(reml.tau2), 0.003);
  EXPECT_TRUE(p.studies.empty());
}

TEST(PoolBayes, says_where_a_moment_is_infinite) {
  const PooledBayes p =
      pool_bayes(Numbers{0.1, 0.4}, Numbers{0.1, 0.1}, {.tau_prior = TauPrior::half_cauchy});
  EXPECT_TRUE(std::isfinite(p.tau.mean));
  EXPECT_TRUE(std::isinf(p.tau.sd) && std::isinf(p.mu.sd) && std::isinf(p.predictive.sd));
}

TEST(PoolBayes, refuses_improper_posteriors_and_bad_priors) {
  const Numbers y{0.1, 0.4}, v{0.1, 0.1};
  EXPECT_EQ(code_of([&] { pool_bayes(y, v, {.tau_prior = TauPrior::uniform}); }),
            "stats.pool.improper");
  EXPECT_EQ(code_of([&] { pool_bayes(y, v, {.tau_scale = 0}); }), "stats.pool.option");
  EXPECT_EQ(code_of([&] { pool_bayes(y, v, {.mu_sd = -1}); }), "stats.pool.option");
  EXPECT_EQ(code_of([&] { pool_bayes(y, v, {.level = 1}); }), "stats.pool.option");
  EXPECT_EQ(code_of([&] { pool_bayes(y, Numbers{0.1, 0}); }), "stats.pool.variance");
}

TEST(PoolBayes, becomes_an_estimate_with_its_own_interval) {
  const PooledBayes p = pool_bayes(Numbers{0.1, 0.4}, Numbers{0.1, 0.1});
  const Estimate e = to_estimate(p, {});
  EXPECT_EQ(e.value, p.mu.median);
  ASSERT_TRUE(e.interval);
  EXPECT_EQ(e.interval->low, p.mu.central.low);
  EXPECT_FALSE(e.p);
}

}  // namespace
}  // namespace entact
