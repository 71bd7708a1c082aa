#pragma once

#include "entact/stats/effect_size.h"

namespace entact {

/// Events among the persons of two independent arms; 1 is treatment, 2 is control. Counts need not
/// be whole (imputed or adjusted counts are not).
struct TwoByTwo {
  double events1 = 0;
  double n1 = 0;
  double events2 = 0;
  double n2 = 0;
};

/// @throws Error "stats.two_by_two.counts" unless 0 <= events <= n and n > 0 in both arms
void check_counts(const TwoByTwo& counts);

/// Where `add` is put into the four cells.
enum class ZeroCells {
  only0,  ///< in tables that hold a zero cell (metafor's default)
  all,    ///< in every table
  none,   ///< nowhere; a table without a finite answer is refused
};

/// The rule for zero cells is part of every answer: it is an assumption, not a repair.
struct ZeroCellRule {
  ZeroCells to = ZeroCells::only0;
  double add = 0.5;
};

// Effects of two arms. Every function
//   @throws Error "stats.two_by_two.counts" if the counts are impossible;
//           "stats.two_by_two.zero_cell" (unanswerable) if a zero cell leaves no finite answer
//   @return note says where counts were changed, and where no arm has an event
//   @checked reference/effect_size (metafor escalc)
// With p = events / n after the rule:

/// yi = log(p1 / p2), vi = 1/x1 - 1/n1 + 1/x2 - 1/n2 (RR).
Effect log_risk_ratio(const TwoByTwo& counts, const ZeroCellRule& rule = {});

/// yi = log(odds1 / odds2), vi = sum of the reciprocals of the four cells (OR).
Effect log_odds_ratio(const TwoByTwo& counts, const ZeroCellRule& rule = {});

/// yi = p1 - p2, vi = p1 (1 - p1) / n1 + p2 (1 - p2) / n2 (RD). As metafor does, the rule changes
/// yi too; with ZeroCells::none a table of zeros and full arms has variance 0 and is refused.
Effect risk_difference(const TwoByTwo& counts, const ZeroCellRule& rule = {});

/// Peto's one-step log odds ratio, (observed - expected) / V with hypergeometric V (PETO). It needs
/// no addition, so none is the default. Biased where arms are unequal or effects large.
/// @source Yusuf et al. 1985, Prog Cardiovasc Dis 27:335 [yusuf1985]
Effect peto_log_odds_ratio(const TwoByTwo& counts, const ZeroCellRule& rule = {ZeroCells::none, 0});

/// Difference of asin sqrt p, vi = 1/(4 n1) + 1/(4 n2) (AS): needs no addition.
/// @source Rücker et al. 2009, Stat Med 28:721 [rucker2009]
Effect arcsine_difference(const TwoByTwo& counts);

/// Observed minus expected events of the treatment arm and its hypergeometric variance, given the
/// margins: what Peto's method and the Mantel-Haenszel test add up.
struct Excess {
  double observed_minus_expected = 0;
  double variance = 0;
};
Excess excess(const TwoByTwo& counts);

}  // namespace entact
