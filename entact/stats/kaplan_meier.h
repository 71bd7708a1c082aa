#pragma once

#include <vector>

#include "entact/stats/survival_data.h"

namespace entact {

/// Scale on which the pointwise interval of a curve is symmetric.
enum class CurveInterval {
  log_log,  ///< log(-log S): stays in (0, 1), good in small groups; SAS's default
  log,      ///< log S, cut at 1; R's default
  plain,    ///< S itself, cut at 0 and 1
  logit,    ///< log(S / (1 - S))
};

struct CurveOptions {
  double level = 0.95;
  CurveInterval interval = CurveInterval::log_log;
};

/// Probability of being without the event, as a step function of time.
///
/// All of length t, one entry for each distinct time at which a row ends. Where no one is left
/// after the last event the curve is 0 and its interval missing (NaN) on the log scales.
struct SurvivalCurve {
  std::vector<double> time{};
  std::vector<double> at_risk{};   ///< weighted, just before the time
  std::vector<double> events{};    ///< weighted
  std::vector<double> censored{};  ///< weighted
  std::vector<double> survival{};
  std::vector<double> se{};      ///< of survival (Greenwood)
  std::vector<double> log_se{};  ///< of log survival: R's `std.err`
  std::vector<double> low{}, high{};
  std::vector<double> cumulative_hazard{};  ///< Nelson-Aalen
  CurveOptions how{};
};

/// Kaplan-Meier curve of all rows; strata are not looked at.
///
///     S(t) = prod_{t_i <= t} (1 - d_i / n_i),   var log S(t) = sum d_i / (n_i (n_i - d_i))
///
/// Weights count as repeated rows do; where they are not counts, the standard error is that of a
/// population of that size and a robust one is needed.
///
/// @throws as check_survival; "stats.survival.empty" (unanswerable) without rows;
/// "stats.survival.level" (usage) if the level is not in (0, 1)
/// @cost   O(n log n)
/// @source Kaplan and Meier 1958, J Am Stat Assoc 53:457 [kaplan1958]; Kalbfleisch and Prentice
/// 2002 [kalbfleisch2002]
/// @checked reference/survival (R survival)
SurvivalCurve kaplan_meier(const SurvivalData& data, const CurveOptions& how = {});

/// The time by which a share of participants has had the event, with the times at which the ends
/// of the interval of the curve reach it; NaN where that is not reached.
struct SurvivalQuantile {
  double probability = 0.5;
  double time = 0;
  double low = 0, high = 0;
};

/// As R: the first time with S <= 1 - p; where S equals 1 - p over a stretch, its middle.
/// @throws Error "stats.survival.level" (usage) if probability is not in (0, 1)
/// @source Brookmeyer and Crowley 1982, Biometrics 38:29 [brookmeyer1982]
SurvivalQuantile quantile(const SurvivalCurve& curve, double probability);

/// The curve at one time; before the first event 1 with se 0.
struct CurvePoint {
  double time = 0;
  double at_risk = 0;
  double survival = 1;
  double se = 0;
  double low = 1, high = 1;
};
CurvePoint at_time(const SurvivalCurve& curve, double time);

/// Low and high end of the interval of a probability with standard error `se`.
std::pair<double, double> curve_interval(double probability, double se, const CurveOptions& how);

}  // namespace entact
