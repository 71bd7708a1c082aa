#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace entact {

/// The question that an estimate answers, in the words of ICH E9(R1).
struct Estimand {
  std::string population{};
  std::string treatment{};
  std::string comparator{};
  std::string variable{};             ///< instrument and statistic, e.g. "CAPS-5 change to week 18"
  std::string intercurrent_events{};  ///< strategy, e.g. "treatment policy"
  std::string summary{};              ///< "mean difference", "log risk ratio"
};

/// An interval that a method makes its own way: score, exact, profile, bootstrap, Bayesian, or as
/// published.
struct Interval {
  double low = 0;
  double high = 0;
  double level = 0.95;
  std::string method{};
};

/// What became of the computation; convergence is data, not an exception.
struct Fit {
  bool converged = true;
  int iterations = 0;
  std::vector<std::string> reservations{};  ///< sentences for people, empty if none
};

/// The answer and its question: a published, a simulated and a pooled result are all of this type.
///
/// `value` and `se` are on the additive scale (log scale for ratios, and then `log_scale` is true).
/// `df` is that of the t reference distribution, infinity for the normal. `interval` and `p` are
/// set only where the method makes its own; otherwise they follow from value, se and df
/// (num/wald.h).
struct Estimate {
  Estimand estimand{};
  double value = std::numeric_limits<double>::quiet_NaN();
  double se = std::numeric_limits<double>::quiet_NaN();
  double df = std::numeric_limits<double>::infinity();
  bool log_scale = false;
  std::optional<Interval> interval{};
  std::optional<double> p{};
  Fit fit{};
};

}  // namespace entact
