#include "entact/stats/effect_size.h"

#include <fmt/format.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/effect_size_sd.h"

namespace entact {
namespace {

void check_arm(double mean, double sd, double n, std::string_view which) {
  require(std::isfinite(mean) && std::isfinite(sd) && sd >= 0 && std::isfinite(n) && n >= 1,
          "stats.effect_size.arm",
          fmt::format("the {} arm needs a finite mean, a standard deviation >= 0 and at least one "
                      "person; saw mean {}, sd {}, n {}",
                      which, mean, sd, n));
}

void check(const TwoMeans& arms) {
  check_arm(arms.m1, arms.sd1, arms.n1, "treatment");
  check_arm(arms.m2, arms.sd2, arms.n2, "control");
}

}  // namespace

std::string_view to_text(Measure measure) {
  constexpr std::string_view names[] = {"MD",   "SMD", "ROM", "MC",  "SMCC", "SMCR",
                                        "ROMC", "RD",  "AS",  "RR",  "OR",   "PETO",
                                        "PR",   "PLN", "PLO", "PAS", "PFT"};
  return names[static_cast<std::size_t>(measure)];
}

bool is_log_scale(Measure measure) {
  switch (measure) {
    case Measure::log_ratio_of_means:
    case Measure::log_ratio_of_change:
    case Measure::log_risk_ratio:
    case Measure::log_odds_ratio:
    case Measure::peto_log_odds_ratio:
    case Measure::log_proportion:
      return true;
    default:
      return false;
  }
}

Estimate to_estimate(const Effect& effect) {
  Estimate estimate;
  estimate.value = effect.yi;
  estimate.se = std::sqrt(effect.vi);
  estimate.log_scale = is_log_scale(effect.measure);
  if (!effect.note.empty()) estimate.fit.reservations.push_back(effect.note);
  return estimate;
}

Effect mean_difference(const TwoMeans& arms) {
  check(arms);
  return {.yi = arms.m1 - arms.m2,
          .vi = arms.sd1 * arms.sd1 / arms.n1 + arms.sd2 * arms.sd2 / arms.n2,
          .measure = Measure::mean_difference};
}

double hedges_correction(double m) {
  require(m > 1, "stats.effect_size.df",
          fmt::format("the bias correction needs more than one degree of freedom; saw {}", m));
  return std::exp(std::lgamma(m / 2) - std::log(m / 2) / 2 - std::lgamma((m - 1) / 2));
}

Effect standardised_mean_difference(const TwoMeans& arms, SmdVariance variance) {
  check(arms);
  const double n = arms.n1 + arms.n2, m = n - 2, per_arm = 1 / arms.n1 + 1 / arms.n2;
  require(m > 1, "stats.effect_size.arm",
          fmt::format("a standardised difference needs at least 4 persons in both arms together; "
                      "saw {}",
                      n));
  const double sd = pooled_sd(arms.sd1, arms.n1, arms.sd2, arms.n2);
  require(sd > 0, "stats.effect_size.spread",
          "both arms have standard deviation 0, so a difference in standard deviations has no "
          "meaning; use the mean difference",
          ErrorKind::unanswerable);
  const double j = hedges_correction(m), d = (arms.m1 - arms.m2) / sd, g = j * d;
  Effect effect{.yi = g, .measure = Measure::standardised_mean_difference};
  switch (variance) {
    case SmdVariance::large_sample:
      effect.vi = per_arm + g * g / (2 * n);
      break;
    case SmdVariance::unbiased:
      effect.vi = per_arm + (1 - (m - 2) / (m * j * j)) * g * g;
      break;
    case SmdVariance::large_sample_corrected:
      effect.vi = j * j * (per_arm + d * d / (2 * n));
      break;
  }
  return effect;
}

Effect log_ratio_of_means(const TwoMeans& arms) {
  check(arms);
  require(arms.m1 * arms.m2 > 0, "stats.effect_size.ratio",
          fmt::format("a ratio of means needs two means on the same side of 0; saw {} and {}",
                      arms.m1, arms.m2),
          ErrorKind::unanswerable);
  const double cv1 = arms.sd1 / arms.m1, cv2 = arms.sd2 / arms.m2;
  return {.yi = std::log(arms.m1 / arms.m2),
          .vi = cv1 * cv1 / arms.n1 + cv2 * cv2 / arms.n2,
          .measure = Measure::log_ratio_of_means};
}

}  // namespace entact
