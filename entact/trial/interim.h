#pragma once

#include <optional>
#include <vector>

#include "entact/trial/adaptive_plan.h"
#include "entact/trial/group_sequential.h"
#include "entact/trial/predictive_probability.h"
#include "entact/trial/stagewise_table.h"
#include "entact/trial/trial_analysis.h"

namespace entact {

/// Interim looks at a virtual trial, at its first estimand unless it says more. At the look at
/// share t the first t n participants, by order of enrolment, have all been followed to the last
/// visit, and are analysed by the estimand's own method.
struct InterimPlan {
  GroupSequentialDesign design{};  ///< one-sided: it stops for benefit, or gives up
  /// While those are followed up others come in, and count as participants; 0: enrolment waits.
  double enrolled_per_week = 0;
  /// Estimands looked at beside the first. Co-primary: the trial stops for benefit when all are at
  /// their bound. Else in this order: each is tested, at the bound of the look at which the trial
  /// stopped for benefit, if all before it were rejected there.
  int more = 0;
  bool co_primary = false;
  std::optional<PredictiveRule> predictive{};
  // What a look may change; with any of these take_looks() does not apply, adapt_trial() does.
  std::optional<SizeRule> size{};
  std::optional<ArmRule> arms{};
  std::optional<AllocationRule> allocation{};

  [[nodiscard]] bool adapts() const { return size || arms || allocation; }
};

/// Where each number of one trial's looks stands. Estimates are on the estimand's scale.
enum InterimField : std::size_t {
  interim_look,      ///< at which it stopped, from 1
  interim_outcome,   ///< 1: rejects for benefit, 0: not
  interim_enrolled,  ///< participants by then
  interim_estimate,  ///< the analysis' own
  interim_median,    ///< median-unbiased, by the stagewise ordering
  interim_low,       ///< of that ordering's interval
  interim_high,
  interim_fields,
};

/// The analysis' p as a z that is positive for benefit: lower scores, more responders.
double benefit_z(const TrialAnswer& answer, const TrialEstimand& estimand);
/// 1 where more is better, -1 where less is.
double benefit_sign(const TrialEstimand& estimand);
/// What the estimate is a multiple of at z: a little more than its standard error, as z has the
/// level of a t statistic.
double standard_unit(const TrialAnswer& answer, double z);
/// Followed to the last visit at a look at this share of the participants.
int followed_at(const VirtualTrial& trial, double rate);

/// What a rule believes of the effect, as a drift.
/// @param unit  the effect of a drift of 1, without its sign
DriftPrior drift_prior(const PredictiveRule& rule, const TrialEstimand& estimand, double unit);
/// Writes the median-unbiased estimate and its interval.
/// @param effect  of a drift of 1
void write_stagewise(const StagewiseDrift& drift, double effect, std::vector<double>& fields);

/// Participants enrolled when each look is taken.
std::vector<int> enrolled_at_looks(const VirtualTrial& trial, const InterimPlan& plan);

/// One trial through its looks. An analysis without an answer neither stops nor rejects.
///
/// @param estimands  1 + plan.more
/// @param table      of plan.design, at the interval's level
/// @return the fields, NaN for what has no answer; with more estimands than one then 1 for each
///         that is rejected, 0 for the others
/// @cost   an analysis a look
/// @source Glimm, Maurer and Bretz 2010, Stat Med 29:219 [glimm2010]
std::vector<double> take_looks(const VirtualTrial& trial, const ConductedTrial& made,
                               const std::vector<TrialEstimand>& estimands, const InterimPlan& plan,
                               const StagewiseTable& table);

}  // namespace entact
