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
