// Curves, tests and Cox models against R's survival on the inputs of reference/survival.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "entact/stats/agreement_specimen.h"
#include "entact/stats/concordance.h"
#include "entact/stats/cox.h"
#include "entact/stats/cox_proportionality.h"
#include "entact/stats/cox_residuals.h"
#include "entact/stats/kaplan_meier.h"
#include "entact/stats/log_rank.h"
#include "entact/stats/restricted_mean.h"

namespace entact {
namespace {

using nlohmann::json;

std::string path(const std::string& name) {
  return std::string(ENTACT_SOURCE_DIR) + "/reference/survival/" + name;
}

const json& survival() {
  static const json loaded = json::parse(std::ifstream(path("survival.json")));
  return loaded;
}

using Columns = std::map<std::string, std::vector<double>>;

/// Numeric columns of an input; the stratum of surv400 as R numbers it, from 0.
Columns read(const std::string& name) {
  std::ifstream in(path(name + ".csv"));
  std::string line, cell;
  std::vector<std::string> header;
  Columns columns;
  for (bool first = true; std::getline(in, line); first = false) {
    std::istringstream cells(line);
    for (std::size_t i = 0; std::getline(cells, cell, ','); ++i) {
      if (first)
        header.push_back(cell);
      else
        columns[header[i]].push_back(cell == "high" ? 0 : cell == "low" ? 1 : std::stod(cell));
    }
  }
  return columns;
}

std::vector<int> whole(const std::vector<double>& values) { return {values.begin(), values.end()}; }

CoxData cox_data(const Columns& c, const SurvivalData& data,
                 const std::vector<std::string>& names) {
  CoxData made{.survival = data, .x = Eigen::MatrixXd(data.rows(), names.size()), .names = names};
  for (std::size_t j = 0; j < names.size(); ++j)
    for (std::size_t i = 0; i < data.stop.size(); ++i)
      made.x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = c.at(names[j])[i];
  return made;
}

SurvivalData surv400(const Columns& c) {
  return {.stop = c.at("AVAL"), .event = whole(c.at("EVENT"))};
}

SurvivalData start_stop(const Columns& c) {
  return {.start = c.at("start"), .stop = c.at("stop"), .event = whole(c.at("event"))};
}

// 1e-8 relative is the aim; 1e-10 absolute where the number is 0 or nearly so.
class Oracle {
 public:
  explicit Oracle(std::string name) : name_(std::move(name)) {}
  void expect(double ours, const json& theirs, const std::string& what) {
    if (!theirs.is_number()) return;
    const double expected = theirs.get<double>(), error = std::abs(ours - expected);
    EXPECT_LE(error, std::max(1e-10, 1e-8 * std::abs(expected)))
        << name_ << " " << what << ": " << ours << " against " << expected;
    ++compared_;
    specimen::note_disagreement("R survival 3.5.3", what, ours, expected);
  }
  template <typename T>
  void expect_all(const T& ours, const json& theirs, const std::string& what) {
    ASSERT_EQ(static_cast<std::size_t>(ours.size()), theirs.size()) << name_ << " " << what;
    for (std::size_t i = 0; i < theirs.size(); ++i)
      expect(ours[static_cast<decltype(ours.size())>(i)], theirs[i], what);
  }
  ~Oracle() { testing::Test::RecordProperty("numbers_compared", compared_); }
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

 private:
  std::string name_;
  int compared_ = 0;
};

void compare_baseline(Oracle& oracle, const BaselineHazard& ours, const json& theirs) {
  std::map<std::pair<int, double>, double> at;
  for (std::size_t i = 0; i < theirs["time"].size(); ++i)
    at[{theirs["strata"][i].get<int>() - 1, theirs["time"][i].get<double>()}] =
        theirs["hazard"][i].get<double>();
  for (std::size_t k = 0; k < ours.time.size(); ++k)
    oracle.expect(ours.hazard[k], at.at({ours.stratum[k], ours.time[k]}), "baseline hazard");
}

void compare_residuals(Oracle& oracle, const CoxFit& fit, const json& theirs) {
  oracle.expect_all(martingale_residuals(fit.model, fit.beta), theirs["martingale"], "martingale");
  oracle.expect_all(deviance_residuals(fit.model, fit.beta), theirs["deviance"], "deviance");
  const RowMatrix scores = score_residuals(fit.model, fit.beta);
  for (Eigen::Index i = 0; i < scores.rows(); ++i)
    for (Eigen::Index j = 0; j < scores.cols(); ++j)
      oracle.expect(
          scores(i, j),
          theirs["score_residuals"][static_cast<std::size_t>(i)][static_cast<std::size_t>(j)],
          "score residuals");
  compare_baseline(oracle, baseline_hazard(fit.model, fit.beta), theirs["baseline"]);
}

void compare_zph(Oracle& oracle, const CoxFit& fit, const CoxData& data, const json& theirs) {
  const std::map<std::string, TimeScale> scales{{"km", TimeScale::km},
                                                {"identity", TimeScale::identity},
                                                {"rank", TimeScale::rank},
                                                {"log", TimeScale::log}};
  for (const auto& [name, scale] : scales) {
    const Proportionality ours = proportionality(fit, data, scale);
    for (std::size_t j = 0; j < ours.tests.size(); ++j)
      oracle.expect(ours.tests[j].statistic, theirs[name][j], "cox.zph");
    oracle.expect(ours.global.statistic, theirs[name].back(), "cox.zph");
  }
}

void compare(const std::string& name, const CoxData& data, const CoxOptions& how) {
  const json& theirs = survival()["cox"][name];
  Oracle oracle(name);
  const CoxFit fit = fit_cox(data, how);
  EXPECT_TRUE(fit.fit.converged);
  for (std::size_t j = 0; j < fit.coefficients.size(); ++j) {
    oracle.expect(fit.coefficients[j].value, theirs["coef"][j], "coefficient");
    oracle.expect(fit.coefficients[j].model_se, theirs["se"][j], "model se");
    oracle.expect(fit.coefficients[j].se, theirs["used_se"][j], "se");
  }
  oracle.expect(fit.null_log_likelihood, theirs["loglik"][0], "log-likelihood");
  oracle.expect(fit.log_likelihood, theirs["loglik"][1], "log-likelihood");
  oracle.expect(fit.score.statistic, theirs["score"], "score test");
  oracle.expect(fit.wald.statistic, theirs["wald"], "Wald test");
  oracle.expect(fit.likelihood_ratio.statistic, theirs["lrt"], "likelihood ratio test");
  if (theirs.contains("robust_score"))
    oracle.expect(fit.robust_score->statistic, theirs["robust_score"], "robust score test");
  std::vector<double> risk(data.survival.stop.size());
  const Eigen::VectorXd eta =
      data.x * fit.beta +
      (data.offset.size() > 0 ? data.offset : Eigen::VectorXd::Zero(data.x.rows()));
  Eigen::VectorXd::Map(risk.data(), eta.size()) = eta;
  const Concordance c = concordance(data.survival, risk, data.cluster);
  oracle.expect(c.value, theirs["concordance"], "concordance");
  oracle.expect(c.se, theirs["concordance_se"], "concordance se");
  if (theirs.contains("martingale")) compare_residuals(oracle, fit, theirs);
  if (theirs.contains("zph")) compare_zph(oracle, fit, data, theirs["zph"]);
}

TEST(SurvivalReference, cox_of_400_participants) {
  const Columns c = read("surv400");
  CoxData data = cox_data(c, surv400(c), {"ARM", "AGE"});
  compare("surv400_efron", data, {});
  compare("surv400_breslow", data, {.ties = CoxTies::breslow});
  compare("surv400_robust", data, {.robust = true});
  data.survival.stratum = whole(c.at("STRATUM"));
  compare("surv400_strata", data, {});
  CoxData offset = cox_data(c, surv400(c), {"ARM"});
  offset.offset = 0.02 * data.x.col(1);
  compare("surv400_offset", offset, {});
}

TEST(SurvivalReference, cox_with_start_and_stop_strata_weights_and_clusters) {
  const Columns c = read("start_stop");
  CoxData data = cox_data(c, start_stop(c), {"arm", "x1", "x2"});
  compare("start_stop_efron", data, {});
  compare("start_stop_breslow", data, {.ties = CoxTies::breslow});
  data.survival.stratum = whole(c.at("site"));
  compare("start_stop_discrete", data, {.ties = CoxTies::discrete});
  data.survival.weight = c.at("weight");
  data.cluster = whole(c.at("id"));
  compare("start_stop_all", data, {.robust = true});
  compare("start_stop_all_breslow", data, {.ties = CoxTies::breslow, .robust = true});
}

TEST(SurvivalReference, cox_of_recurrent_events_as_andersen_and_gill) {
  const Columns c = read("recurrent");
  CoxData data = cox_data(c, start_stop(c), {"arm", "x1"});
  data.cluster = whole(c.at("id"));
  compare("recurrent", data, {.robust = true});
}

CoxData tied() {
  const Columns c = read("tied");
  return cox_data(c, {.stop = c.at("time"), .event = whole(c.at("event"))}, {"arm", "x1"});
}

TEST(SurvivalReference, discrete_ties) {
  compare("tied_discrete", tied(), {.ties = CoxTies::discrete});
}

// The reference sums over all orders of the tied events and takes fourth-order differences of
// that, which lose digits in the second derivative.
TEST(SurvivalReference, exact_ties_sum_over_all_orders) {
  const json& theirs = survival()["exact"];
  const CoxData data = tied();
  Oracle oracle("exact ties");
  const CoxModel model = cox_model(data.survival, data.x, CoxTies::exact);
  for (std::size_t i = 0; i < theirs["beta"].size(); ++i) {
    const Eigen::Vector2d beta(theirs["beta"][i][0].get<double>(),
                               theirs["beta"][i][1].get<double>());
    const CoxDerivatives at = cox_derivatives(model, beta);
    oracle.expect(at.log_likelihood, theirs["loglik"][i], "log-likelihood");
    oracle.expect_all(at.gradient, theirs["gradient"][i], "gradient");
  }
  const CoxFit fit = fit_cox(data, {.ties = CoxTies::exact});
  oracle.expect(fit.log_likelihood, theirs["fit"]["loglik"], "log-likelihood");
  oracle.expect(fit.null_log_likelihood, theirs["fit"]["null_loglik"], "log-likelihood");
  oracle.expect_all(fit.beta, theirs["fit"]["coef"], "coefficient");
  for (std::size_t j = 0; j < 2; ++j)
    EXPECT_NEAR(fit.coefficients[j].se, theirs["fit"]["se"][j].get<double>(), 1e-7);
}

void compare_curve(const std::string& name, const SurvivalData& data, const CurveOptions& how) {
  const json& theirs = survival()["curve"][name];
  Oracle oracle("curve " + name);
  const SurvivalCurve ours = kaplan_meier(data, how);
  oracle.expect_all(ours.time, theirs["time"], "time");
  oracle.expect_all(ours.at_risk, theirs["n"], "at risk");
  oracle.expect_all(ours.events, theirs["events"], "events");
  oracle.expect_all(ours.survival, theirs["surv"], "survival");
  oracle.expect_all(ours.log_se, theirs["log_se"], "standard error");
  oracle.expect_all(ours.low, theirs["low"], "low");
  oracle.expect_all(ours.high, theirs["high"], "high");
}

SurvivalData of_arm(const Columns& c, int arm) {
  const SurvivalData all = surv400(c);
  return subset(all, rows_by(all, whole(c.at("ARM")), 2)[static_cast<std::size_t>(arm)]);
}

TEST(SurvivalReference, curves_with_every_interval) {
  const Columns c = read("surv400"), s = read("start_stop");
  compare_curve("loglog", of_arm(c, 0), {.interval = CurveInterval::log_log});
  compare_curve("log", of_arm(c, 0), {.interval = CurveInterval::log});
  compare_curve("plain", of_arm(c, 1), {.level = 0.9, .interval = CurveInterval::plain});
  compare_curve("logit", of_arm(c, 1), {.interval = CurveInterval::logit});
  compare_curve("delayed", start_stop(s), {.interval = CurveInterval::log_log});
  compare_curve("tied", tied().survival, {.interval = CurveInterval::log_log});
}

void compare_quantiles(const std::string& name, const SurvivalCurve& curve) {
  const json& theirs = survival()["quantile"][name];
  Oracle oracle("quantile " + name);
  const std::vector<double> probabilities{0.1, 0.25, 0.5, 0.75};
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const SurvivalQuantile ours = quantile(curve, probabilities[i]);
    EXPECT_EQ(std::isnan(ours.time), theirs["quantile"][i].is_null());
    EXPECT_EQ(std::isnan(ours.low), theirs["lower"][i].is_null());
    EXPECT_EQ(std::isnan(ours.high), theirs["upper"][i].is_null());
    oracle.expect(ours.time, theirs["quantile"][i], "time");
    oracle.expect(ours.low, theirs["lower"][i], "low");
    oracle.expect(ours.high, theirs["upper"][i], "high");
  }
}

TEST(SurvivalReference, quantiles_and_restricted_means) {
  const Columns c = read("surv400");
  compare_quantiles("loglog", kaplan_meier(of_arm(c, 0)));
  compare_quantiles("log", kaplan_meier(of_arm(c, 0), {.interval = CurveInterval::log}));
  compare_quantiles("tied", kaplan_meier(tied().survival));
  Oracle oracle("restricted mean");
  for (const double tau : {200.0, 540.0})
    for (const int arm : {0, 1}) {
      const json& theirs =
          survival()["rmst"][std::to_string(static_cast<int>(tau))][static_cast<std::size_t>(arm)];
      const RestrictedMean ours = restricted_mean(kaplan_meier(of_arm(c, arm)), tau);
      oracle.expect(ours.value, theirs[0], "value");
      oracle.expect(ours.se, theirs[1], "se");
    }
}

void compare_log_rank(const LogRank& ours, const json& theirs, const std::string& name) {
  Oracle oracle("log-rank " + name);
  oracle.expect(ours.statistic, theirs["chisq"], "chi-squared");
  oracle.expect_all(ours.observed, theirs["obs"], "observed");
  oracle.expect_all(ours.expected, theirs["exp"], "expected");
  for (Eigen::Index g = 0; g < ours.variance.rows(); ++g)
    for (Eigen::Index h = 0; h < ours.variance.rows(); ++h)
      oracle.expect(ours.variance(g, h),
                    theirs["var"][static_cast<std::size_t>(g)][static_cast<std::size_t>(h)],
                    "variance");
}

TEST(SurvivalReference, log_rank_and_its_weights) {
  const Columns c = read("surv400"), s = read("start_stop");
  SurvivalData data = surv400(c);
  const std::vector<int> arm = whole(c.at("ARM"));
  const json& theirs = survival()["logrank"];
  compare_log_rank(log_rank(data, arm, 2), theirs["two"], "two");
  compare_log_rank(log_rank(data, arm, 2, {.rho = 1}), theirs["rho1"], "rho 1");
  Oracle oracle("Fleming-Harrington");
  const json& fh = survival()["fh"];
  oracle.expect(log_rank(data, arm, 2, {.gamma = 1}).statistic, fh["0_1"], "G(0, 1)");
  oracle.expect(log_rank(data, arm, 2, {.rho = 1, .gamma = 1}).statistic, fh["1_1"], "G(1, 1)");
  oracle.expect(log_rank(data, arm, 2, {.rho = 0.5, .gamma = 2}).statistic, fh["0.5_2"],
                "G(.5, 2)");
  data.stratum = whole(c.at("STRATUM"));
  compare_log_rank(log_rank(data, arm, 2), theirs["strata"], "strata");
  compare_log_rank(log_rank(data, arm, 2, {.rho = 0.5}), theirs["rho_half_strata"], "rho, strata");
  SurvivalData three = start_stop(s);
  for (std::size_t i = 0; i < three.stop.size(); ++i) three.stop[i] -= three.start[i];
  three.start.clear();
  compare_log_rank(log_rank(three, whole(s.at("dose")), 3), theirs["dose"], "three groups");
}

}  // namespace
}  // namespace entact
