#pragma once

#include <span>
#include <vector>

namespace entact {

// Many p-values at once. Every function
//   @param p  each in [0, 1]
//   @throws Error "stats.multiplicity.p" if one is not
//   @cost   O(m log m)
//   @checked reference/rates (R p.adjust)

/// Adjusted p that control the false discovery rate of independent or positively dependent tests:
///
///     q_(i) = min over j >= i of min(1, m p_(j) / j)
///
/// @source Benjamini and Hochberg 1995, J R Stat Soc B 57:289 [benjamini1995]
std::vector<double> benjamini_hochberg(std::span<const double> p);

/// Adjusted p that control the chance of any false rejection, whatever the dependence:
///
///     q_(i) = max over j <= i of min(1, (m - j + 1) p_(j))
///
/// @source Holm 1979, Scand J Stat 6:65 [holm1979]
std::vector<double> holm(std::span<const double> p);

/// Adjusted p that control the chance of any false rejection where Simes' inequality holds, as for
/// independent or positively dependent tests:
///
///     q_(i) = min over j >= i of min(1, (m - j + 1) p_(j))
///
/// @source Hochberg 1988, Biometrika 75:800 [hochberg1988]
std::vector<double> hochberg(std::span<const double> p);

/// Adjusted p of tests in a fixed order, each only if all before it were rejected:
///
///     q_i = max over j <= i of p_j
///
/// @source Maurer, Hothorn and Lehmacher 1995 [maurer1995]
std::vector<double> fixed_sequence(std::span<const double> p);

/// How the level of a rejected hypothesis passes to the others.
struct TestGraph {
  std::vector<double> weight{};                   ///< of each hypothesis at first; sum <= 1
  std::vector<std::vector<double>> transition{};  ///< m x m, zero diagonal, each row sums to <= 1
};

/// Adjusted p of the sequentially rejective weighted Bonferroni procedure on a graph. With w and g
/// updated after each step, the next hypothesis is the one with the least p_i / w_i, and
///
///     q_i = max(q of the step before, min(1, p_i / w_i))
///
/// Rejecting i passes on its weight: w_j += w_i g_ij, and g_jk becomes
/// (g_jk + g_ji g_ik) / (1 - g_ji g_ij). Equal p / w go by the order given.
///
/// @throws Error "stats.multiplicity.graph" unless weights and transitions are as TestGraph says
/// @cost   O(m^3)
/// @source Bretz, Maurer, Brannath and Posch 2009, Stat Med 28:586 [bretz2009]
std::vector<double> graphical(std::span<const double> p, const TestGraph& graph);

/// Which double false discovery rate.
enum class DoubleFdrRule {
  /// A group enters by Benjamini-Hochberg over the smallest p of each group; its terms are adjusted
  /// within the group. A term is flagged if both are <= alpha. [mehrotra2004]
  mehrotra_heyse,
  /// A group enters by Benjamini-Hochberg over the smallest adjusted p of each group; the terms of
  /// all groups that entered are adjusted as one family. [mehrotra2012]
  mehrotra_adewale,
};

/// What the double false discovery rate says of terms in groups.
struct DoubleFdr {
  std::vector<double> group{};  ///< adjusted p of each group
  std::vector<double> term{};   ///< adjusted p of each term; with mehrotra_adewale 1 outside the
                                ///< groups that entered
  std::vector<bool> flagged{};  ///< of each term, at alpha
};

/// Terms in groups (preferred terms in system organ classes): first the groups, then their terms.
///
/// @param group  of each term: 0 .. groups - 1, every one of them with a term
/// @throws Error "stats.multiplicity.groups" if lengths differ or a group has no term
/// @source Mehrotra and Heyse 2004, Stat Methods Med Res 13:227 [mehrotra2004]; Mehrotra and
///         Adewale 2012, Stat Med 31:1918 [mehrotra2012]
DoubleFdr double_fdr(std::span<const double> p, std::span<const int> group, double alpha,
                     DoubleFdrRule rule = DoubleFdrRule::mehrotra_heyse);

}  // namespace entact
