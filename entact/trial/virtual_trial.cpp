#include "entact/trial/virtual_trial.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

double logit(double p) { return std::log(p / (1 - p)); }

void require_probability(double p, const std::string& what) {
  require(p >= 0 && p <= 1, "trial.truth.probability",
          fmt::format("{}: a probability is between 0 and 1; saw {:g}", what, p));
}

void check_arms(const TrialDesign& design) {
  require(design.arms.size() >= 2, "trial.design.arms",
          fmt::format("a trial has at least two arms; saw {}", design.arms.size()));
  for (std::size_t a = 0; a < design.arms.size(); ++a) {
    const TrialArm& arm = design.arms[a];
    require(arm.ratio > 0 && std::isfinite(arm.ratio), "trial.design.nobody",
            fmt::format("arm '{}': its ratio must be positive, or nobody enters it; saw {:g}",
                        arm.name, arm.ratio));
    require(arm.dose_mg >= 0, "trial.design.arms",
            fmt::format("arm '{}': a dose is not negative; saw {:g}", arm.name, arm.dose_mg));
    require(*design.arm(arm.name) == static_cast<int>(a), "trial.design.arms",
            fmt::format("two arms have the name '{}'; rename one", arm.name));
  }
}

void check_design(const TrialDesign& design) {
  check_arms(design);
  require(!design.visit_weeks.empty() && design.visits() <= 50, "trial.design.visits",
          fmt::format("a trial has 1 to 50 visits; saw {}", design.visits()));
  for (std::size_t k = 0; k < design.visit_weeks.size(); ++k)
    require(
        design.visit_weeks[k] > (k == 0 ? 0 : design.visit_weeks[k - 1]), "trial.design.visits",
        fmt::format("visits come after the baseline (week 0), in ascending order; saw week {:g}",
                    design.visit_weeks[k]));
  require(design.visit_names.size() == design.visit_weeks.size(), "trial.design.visits",
          "there must be as many names as visits");
  require(design.n >= static_cast<int>(design.arms.size()), "trial.design.size",
          fmt::format("n must be at least the number of arms; saw {}", design.n));
  require(design.sites >= 1 && design.pairs_per_site >= 1, "trial.design.size",
          "there is at least one site, and one therapist pair at each");
  require(design.eligible_low < design.eligible_high, "trial.design.nobody",
          fmt::format("nobody is eligible: the lowest baseline score {:g} is not below the highest "
                      "{:g}",
                      design.eligible_low, design.eligible_high));
  require(design.range.low < design.range.high, "trial.design.range",
          "the lowest score must be below the highest");
}

void check_list(std::vector<double>& list, const TrialDesign& design, const char* what) {
  if (list.empty()) list.assign(design.visit_weeks.size(), 0.0);
  require(list.size() == design.visit_weeks.size(), "trial.truth.visits",
          fmt::format("{}: one number a visit; saw {} for {} visits", what, list.size(),
                      design.visits()));
}

void check_probabilities(const TrialDesign& design, const TrialTruth& truth) {
  const Belief& belief = truth.belief;
  require_probability(belief.active, "belief.active");
  require_probability(belief.inactive, "belief.inactive");
  require_probability(belief.unsure, "belief.unsure");
  require_probability(belief.credibility, "belief.credibility");
  for (const TrialArm& arm : design.arms)
    require_probability(arm.credible.value_or(1), "arm '" + arm.name + "', credible");
  require_probability(truth.raters.unblinded, "raters.unblinded");
  require_probability(truth.followed, "followed");
  require_probability(truth.keeps, "keeps");
  for (const TrialSubgroup& each : truth.subgroups) require_probability(each.share, each.name);
  for (const StopReason& each : truth.stops) {
    require_probability(each.rate, each.name);
    for (const double rate : each.rates) require_probability(rate, each.name);
    require(each.rates.empty() || each.rates.size() == design.visit_weeks.size(),
            "trial.truth.visits", each.name + ": one rate, or one for each visit");
  }
  for (const TrialEvent& each : truth.events) require_probability(each.rate, each.name);
  for (const TrialHarm& each : truth.harms) {
    require_probability(each.without, each.term);
    require_probability(each.with, each.term);
  }
}

// Chance that a participant drawn has an eligible baseline, of the normal that it is drawn from.
double eligible_share(const TrialDesign& design, const TrialTruth& truth, double sd) {
  const auto below = [&](double score) {
    if (std::isinf(score)) return score > 0 ? 1.0 : 0.0;
    return std::erfc((truth.baseline - score) / sd / std::sqrt(2.0)) / 2;
  };
  const double low = std::max(design.eligible_low, design.range.low - 1),
               high = std::min(design.eligible_high, design.range.high + 1);
  return below(high) - below(low);
}

Eigen::MatrixXd factor(const Eigen::MatrixXd& covariance, const TrialDesign& design) {
  const Eigen::Index size = design.visits() + 1;
  require(covariance.rows() == size && covariance.cols() == size, "trial.truth.covariance",
          fmt::format("the covariance of baseline and visits is {0} x {0}; saw {1} x {2}", size,
                      covariance.rows(), covariance.cols()));
  const Eigen::LLT<Eigen::MatrixXd> llt(covariance);
  require(covariance.allFinite() && covariance.isApprox(covariance.transpose(), 1e-12) &&
              llt.info() == Eigen::Success,
          "trial.truth.covariance",
          "the covariance of baseline and visits is not positive definite: lower the correlations");
  return llt.matrixL();
}

void prepare_doses(VirtualTrial& trial) {
  TrialTruth& truth = trial.truth;
  if (truth.dose.reference_mg <= 0)
    for (const TrialArm& arm : trial.design.arms)
      truth.dose.reference_mg = std::max(truth.dose.reference_mg, arm.dose_mg);
  const double reference = truth.dose.reference_mg > 0 ? truth.dose.reference_mg : 1;
  // Certain guesses have an infinite logit; hold them where the arithmetic is finite.
  const auto held = [](double p) { return logit(std::clamp(p, 1e-9, 1 - 1e-9)); };
  for (const TrialArm& arm : trial.design.arms) {
    trial.dose_share.push_back(truth.dose.shape == DoseShape::linear
                                   ? arm.dose_mg / reference
                                   : emax_share(arm.dose_mg, reference, truth.dose.half_mg));
    if (truth.exposure)
      trial.exposed_share.push_back(exposure_shares(*truth.exposure, arm.dose_mg));
    trial.felt_share.push_back(
        emax_share(arm.feels_like_mg.value_or(arm.dose_mg), reference, truth.belief.half_mg));
    const double base = held(truth.belief.inactive);
    trial.guess_logit.push_back(base +
                                trial.felt_share.back() * (held(truth.belief.active) - base));
  }
}

}  // namespace

double emax_share(double dose_mg, double reference_mg, double half_mg) {
  return dose_mg / (dose_mg + half_mg) * (reference_mg + half_mg) / reference_mg;
}

VirtualTrial prepare_trial(const TrialDesign& design, const TrialTruth& truth) {
  VirtualTrial trial{.design = design, .truth = truth};
  check_design(trial.design);
  check_list(trial.truth.natural, design, "natural");
  check_list(trial.truth.therapy, design, "therapy");
  check_list(trial.truth.effect, design, "effect");
  check_probabilities(design, trial.truth);
  trial.root = factor(truth.covariance, design);
  trial.sd = truth.covariance.diagonal().cwiseSqrt();
  require(eligible_share(design, trial.truth, trial.sd[0]) > 1e-4, "trial.design.nobody",
          fmt::format("nobody is eligible: fewer than 1 in 10,000 with baseline mean {:g} and SD "
                      "{:g} score from {:g} to {:g}",
                      truth.baseline, trial.sd[0], design.eligible_low, design.eligible_high));
  prepare_doses(trial);
  for (std::size_t k = 0; k < design.visit_weeks.size(); ++k)
    trial.expected.push_back(trial.truth.natural[k] + trial.truth.therapy[k]);
  return trial;
}

Eigen::MatrixXd covariance_of(const std::vector<double>& sd, const Eigen::MatrixXd& correlation) {
  const auto size = static_cast<Eigen::Index>(sd.size());
  require(correlation.rows() == size && correlation.cols() == size, "trial.truth.covariance",
          fmt::format("the correlation of baseline and visits is {0} x {0}; saw {1} x {2}", size,
                      correlation.rows(), correlation.cols()));
  const Eigen::Map<const Eigen::VectorXd> s(sd.data(), size);
  return s.asDiagonal() * correlation * s.asDiagonal();
}

Eigen::MatrixXd covariance_of(const RandomSlope& slope, const std::vector<double>& weeks) {
  const auto size = static_cast<Eigen::Index>(weeks.size());
  const Eigen::Map<const Eigen::VectorXd> t(weeks.data(), size);
  const Eigen::VectorXd one = Eigen::VectorXd::Ones(size);
  const double cross = slope.correlation * slope.intercept_sd * slope.slope_sd;
  Eigen::MatrixXd v = slope.intercept_sd * slope.intercept_sd * one * one.transpose() +
                      slope.slope_sd * slope.slope_sd * t * t.transpose() +
                      cross * (one * t.transpose() + t * one.transpose());
  v.diagonal().array() += slope.residual_sd * slope.residual_sd;
  return v;
}

}  // namespace entact
