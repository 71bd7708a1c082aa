#include "entact/stats/effect_size_change.h"

#include <fmt/format.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/effect_size_sd.h"

namespace entact {
namespace {

constexpr auto uncontrolled = "change of one arm: no comparator";

void check(const BeforeAfter& arm) {
  const bool finite = std::isfinite(arm.mean_before) && std::isfinite(arm.mean_after) &&
                      std::isfinite(arm.sd_before) && std::isfinite(arm.sd_after) &&
                      std::isfinite(arm.n);
  require(finite && arm.sd_before >= 0 && arm.sd_after >= 0 && arm.n >= 1 && std::abs(arm.r) <= 1,
          "stats.effect_size.arm",
          fmt::format("a change needs finite means, standard deviations >= 0, at least one person "
                      "and a correlation in [-1, 1]; saw {} ({}) before, {} ({}) after, n {}, r {}",
                      arm.mean_before, arm.sd_before, arm.mean_after, arm.sd_after, arm.n, arm.r));
}

Effect standardised(const BeforeAfter& arm, double sd, double scatter, Measure measure) {
  require(arm.n > 2, "stats.effect_size.arm",
          fmt::format("a standardised change needs at least 3 persons; saw {}", arm.n));
  require(sd > 0, "stats.effect_size.spread",
          "the standard deviation to divide by is 0; use the mean change", ErrorKind::unanswerable);
  const double g = hedges_correction(arm.n - 1) * (arm.mean_after - arm.mean_before) / sd;
  return {.yi = g,
          .vi = scatter / arm.n + g * g / (2 * arm.n),
          .measure = measure,
          .note = uncontrolled};
}

Effect subtract(const Effect& a, const Effect& b, Measure measure) {
  return {.yi = a.yi - b.yi, .vi = a.vi + b.vi, .measure = measure};
}

}  // namespace

Effect mean_change(const BeforeAfter& arm) {
  check(arm);
  const double sd = sd_of_change(arm.sd_before, arm.sd_after, arm.r);
  return {.yi = arm.mean_after - arm.mean_before,
          .vi = sd * sd / arm.n,
          .measure = Measure::mean_change,
          .note = uncontrolled};
}

Effect standardised_change_by_change(const BeforeAfter& arm) {
  check(arm);
  return standardised(arm, sd_of_change(arm.sd_before, arm.sd_after, arm.r), 1,
                      Measure::standardised_change_by_change);
}

Effect standardised_change_by_before(const BeforeAfter& arm) {
  check(arm);
  return standardised(arm, arm.sd_before, 2 * (1 - arm.r), Measure::standardised_change_by_before);
}

Effect log_ratio_of_change(const BeforeAfter& arm) {
  check(arm);
  require(arm.mean_before * arm.mean_after > 0, "stats.effect_size.ratio",
          fmt::format("a ratio of means needs two means on the same side of 0; saw {} and {}",
                      arm.mean_after, arm.mean_before),
          ErrorKind::unanswerable);
  const double before = arm.sd_before / arm.mean_before, after = arm.sd_after / arm.mean_after;
  return {.yi = std::log(arm.mean_after / arm.mean_before),
          .vi = (before * before + after * after - 2 * arm.r * before * after) / arm.n,
          .measure = Measure::log_ratio_of_change,
          .note = uncontrolled};
}

Effect difference_in_change(const BeforeAfter& treatment, const BeforeAfter& control) {
  return subtract(mean_change(treatment), mean_change(control), Measure::mean_difference);
}

Effect standardised_difference_in_change(const BeforeAfter& treatment, const BeforeAfter& control) {
  return subtract(standardised_change_by_before(treatment), standardised_change_by_before(control),
                  Measure::standardised_mean_difference);
}

}  // namespace entact
