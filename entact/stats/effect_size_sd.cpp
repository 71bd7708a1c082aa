#include "entact/stats/effect_size_sd.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string_view>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

void check(bool ok, std::string_view rule, double seen) {
  require(ok, "stats.effect_size.conversion", fmt::format("{}; saw {}", rule, seen));
}

void check_sd(double sd) {
  check(std::isfinite(sd) && sd >= 0, "a standard deviation or error must be finite and >= 0", sd);
}

void check_n(double n, double least) {
  check(std::isfinite(n) && n >= least, fmt::format("n must be at least {}", least), n);
}

void check_correlation(double r) { check(std::abs(r) <= 1, "a correlation lies in [-1, 1]", r); }

}  // namespace

double sd_from_se(double se, double n) {
  check_sd(se);
  check_n(n, 1);
  return se * std::sqrt(n);
}

double se_from_sd(double sd, double n) {
  check_sd(sd);
  check_n(n, 1);
  return sd / std::sqrt(n);
}

double se_from_interval(double low, double high, double df, double level) {
  check(std::isfinite(low) && std::isfinite(high) && low <= high,
        "an interval's ends must be finite, the lower first", high - low);
  check(level > 0 && level < 1, "the level of an interval lies in (0, 1)", level);
  check(df > 0, "degrees of freedom must be positive", df);
  return (high - low) / (2 * t_quantile((1 + level) / 2, df));
}

double se_from_ratio_interval(double low, double high, double level) {
  check(low > 0 && high > 0, "the ends of a ratio's interval must be positive",
        std::fmin(low, high));
  return se_from_interval(std::log(low), std::log(high), std::numeric_limits<double>::infinity(),
                          level);
}

double sd_from_interval(double low, double high, double n, double level) {
  check_n(n, 2);
  return sd_from_se(se_from_interval(low, high, n - 1, level), n);
}

double se_from_t(double difference, double t) {
  check(std::isfinite(difference), "a difference must be finite", difference);
  check(std::isfinite(t) && t != 0, "a t statistic must be finite and not 0", t);
  return std::abs(difference / t);
}

double se_from_p(double difference, double p, double df) {
  check(p > 0 && p < 1, "a two-sided p must lie in (0, 1)", p);
  check(df > 0, "degrees of freedom must be positive", df);
  return se_from_t(difference, t_quantile(p / 2, df));
}

double pooled_sd(double sd1, double n1, double sd2, double n2) {
  check_sd(sd1);
  check_sd(sd2);
  check_n(n1, 1);
  check_n(n2, 1);
  check(n1 + n2 > 2, "pooling needs more than two persons in both arms together", n1 + n2);
  return std::sqrt(((n1 - 1) * sd1 * sd1 + (n2 - 1) * sd2 * sd2) / (n1 + n2 - 2));
}

double sd_of_change(double sd_before, double sd_after, double r) {
  check_sd(sd_before);
  check_sd(sd_after);
  check_correlation(r);
  const double apart = sd_before - sd_after;
  return std::sqrt(apart * apart + 2 * (1 - r) * sd_before * sd_after);
}

double correlation_from_sds(double sd_before, double sd_after, double sd_change) {
  check_sd(sd_change);
  check(sd_before > 0 && sd_after > 0, "both standard deviations must be positive",
        std::fmin(sd_before, sd_after));
  const double r = (sd_before * sd_before + sd_after * sd_after - sd_change * sd_change) /
                   (2 * sd_before * sd_after);
  check_correlation(r);
  return r;
}

ArmMean combine_groups(const ArmMean& a, const ArmMean& b) {
  check(std::isfinite(a.mean) && std::isfinite(b.mean), "a mean must be finite", a.mean + b.mean);
  check_sd(a.sd);
  check_sd(b.sd);
  check_n(a.n, 1);
  check_n(b.n, 1);
  const double n = a.n + b.n, apart = a.mean - b.mean;
  const double squares =
      (a.n - 1) * a.sd * a.sd + (b.n - 1) * b.sd * b.sd + a.n * b.n / n * apart * apart;
  return {.mean = (a.n * a.mean + b.n * b.mean) / n, .sd = std::sqrt(squares / (n - 1)), .n = n};
}

}  // namespace entact
