#include "entact/trial/sample_size.h"

#include <cmath>
#include <string>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/num/noncentral_t.h"
#include "entact/num/roots.h"

namespace entact {
namespace {

void domain(bool ok, const char* rule, double value) {
  require(ok, "trial.sample_size.domain", std::string(rule) + "; saw " + std::to_string(value),
          ErrorKind::usage);
}

void check(const TwoArmTest& test) {
  domain(test.sides == 1 || test.sides == 2, "a test has 1 or 2 sides", test.sides);
  domain(test.alpha > 0 && test.alpha < 0.5 * test.sides,
         "alpha must be above 0 and below a half of each side", test.alpha);
  domain(test.ratio > 0 && std::isfinite(test.ratio), "the ratio of the arms must be positive",
         test.ratio);
}

void check(const TwoMeansDesign& means) {
  domain(means.sd > 0 && std::isfinite(means.sd), "the standard deviation must be positive",
         means.sd);
  domain(std::isfinite(means.difference), "the difference must be a number", means.difference);
}

void check(const TwoProportionsDesign& proportions) {
  for (const double p : {proportions.p1, proportions.p2})
    domain(p > 0 && p < 1, "a proportion must lie between 0 and 1", p);
}

void check_power(const TwoArmTest& test, double power) {
  domain(power > test.alpha / test.sides && power < 1, "the power must be above alpha, below 1",
         power);
}

void has_size(bool ok, double power) {
  require(ok, "trial.sample_size.none",
          "no size reaches a power of " + std::to_string(power) +
              " for this effect: it must differ from 0 in the direction tested",
          ErrorKind::unanswerable);
}

double critical_z(const TwoArmTest& test) { return normal_quantile(1 - test.alpha / test.sides); }

/// Standard errors of a difference of proportions with one participant in arm 2.
struct Spread {
  double null = 0;
  double effect = 0;
};

Spread spread(const TwoProportionsDesign& p, double ratio) {
  const double pooled = (ratio * p.p1 + p.p2) / (1 + ratio);
  return {std::sqrt((1 + 1 / ratio) * pooled * (1 - pooled)),
          std::sqrt(p.p1 * (1 - p.p1) / ratio + p.p2 * (1 - p.p2))};
}

}  // namespace

double power_of_means(const TwoMeansDesign& means, const TwoArmTest& test, double n) {
  check(means);
  check(test);
  domain(n > (means.t ? 2 : 0) && std::isfinite(n), "participants must be more than 2", n);
  const double df = means.t ? n - 2 : INFINITY;
  const double n2 = n / (1 + test.ratio), n1 = n - n2;
  const double shift = means.difference / (means.sd * std::sqrt(1 / n1 + 1 / n2));
  const double critical = t_quantile(1 - test.alpha / test.sides, df);
  const double above = noncentral_t_cdf(-critical, df, -shift);  // by symmetry, accurate when small
  return test.sides == 1 ? above : above + noncentral_t_cdf(-critical, df, shift);
}

double size_for_means(const TwoMeansDesign& means, const TwoArmTest& test, double power) {
  check(means);
  check(test);
  check_power(test, power);
  const double effect = test.sides == 1 ? means.difference : std::abs(means.difference);
  has_size(effect > 0, power);
  const auto lacks = [&](double n) { return power_of_means(means, test, n) - power; };
  // From below one degree of freedom on the t test has no power worth the name.
  const double least = means.t ? 2.02 : 1e-6;
  if (lacks(least) >= 0) return least;
  const auto [low, high] = double_until_sign_change(lacks, least, 1e9);
  has_size(low < high, power);
  return find_root(lacks, low, high, {.absolute = 1e-10}).x;
}

double size_for_proportions(const TwoProportionsDesign& proportions, const TwoArmTest& test,
                            double power) {
  check(proportions);
  check(test);
  check_power(test, power);
  const double difference = proportions.p1 - proportions.p2;
  has_size(test.sides == 1 ? difference > 0 : difference != 0, power);
  const Spread se = spread(proportions, test.ratio);
  const double root =
      (critical_z(test) * se.null + normal_quantile(power) * se.effect) / difference;
  return (1 + test.ratio) * root * root;
}

double power_of_proportions(const TwoProportionsDesign& proportions, const TwoArmTest& test,
                            double n) {
  check(proportions);
  check(test);
  domain(n > 0 && std::isfinite(n), "participants must be more than 0", n);
  const Spread se = spread(proportions, test.ratio);
  const double difference = proportions.p1 - proportions.p2;
  const double effect = test.sides == 1 ? difference : std::abs(difference);
  return normal_cdf((effect * std::sqrt(n / (1 + test.ratio)) - critical_z(test) * se.null) /
                    se.effect);
}

double with_dropout(double n, double dropout) {
  domain(dropout >= 0 && dropout < 1, "a share that drops out must lie in [0, 1)", dropout);
  return n / (1 - dropout);
}

ArmSizes whole_arms(double n, double ratio) {
  domain(ratio > 0 && std::isfinite(ratio), "the ratio of the arms must be positive", ratio);
  domain(n >= 0 && n < 1e15, "participants must be at least 0", n);
  // A size that is whole but for rounding stays so.
  const auto up = [](double x) { return static_cast<long>(std::ceil(x - 1e-9)); };
  return {up(n * ratio / (1 + ratio)), up(n / (1 + ratio))};
}

}  // namespace entact
