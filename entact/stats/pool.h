#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "entact/base/estimate.h"
#include "entact/stats/pool_model.h"
#include "entact/stats/tau2.h"

namespace entact {

/// How coefficients are tested and their intervals made; the names are metafor's.
enum class PoolTest {
  z,      ///< normal
  t,      ///< t with k - p degrees of freedom, ordinary standard errors
  knha,   ///< Hartung-Knapp-Sidik-Jonkman: t with k - p, variance times s2 = Q(tau2)/(k - p)
  adhoc,  ///< knha with s2 never below 1, so the interval is never narrower than that of `t`
  kr,     ///< Kenward-Roger type (intercept only): adjusted variance, Satterthwaite-like df
};

/// The test of that metafor name ("z", "t", "knha", "adhoc") or "kr".
/// @throws Error "stats.pool.test" (usage), which lists the names
PoolTest pool_test(std::string_view name);
std::string_view to_text(PoolTest test);

struct PoolOptions {
  Tau2Method method = Tau2Method::reml;
  PoolTest test = PoolTest::adhoc;
  double level = 0.95;
  std::optional<double> tau2{};  ///< held at this value instead of estimated
  bool intervals = true;         ///< Q-profile interval of tau2 and what follows from it
};

/// One coefficient of a pooling or meta-regression, on the scale of the estimates.
struct PooledCoefficient {
  std::string name{};
  double value = 0;
  double se = 0;
  double statistic = 0;
  double df = std::numeric_limits<double>::infinity();
  double p = 1;
  double low = 0, high = 0;  ///< interval at the level asked for
};

/// What pooling k studies gives. Proportions are in [0, 1]; what does not exist is absent.
struct Pooled {
  PoolOptions how{};
  std::ptrdiff_t k = 0, p = 1;
  std::vector<PooledCoefficient> coefficients{};  ///< length p
  Eigen::MatrixXd covariance{};                   ///< p x p, with the factor of the test
  double residual_scale = 1;                      ///< s2 of knha and adhoc, else 1

  double tau2 = 0;
  double tau2_se = std::numeric_limits<double>::quiet_NaN();  ///< NaN if tau2 was not estimated
  std::optional<Interval> tau2_interval{};                    ///< Q-profile
  double i2 = 0, h2 = 1;        ///< tau2/(tau2 + s2), tau2/s2 + 1, s2 the typical variance
  double typical_variance = 0;  ///< s2 = (k - p)/tr P of Higgins and Thompson, 0 if k = p

  double q = 0, q_df = 0, q_p = 1;  ///< residual heterogeneity at inverse-variance weights
  double i2_q = 0, h2_q = 1;        ///< max(0, (Q - df)/Q) and Q/df

  /// All coefficients but the intercept are 0 (all, if there is nothing else): chi-squared over
  /// m, or F if df2 is finite.
  struct Moderation {
    double statistic = 0, df1 = 0, df2 = std::numeric_limits<double>::infinity(), p = 1;
  } qm{};
  std::optional<double> r2{};  ///< share of tau2 that moderators explain; only with intercept

  std::optional<Interval> prediction{};            ///< metafor's: z or t like the test
  std::optional<Interval> prediction_hts{};        ///< t with k - p - 1 df (Higgins et al. 2009)
  std::optional<Interval> prediction_high_tau2{};  ///< refitted at the upper end of tau2_interval

  std::vector<double> weights{};  ///< of the studies, sum 1
  double log_likelihood = 0, restricted_log_likelihood = 0;
  Fit fit{};

  [[nodiscard]] double value() const { return coefficients.front().value; }
  [[nodiscard]] double se() const { return coefficients.front().se; }
};

/// Pools k independent estimates into one: the average under the common-effect model, or the mean
/// of a normal distribution of study effects.
///
///     y_i ~ N(theta, v_i + tau2),  i = 1..k
///
/// @param yi   length k, estimates on an additive scale (logs of ratios)
/// @param vi   length k, their sampling variances
/// @return one coefficient "intercept"; reservations on boundary and few studies stand in fit
/// @units  yi and vi as the outcome and its square; so is all that comes back
/// @throws Error "stats.pool.few" (unanswerable) if there are too few studies for the model,
///         "stats.pool.length", "stats.pool.value", "stats.pool.variance" on bad input,
///         "stats.pool.option" (usage) on a level outside (0, 1) or a negative tau2
/// @cost   O(k) per iteration, no k x k matrix
/// @source Viechtbauer 2010, J Stat Softw 36(3) [viechtbauer2010]; Hartung and Knapp 2001, Stat Med
///         20:1771 [hartung2001]; Higgins, Thompson, Spiegelhalter 2009, JRSS A 172:137
///         [higgins2009]
/// @checked reference/pool (metafor and meta, versions in its README)
Pooled pool(std::span<const double> yi, std::span<const double> vi, const PoolOptions& how = {});

/// Meta-regression: y_i ~ N(x_i'beta, v_i + tau2).
///
/// @throws also Error "stats.pool.moderator", "stats.pool.rank"; "stats.pool.kr" (usage) for the
///         Kenward-Roger type test, which is for the intercept-only model
Pooled pool(std::span<const double> yi, std::span<const double> vi, const Moderators& moderators,
            const PoolOptions& how = {});

/// Wald test that the coefficients `which` (0-based) are all 0: chi-squared, or F under t tests.
/// @throws Error "stats.pool.coefficient" (usage) if one does not exist or none is given
Pooled::Moderation test_coefficients(const Pooled& pooled, std::span<const std::ptrdiff_t> which);

/// Expected effect at covariates x (length p, as a row of Moderators::x) with its interval, and the
/// prediction interval of a new study's effect (absent for the common-effect model).
struct PooledPrediction {
  PooledCoefficient mean{};
  std::optional<Interval> new_study{};
};
/// @throws Error "stats.pool.coefficient" (usage) unless x has length p
PooledPrediction predict(const Pooled& pooled, std::span<const double> x);

/// The coefficient as an Estimate (the first unless said otherwise), with the fit's reservations.
Estimate to_estimate(const Pooled& pooled, const Estimand& estimand, bool log_scale = false,
                     std::size_t coefficient = 0);

}  // namespace entact
