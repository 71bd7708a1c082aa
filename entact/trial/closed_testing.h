#pragma once

#include <span>
#include <vector>

namespace entact {

/// How the hypothesis that no arm of a set differs from the control is tested in one stage.
enum class IntersectionTest {
  dunnett,     ///< the largest statistic, with its exact distribution
  simes,       ///< min over i of m p_(i) / i
  bonferroni,  ///< m times the smallest p
};

/// P of an intersection hypothesis from the one-sided statistics of its arms in one stage.
///
/// @param z       at least one, against the shared control
/// @param shares  of dunnett: n_i / (n_i + n_0) of each arm; else ignored
/// @throws as dunnett_upper()
double intersection_p(IntersectionTest test, std::span<const double> z,
                      std::span<const double> shares);

/// The closed combination test of a trial that may drop arms: one stage's statistics of an arm are
/// missing (NaN) once it is dropped.
struct ClosedTestStages {
  std::vector<std::vector<double>> z{};  ///< stages x arms; NaN where the arm was dropped
  std::vector<double> shares{};          ///< of each arm, as intersection_p()
  /// Stages x arms, where the allocation changes between stages; empty: `shares` in all.
  std::vector<std::vector<double>> stage_shares{};
};

struct ClosedTestResult {
  std::vector<int> stage{};  ///< of each arm: where it was first rejected, from 1; 0: never
  std::vector<double> p{};   ///< of each arm after the stages given: repeated, that is the largest
                             ///< combined p of the intersections with it; 1 once it is dropped
};

/// An arm is rejected when every intersection that contains it has been rejected, by then or
/// before, by the inverse normal combination of its stagewise p:
///
///     sum over j <= k of w_j z(1 - p_j) / sqrt(t_k) >= upper_k,  w_j = sqrt(t_j - t_(j-1))
///
/// An intersection whose arms have all been dropped is not tested any more.
///
/// @param rates  information of the looks, increasing to 1; at least as many as stages
/// @param upper  bounds of a one-sided group-sequential design at these looks
/// @throws Error "trial.closed_test.shape" (usage) unless lengths agree, arms are 1 to 12 and no
///         dropped arm comes back
/// @source Bretz, Schmidli, Koenig, Racine, Maurer 2006, Biom J 48:623 [bretz2006]; Marcus, Peritz
///         and Gabriel 1976, Biometrika 63:655 [marcus1976]
/// @checked reference/group_sequential (rpact getClosedCombinationTestResults)
ClosedTestResult closed_test(IntersectionTest test, const ClosedTestStages& stages,
                             std::span<const double> rates, std::span<const double> upper);

}  // namespace entact
