#pragma once

#include <vector>

#include "entact/base/estimate.h"
#include "entact/stats/adverse_table.h"
#include "entact/stats/multiplicity.h"
#include "entact/stats/rate_interval.h"

namespace entact {

/// How often in one arm: the share of participants, first events and all events over person-time.
/// Rates are per participant-year of 365.25 days; NaN where the time is not known or 0.
struct AdverseIncidence {
  double risk = 0;
  Interval risk_interval{};  ///< Clopper-Pearson
  double rate = 0;           ///< first events over the time to them: exposure-adjusted incidence
  Interval rate_interval{};
  double event_rate = 0;  ///< all events over all time
  Interval event_rate_interval{};
};

/// @param n, exposure_days  of the arm, from the same table
AdverseIncidence adverse_incidence(const AdverseCount& count, int n, double exposure_days,
                                   double level = 0.95, ExactTails tails = ExactTails::exact);

/// How two arms are compared.
struct AdverseCompareOptions {
  enum class Interval { miettinen_nurminen, newcombe };
  enum class Test { fisher, fisher_mid_p, score };
  int arm = 1;
  int reference = 0;
  double level = 0.95;
  Interval interval = Interval::miettinen_nurminen;  ///< of the risk difference
  Test test = Test::fisher;                          ///< of no difference in risk
  ExactTails tails = ExactTails::exact;              ///< of the rate ratio
  double alpha = 0.05;                               ///< of the double false discovery rate
  DoubleFdrRule rule = DoubleFdrRule::mehrotra_heyse;
};

/// One row of the table in one arm against the reference. Adjusted p belong to the family of the
/// row: all terms, or all classes; for any event they are p itself.
struct AdverseComparison {
  double risk_difference = 0;
  Interval risk_difference_interval{};
  double risk_ratio = 0;  ///< NaN without an event in either arm, infinite without one in the
                          ///< reference
  Interval risk_ratio_interval{};  ///< Miettinen-Nurminen
  double p = 1;
  double p_benjamini_hochberg = 1;
  double p_holm = 1;
  double p_class = 1;          ///< of terms: adjusted p of their class in the double FDR
  double p_in_class = 1;       ///< of terms: adjusted p within it
  bool flagged = false;        ///< of terms: by the double FDR at alpha
  double rate_difference = 0;  ///< first events, per participant-year
  Interval rate_difference_interval{};
  double rate_ratio = 0;
  Interval rate_ratio_interval{};
};

/// Every row compared: risk difference and ratio, difference and ratio of first-event rates, p with
/// its adjustments over all terms of the table, shown or not.
///
/// @return one a row of the table, in its order
/// @throws Error "stats.adverse.arm" (unanswerable) if an arm is not there or has nobody
/// @cost   some 40 evaluations of score statistics a row
std::vector<AdverseComparison> compare_arms(const AdverseTable& table,
                                            const AdverseCompareOptions& how);

}  // namespace entact
