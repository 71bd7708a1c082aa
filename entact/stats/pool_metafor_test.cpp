// Every method with every test on every data set of reference/pool against metafor and R's meta.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "entact/stats/pool.h"
#include "entact/stats/pool_subgroups.h"
#include "entact/stats/tau2_interval.h"

namespace entact {
namespace {

using nlohmann::json;

const std::vector<std::string> methods = {"FE", "DL",   "HE", "HS", "HSk", "SJ",
                                          "ML", "REML", "EB", "PM", "PMM"};
const std::vector<std::string> tests = {"z", "t", "knha", "adhoc"};

json read(const std::string& name) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/pool/" + name);
  return json::parse(in);
}

const json& input() {
  static const json loaded = read("input.json");
  return loaded;
}
const json& metafor() {
  static const json loaded = read("metafor.json");
  return loaded;
}

std::vector<double> numbers(const json& j) { return j.get<std::vector<double>>(); }

// 1e-8 relative is the project's aim; 1e-10 absolute where the number is 0 or nearly so. The files
// carry 15 digits of input that both sides read.
class Oracle {
 public:
  void expect(double ours, const json& theirs, const std::string& what) {
    if (theirs.is_null()) return;
    const double expected = theirs.get<double>();
    const double error = std::abs(ours - expected);
    EXPECT_LE(error, std::max(1e-10, 1e-8 * std::abs(expected)))
        << what << ": " << ours << " against " << expected;
    ++compared_;
    if (std::abs(expected) > 1e-6) worst_ = std::max(worst_, error / std::abs(expected));
  }
  ~Oracle() {
    testing::Test::RecordProperty("numbers_compared", compared_);
    testing::Test::RecordProperty("worst_relative_error", std::to_string(worst_ * 1e12) + "e-12");
  }
  Oracle() = default;
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;
  [[nodiscard]] int compared() const { return compared_; }

 private:
  int compared_ = 0;
  double worst_ = 0;
};

void compare(Oracle& oracle, const Pooled& ours, const json& theirs, const std::string& at) {
  ASSERT_EQ(ours.k, theirs["k"].get<int>()) << at;
  ASSERT_EQ(ours.p, theirs["p"].get<int>()) << at;
  oracle.expect(ours.tau2, theirs["tau2"], at + " tau2");
  oracle.expect(ours.tau2_se, theirs["tau2_se"], at + " tau2_se");
  for (std::size_t j = 0; j < ours.coefficients.size(); ++j) {
    const PooledCoefficient& c = ours.coefficients[j];
    const std::string name = at + " " + c.name;
    oracle.expect(c.value, theirs["value"][j], name + " value");
    oracle.expect(c.se, theirs["se"][j], name + " se");
    oracle.expect(c.statistic, theirs["statistic"][j], name + " statistic");
    oracle.expect(c.p, theirs["p_value"][j], name + " p");
    oracle.expect(c.low, theirs["low"][j], name + " low");
    oracle.expect(c.high, theirs["high"][j], name + " high");
    if (theirs["df"].is_null()) {
      EXPECT_TRUE(std::isinf(c.df)) << name;
    } else {
      EXPECT_EQ(c.df, theirs["df"].get<double>()) << name;
    }
  }
  oracle.expect(ours.q, theirs["q"], at + " q");
  oracle.expect(ours.q_p, theirs["q_p"], at + " q_p");
  oracle.expect(ours.qm.statistic, theirs["qm"], at + " qm");
  oracle.expect(ours.qm.p, theirs["qm_p"], at + " qm_p");
  oracle.expect(ours.i2, theirs["i2"], at + " i2");
  oracle.expect(ours.h2, theirs["h2"], at + " h2");
  if (!theirs["r2"].is_null()) {
    ASSERT_TRUE(ours.r2) << at;
    oracle.expect(*ours.r2, theirs["r2"], at + " r2");
  }
  oracle.expect(ours.residual_scale, theirs["residual_scale"], at + " s2");
  oracle.expect(ours.log_likelihood, theirs["log_likelihood"], at + " log-likelihood");
  oracle.expect(ours.restricted_log_likelihood, theirs["restricted_log_likelihood"],
                at + " restricted log-likelihood");
  if (theirs["prediction"].empty()) {
    EXPECT_FALSE(ours.prediction) << at;
  } else {
    ASSERT_TRUE(ours.prediction) << at;
    oracle.expect(ours.prediction->low, theirs["prediction"][0], at + " prediction low");
    oracle.expect(ours.prediction->high, theirs["prediction"][1], at + " prediction high");
  }
}

Moderators covariates(const std::vector<std::string>& numeric, bool alloc) {
  const json& b = input()["bcg_logRR"];
  const auto k = static_cast<Eigen::Index>(b["yi"].size());
  const auto p = static_cast<Eigen::Index>(1 + numeric.size() + (alloc ? 2 : 0));
  Moderators m{.x = Eigen::MatrixXd::Zero(k, p), .names = {"intercept"}};
  m.x.col(0).setOnes();
  for (std::size_t j = 0; j < numeric.size(); ++j) {
    m.names.push_back(numeric[j]);
    for (Eigen::Index i = 0; i < k; ++i)
      m.x(i, static_cast<Eigen::Index>(j) + 1) = b[numeric[j]][static_cast<std::size_t>(i)];
  }
  if (alloc) {
    m.names.insert(m.names.end(), {"random", "systematic"});
    for (Eigen::Index i = 0; i < k; ++i) {
      const auto level = b["alloc"][static_cast<std::size_t>(i)].get<std::string>();
      m.x(i, p - 2) = level == "random";
      m.x(i, p - 1) = level == "systematic";
    }
  }
  return m;
}

TEST(PoolMetafor, every_method_and_test_on_every_data_set) {
  Oracle oracle;
  for (const auto& [name, data] : input().items()) {
    const auto y = numbers(data["yi"]), v = numbers(data["vi"]);
    for (const auto& method : methods) {
      for (const auto& test : tests) {
        const Pooled ours = pool(y, v, {.method = tau2_method(method), .test = pool_test(test)});
        compare(oracle, ours, metafor()["mean"][name]["fits"][method][test],
                name + " " + method + " " + test);
        EXPECT_TRUE(ours.fit.converged) << name << method;
        if (test != "z") continue;
        const json& weights = metafor()["mean"][name]["weights"][method];
        ASSERT_EQ(ours.weights.size(), weights.size());
        for (std::size_t i = 0; i < weights.size(); ++i)
          oracle.expect(ours.weights[i], weights[i], name + " " + method + " weight");
      }
    }
  }
  EXPECT_GT(oracle.compared(), 6000);
}

TEST(PoolMetafor, every_subset_that_leaves_one_out_or_comes_first) {
  Oracle oracle;
  for (const auto& [name, data] : input().items()) {
    const json& theirs = metafor()["mean"][name];
    if (!theirs.contains("without_one")) continue;
    const auto y = numbers(data["yi"]), v = numbers(data["vi"]);
    const PoolOptions how{.test = PoolTest::knha};
    for (std::size_t i = 0; i < y.size(); ++i) {
      auto y1 = y, v1 = v;
      y1.erase(y1.begin() + static_cast<std::ptrdiff_t>(i));
      v1.erase(v1.begin() + static_cast<std::ptrdiff_t>(i));
      compare(oracle, pool(y1, v1, how), theirs["without_one"][i], name + " without one");
    }
    for (std::size_t k = 2; k <= y.size(); ++k) {
      const Pooled first = pool(std::span(y).first(k), std::span(v).first(k), how);
      compare(oracle, first, theirs["first_ones"][k - 2], name + " first " + std::to_string(k));
    }
  }
  EXPECT_GT(oracle.compared(), 2000);
}

TEST(PoolMetafor, other_levels_and_a_given_tau2) {
  Oracle oracle;
  for (const auto& [name, data] : input().items()) {
    const json& theirs = metafor()["mean"][name];
    if (!theirs.contains("level_80")) continue;
    const auto y = numbers(data["yi"]), v = numbers(data["vi"]);
    compare(oracle, pool(y, v, {.test = PoolTest::knha, .level = 0.8}), theirs["level_80"], name);
    const Pooled held = pool(y, v, {.test = PoolTest::knha, .tau2 = 0.25});
    json expected = theirs["held_tau2"];
    expected["tau2_se"] = nullptr;  // metafor states one, but a given number has none
    compare(oracle, held, expected, name + " tau2 = 0.25");
    EXPECT_TRUE(std::isnan(held.tau2_se));
  }
}

TEST(PoolMetafor, intervals_of_tau2) {
  Oracle oracle;
  const auto expect_interval = [&](const Interval& ours, const json& theirs, double typical,
                                   const std::string& at) {
    oracle.expect(ours.low, theirs["tau2"][0], at + " low");
    oracle.expect(ours.high, theirs["tau2"][1], at + " high");
    oracle.expect(ours.low / (ours.low + typical), theirs["i2"][0], at + " I2 low");
    oracle.expect(ours.high / typical + 1, theirs["h2"][1], at + " H2 high");
  };
  for (const auto& [name, data] : input().items()) {
    const json& theirs = metafor()["mean"][name];
    const auto y = numbers(data["yi"]), v = numbers(data["vi"]);
    const Pooled pooled = pool(y, v);
    const double typical = pooled.typical_variance;
    ASSERT_TRUE(pooled.tau2_interval);
    expect_interval(*pooled.tau2_interval, theirs["q_profile"], typical, name + " Q-profile");
    if (!theirs.contains("profile_ml")) continue;
    PoolModel model(y, v);
    for (const bool restricted : {true, false}) {
      const auto method = restricted ? Tau2Method::reml : Tau2Method::ml;
      const double tau2 = estimate_tau2(model, method).value;
      expect_interval(profile_likelihood_interval(model, tau2, restricted, 0.95),
                      theirs[restricted ? "profile_reml" : "profile_ml"], typical,
                      name + " profile likelihood");
    }
  }
  const json& b = input()["bcg_logRR"];
  PoolModel model(numbers(b["yi"]), numbers(b["vi"]), covariates({"ablat"}, false));
  const double typical =
      pool(numbers(b["yi"]), numbers(b["vi"]), covariates({"ablat"}, false)).typical_variance;
  const json& theirs = metafor()["regression"];
  expect_interval(q_profile_interval(model, 0.95), theirs["q_profile_ablat"], typical, "ablat");
  const double tau2 = estimate_tau2(model, Tau2Method::reml).value;
  expect_interval(profile_likelihood_interval(model, tau2, true, 0.95), theirs["profile_ablat"],
                  typical, "ablat profile");
}

TEST(PoolMetafor, meta_regression_by_every_method_and_test) {
  Oracle oracle;
  const json& b = input()["bcg_logRR"];
  const auto y = numbers(b["yi"]), v = numbers(b["vi"]);
  const json& theirs = metafor()["regression"];
  for (const auto& method : methods) {
    for (const auto& test : tests) {
      const PoolOptions how{.method = tau2_method(method), .test = pool_test(test)};
      compare(oracle, pool(y, v, covariates({"ablat"}, false), how), theirs["ablat"][method][test],
              "ablat " + method + " " + test);
    }
  }
  for (const std::string test : {"z", "knha"}) {
    const PoolOptions how{.test = pool_test(test)};
    compare(oracle, pool(y, v, covariates({"year", "ablat"}, false), how),
            theirs["year_ablat"][test], "year " + test);
    const json& expected = theirs["ablat_alloc"][test];
    const Pooled ours = pool(y, v, covariates({"ablat"}, true), how);
    compare(oracle, ours, expected, "ablat alloc " + test);
    for (Eigen::Index i = 0; i < 16; ++i)
      oracle.expect(ours.covariance(i / 4, i % 4), expected["covariance"][static_cast<size_t>(i)],
                    "covariance");
    const auto alloc = test_coefficients(ours, std::vector<std::ptrdiff_t>{2, 3});
    oracle.expect(alloc.statistic, expected["alloc"]["statistic"], "alloc statistic");
    oracle.expect(alloc.p, expected["alloc"]["p"], "alloc p");
    const auto at = predict(ours, std::vector<double>{1, 33, 1, 0});
    const json& random = expected["predict_33_random"];
    const double six[] = {at.mean.value, at.mean.se,        at.mean.low,
                          at.mean.high,  at.new_study->low, at.new_study->high};
    for (std::size_t i = 0; i < 6; ++i) oracle.expect(six[i], random[i], "prediction");
  }
}

TEST(PoolMetafor, subgroups_with_separate_and_with_common_tau2) {
  Oracle oracle;
  const json& b = input()["bcg_logRR"];
  const auto y = numbers(b["yi"]), v = numbers(b["vi"]);
  const auto group = b["alloc"].get<std::vector<std::string>>();
  const json& theirs = metafor()["subgroups"];
  const Subgroups separate = pool_subgroups(y, v, group, {.pool = {.test = PoolTest::z}});
  ASSERT_EQ(separate.groups.size(), 3U);
  for (const Subgroup& each : separate.groups)
    compare(oracle, each.pooled, theirs["groups"][each.name], each.name);
  oracle.expect(separate.between.statistic, theirs["q_between"], "Q between");
  oracle.expect(separate.between.p, theirs["q_between_p"], "Q between p");
  for (const std::string test : {"z", "knha"}) {
    const Subgroups common =
        pool_subgroups(y, v, group, {.pool = {.test = pool_test(test)}, .common_tau2 = true});
    const json& expected = theirs[test == "z" ? "common_tau2" : "common_tau2_knha"];
    oracle.expect(common.groups[0].pooled.tau2, expected["tau2"], "common tau2");
    oracle.expect(common.between.statistic, expected["qm"], "common QM");
    oracle.expect(common.between.p, expected["qm_p"], "common QM p");
    // The reference level of metafor's treatment coding is the first group.
    oracle.expect(common.groups[0].pooled.value(), expected["value"][0], "first group");
  }
}

TEST(PoolMeta, tests_and_prediction_intervals_of_the_meta_package) {
  Oracle oracle;
  const json theirs = read("meta.json")["mean"];
  for (const auto& [name, results] : theirs.items()) {
    const auto y = numbers(input()[name]["yi"]), v = numbers(input()[name]["vi"]);
    for (const auto& [key, expected] : results.items()) {
      const std::string method = key.substr(0, key.find('|'));
      const std::string interval =
          key.substr(method.size() + 1, key.rfind('|') - method.size() - 1);
      const std::string prediction = key.substr(key.rfind('|') + 1);
      const auto with = [&](PoolTest test) {
        return pool(y, v, {.method = tau2_method(method), .test = test});
      };
      const Pooled ours = with(interval == "HK"   ? PoolTest::knha
                               : interval == "KR" ? PoolTest::kr
                                                  : PoolTest::z);
      const std::string at = name + " " + key;
      oracle.expect(ours.value(), expected["TE"], at);
      oracle.expect(ours.se(), expected["se"], at + " se");
      oracle.expect(ours.coefficients[0].low, expected["lo"], at + " low");
      oracle.expect(ours.coefficients[0].high, expected["hi"], at + " high");
      oracle.expect(ours.coefficients[0].p, expected["p"], at + " p");
      oracle.expect(ours.coefficients[0].df, expected["df"], at + " df");
      oracle.expect(ours.i2_q, expected["I2"], at + " I2");
      oracle.expect(std::sqrt(std::max(1.0, ours.h2_q)), expected["H"], at + " H");
      if (expected["pi_lo"].is_null()) continue;
      std::optional<Interval> interval_of_new = with(PoolTest::z).prediction;  // "S"
      if (prediction == "HTS") interval_of_new = with(PoolTest::z).prediction_hts;
      if (prediction == "V") interval_of_new = with(PoolTest::t).prediction;
      if (prediction == "HK") interval_of_new = with(PoolTest::knha).prediction;
      // meta makes the Kenward-Roger prediction interval for REML only, else t with k - 1 df.
      if (prediction == "KR" && method != "REML") interval_of_new = with(PoolTest::t).prediction;
      if (prediction == "KR" && method == "REML") interval_of_new = with(PoolTest::kr).prediction;
      ASSERT_TRUE(interval_of_new) << at;
      oracle.expect(interval_of_new->low, expected["pi_lo"], at + " prediction low");
      oracle.expect(interval_of_new->high, expected["pi_hi"], at + " prediction high");
    }
  }
  EXPECT_GT(oracle.compared(), 3000);
}

}  // namespace
}  // namespace entact
