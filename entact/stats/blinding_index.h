#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "entact/base/estimate.h"

namespace entact {

/// What participants (or raters) guess their arm to be.
struct Guesses {
  /// arms x (arms + 1): row is the arm assigned, column the arm guessed, the last "do not know"
  Eigen::MatrixXd counts{};
};

/// One index with its interval; 1 is full blinding for James, 0 for Bang.
struct BlindingIndex {
  double value = 0;
  double se = 0;
  double low = 0, high = 0;
  std::optional<double> p{};  ///< Bang only: of no guessing beyond chance
};

/// James' index over all arms: 0 if all guess right, 1/2 if guesses are random, 1 if nobody knows.
///
///     BI = (1 + q + (1 - q) K) / 2,   K = (P_o - P_e) / P_e
///
/// q is the share that does not know; of those who guess an arm, P_o is the share that guesses
/// wrong and P_e the share that would if guesses did not depend on the arm. (The source's weight of
/// a wrong guess, 1/2, cancels.) Standard error by the delta method from the multinomial of the
/// whole table.
/// @throws Error "stats.blinding.table" for negative, not whole or no counts;
///         "stats.blinding.undefined" (unanswerable) if nobody guesses an arm, or no guess could be
///         wrong
/// @source James et al. 1996, Stat Med 15:1421 [james1996]
/// @checked reference/blinding (the definition in R; published values)
BlindingIndex james_index(const Guesses& guesses, double level = 0.95);

/// Bang's index of each arm, of those who answer: the share that guesses right less the mean share
/// of the m - 1 wrong guesses; who does not know counts as neither. 0 is chance, 1 all right.
///
///     BI_i = p_right - p_wrong / (m - 1),   var = (p_right + p_wrong / (m - 1)^2 - BI_i^2) / n_i
///
/// With two arms that is the source's index, -1 if all guess wrong. With more arms the source has
/// none: plain p_right - p_wrong would not be 0 by chance, so each wrong arm counts by itself, and
/// the least value is -1 / (m - 1).
///
/// @throws Error "stats.blinding.table"; "stats.blinding.undefined" (unanswerable) if an arm has no
///         answers
/// @source Bang, Ni and Davis 2004, Control Clin Trials 25:143 [bang2004]
/// @checked reference/blinding (the definition in R; published values of two arms)
std::vector<BlindingIndex> bang_index(const Guesses& guesses, double level = 0.95);

}  // namespace entact
