#pragma once

#include <span>
#include <vector>

namespace entact {

/// P(max over arms of the final z_i >= critical | the first stage's z), if no arm differs from the
/// control and the second stage is as planned:
///
///     final z_i = sqrt(t) z_i + sqrt(1 - t) z2_i
///
/// @param first   statistics of the first stage, one an arm
/// @param shares  l_i = n_i / (n_i + n_0), as dunnett_upper()
/// @param rate    t, the first stage's share of the information, in (0, 1)
/// @throws Error "trial.dunnett.shares" (usage)
double conditional_dunnett_error(std::span<const double> first, std::span<const double> shares,
                                 double rate, double critical);

/// Dunnett's test of a trial in two stages that may drop arms, or change sizes, between them. An
/// intersection is rejected if Dunnett's p of its arms still there, in the second stage alone, is
/// at most the conditional error of Dunnett's test as planned; an arm is, if all its intersections
/// are. With one arm it is the test of the whole trial.
///
/// @source Koenig, Brannath, Bretz and Posch 2008, Stat Med 27:1612 [koenig2008]
/// @checked conditional_dunnett_test.cpp (closed forms, simulated level);
///          reference/group_sequential (mvtnorm)
class ConditionalDunnett {
 public:
  /// @param shares  as planned, 1 to 12 arms
  /// @param alpha   one-sided
  /// @throws Error "trial.dunnett.shares" (usage), also for a rate that is not in (0, 1)
  /// @cost   2^arms - 1 critical values, 0.2 ms each
  ConditionalDunnett(std::vector<double> shares, double rate, double alpha);

  /// @param second         statistics of the second stage alone; NaN of an arm that was dropped
  /// @param second_shares  of the second stage, one an arm; empty: as planned
  [[nodiscard]] std::vector<char> rejected(std::span<const double> first,
                                           std::span<const double> second,
                                           std::span<const double> second_shares = {}) const;

 private:
  std::vector<double> shares_{}, critical_{};  ///< critical_ by set of arms, as bits
  double rate_ = 0.5;
};

}  // namespace entact
