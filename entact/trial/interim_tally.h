#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "entact/trial/adaptive_trial.h"

namespace entact {

/// Whole numbers counted, for exact quantiles.
class CountedNumbers {
 public:
  void add(int value) { ++counts_[value], ++n_; }
  [[nodiscard]] SimulatedValue mean() const;
  /// The least number that at least this share does not exceed.
  [[nodiscard]] int quantile(double share) const;

 private:
  std::map<int, long> counts_{};
  long n_ = 0;
};

/// One arm of a trial that may drop arms, against the control.
struct ArmCharacteristics {
  std::string arm{};
  double truth = 0;
  std::vector<double> kept{};  ///< by look: share in which the arm was in the trial
  SimulatedValue rejected{};   ///< its power, or a part of the familywise error
  SimulatedValue leads{};      ///< its estimate is the one reported: rejected, or most convincing
  SimulatedValue bias{};       ///< of that estimate, given that it leads
};

struct AllocatedArm {
  std::string arm{};
  SimulatedValue participants{};
  int low = 0, median = 0, high = 0;  ///< 5%, 50%, 95%
};

struct AdaptiveCharacteristics {
  SimulatedValue grown{};                    ///< share with a larger size than planned
  std::vector<ArmCharacteristics> arms{};    ///< if there are several hypotheses
  std::vector<AllocatedArm> allocated{};     ///< by arm of the design
  std::optional<SimulatedValue> inferior{};  ///< participants not in the best arm, if there is one
};

/// Operating characteristics of the looks; shares have the standard error sqrt(p (1 - p) / R).
struct InterimCharacteristics {
  std::vector<double> rates{}, upper{}, lower{};  ///< of the design
  std::vector<int> enrolled{};                    ///< at each look, as planned
  std::vector<double> efficacy{};                 ///< share that stops and rejects at each look
  std::vector<double> futility{};                 ///< share that stops without rejection
  SimulatedValue power{};                         ///< anything rejected
  SimulatedValue participants{};                  ///< mean
  int fewest = 0, median = 0, most = 0;           ///< 5%, 50%, 95% quantiles of participants
  SimulatedValue plain_bias{}, median_bias{};     ///< mean estimate less the truth
  SimulatedValue above{};                         ///< share of median-unbiased ones above the truth
  SimulatedValue coverage{};                      ///< of the truth by the stagewise interval
  long failed = 0;                                ///< without an answer at the stop
  std::vector<SimulatedValue> estimands{};        ///< share that rejects each, if several
  /// Share with a rejection of what has no benefit in truth, if there is such a thing.
  std::optional<SimulatedValue> false_rejection{};
  std::optional<AdaptiveCharacteristics> adaptive{};
};

/// Adds up the fields of many trials.
class InterimTally {
 public:
  /// @param estimands  of the trial, the first ones looked at
  /// @param truths     of adaptive_hypotheses() where the plan adapts, else of the estimands
  InterimTally(const VirtualTrial& trial, const std::vector<TrialEstimand>& estimands,
               const InterimPlan& plan, const std::vector<double>& truths);
  void take(std::span<const double> fields);
  [[nodiscard]] InterimCharacteristics finish() const;

 private:
  struct Sum {
    double n = 0, sum = 0, squares = 0;
    void add(double value) { n += 1, sum += value, squares += value * value; }
    [[nodiscard]] SimulatedValue mean() const;
    [[nodiscard]] SimulatedValue share() const;
  };
  /// What is rejected, by estimand or hypothesis; empty if there is one only.
  [[nodiscard]] std::vector<char> rejections(std::span<const double> fields) const;
  void take_adaptive(std::span<const double> fields);
  [[nodiscard]] AdaptiveCharacteristics adaptive() const;
  [[nodiscard]] std::optional<std::size_t> best_arm() const;

  InterimCharacteristics found_{};
  std::vector<double> truths_{};
  std::vector<char> no_benefit_{};  ///< by truth
  bool adapts_ = false;
  AdaptiveLayout layout_{};
  std::vector<TrialEstimand> hypotheses_{};
  std::vector<std::string> arm_names_{};
  double sign_ = -1;
  std::vector<double> rejects_{}, stops_{};
  CountedNumbers participants_{};
  Sum plain_{}, median_{}, above_{}, covered_{}, grown_{}, inferior_{}, false_{};
  std::vector<Sum> each_{}, leads_{}, lead_bias_{};
  std::vector<std::vector<double>> kept_{};
  std::vector<CountedNumbers> allocated_{};
};

}  // namespace entact
