#pragma once

#include <span>
#include <vector>

namespace entact {

// Shares of the next participants by arm, from what has been seen. All sum to 1. Every function
//   @throws Error "trial.allocation.domain" (usage) for fewer than two arms, lengths that differ,
//           or parameters that are none
//   @checked adaptive_allocation_test.cpp (closed forms of two arms, simulation)

/// P(arm i has the largest mean) for independent normal posteriors.
/// @param sd  positive
/// @cost  O(arms^2) for 200 nodes
std::vector<double> probability_best(std::span<const double> mean, std::span<const double> sd);

/// Bayesian response-adaptive randomisation with the tempering of Thall and Wathen:
///
///     share_i ~ p_best_i^(seen / (2 planned)), at least `floor` an arm
///
/// @param floor  in [0, 1 / arms)
/// @source Thall and Wathen 2007, Eur J Cancer 43:859 [thall2007]
std::vector<double> thompson_shares(std::span<const double> p_best, double seen, double planned,
                                    double floor = 0);

/// Neyman's allocation, which makes the variance of a difference least: share_i ~ sd_i.
std::vector<double> neyman_shares(std::span<const double> sd);

/// The allocation with the fewest failures at a given variance of the difference of two
/// proportions: share_i ~ sqrt(p_i).
/// @param p  chances of success in (0, 1)
/// @source Rosenberger, Stallard, Ivanova, Harper and Ricks 2001, Biometrics 57:909
///         [rosenberger2001]
std::vector<double> fewest_failures_shares(std::span<const double> p);

/// The doubly adaptive biased coin: P(next in arm i) when `target` is wanted and `current` has
/// been reached,
///
///     share_i ~ target_i (target_i / current_i)^gamma
///
/// @param gamma  0: the target itself; larger: nearer to deterministic
/// @source Hu and Zhang 2004, Ann Stat 32:268 [hu2004]
std::vector<double> biased_coin_shares(std::span<const double> target,
                                       std::span<const double> current, double gamma = 2);

}  // namespace entact
