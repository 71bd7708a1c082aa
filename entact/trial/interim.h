#pragma once

#include <span>
#include <vector>

#include "entact/trial/group_sequential.h"
#include "entact/trial/stagewise_table.h"
#include "entact/trial/trial_analysis.h"

namespace entact {

/// Interim looks at the first estimand of a virtual trial. At the look at share t the first t n
/// participants, by order of enrolment, have all been followed to the last visit, and are analysed
/// by the estimand's own method.
struct InterimPlan {
  GroupSequentialDesign design{};  ///< one-sided: it stops for benefit, or gives up
  /// While those are followed up others come in, and count as participants; 0: enrolment waits.
  double enrolled_per_week = 0;
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

/// Participants enrolled when each look is taken.
std::vector<int> enrolled_at_looks(const VirtualTrial& trial, const InterimPlan& plan);

/// One trial through its looks. An analysis without an answer neither stops nor rejects.
///
/// @param table  of plan.design, at the interval's level
/// @return the fields; NaN for what has no answer
/// @cost   an analysis a look
std::vector<double> take_looks(const VirtualTrial& trial, const ConductedTrial& made,
                               const TrialEstimand& estimand, const InterimPlan& plan,
                               const StagewiseTable& table);

/// Operating characteristics of the looks; shares have the standard error sqrt(p (1 - p) / R).
struct InterimCharacteristics {
  std::vector<double> rates{}, upper{}, lower{};  ///< of the design
  std::vector<int> enrolled{};                    ///< at each look
  std::vector<double> efficacy{};                 ///< share that stops and rejects at each look
  std::vector<double> futility{};                 ///< share that stops without rejection
  SimulatedValue power{};
  SimulatedValue participants{};               ///< mean
  int fewest = 0, median = 0, most = 0;        ///< 5%, 50%, 95% quantiles of participants
  SimulatedValue plain_bias{}, median_bias{};  ///< mean estimate less the truth
  SimulatedValue above{};                      ///< share of median-unbiased estimates above it
  SimulatedValue coverage{};                   ///< of the truth by the stagewise interval
  long failed = 0;                             ///< without an answer at the stop
};

/// Adds up the fields of many trials.
class InterimTally {
 public:
  InterimTally(const VirtualTrial& trial, const InterimPlan& plan, double truth);
  void take(std::span<const double> fields);
  [[nodiscard]] InterimCharacteristics finish() const;

 private:
  struct Sum {
    double n = 0, sum = 0, squares = 0;
    void add(double value) { n += 1, sum += value, squares += value * value; }
    [[nodiscard]] SimulatedValue mean() const;
  };
  InterimCharacteristics found_{};
  std::vector<double> rejects_{}, stops_{};
  Sum participants_{}, plain_{}, median_{}, above_{}, covered_{};
  double truth_;
};

}  // namespace entact
