#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "entact/trial/conditional_dunnett.h"
#include "entact/trial/interim.h"

namespace entact {

/// What stands behind the fields of interim.h where a look may change the trial.
struct AdaptiveLayout {
  std::size_t arms = 0;        ///< of the design
  std::size_t hypotheses = 0;  ///< as adaptive_hypotheses()

  [[nodiscard]] std::size_t lead() const { return interim_fields; }  ///< whose estimate it is
  [[nodiscard]] std::size_t grown() const { return lead() + 1; }     ///< 1: the size was raised
  /// Participants allocated to an arm by the stop.
  [[nodiscard]] std::size_t allocated(std::size_t arm) const { return grown() + 1 + arm; }
  /// Last look that the hypothesis' arm was in the trial.
  [[nodiscard]] std::size_t kept(std::size_t h) const { return allocated(arms) + h; }
  /// Look at which it was rejected; 0: never.
  [[nodiscard]] std::size_t rejected(std::size_t h) const { return kept(hypotheses) + h; }
  [[nodiscard]] std::size_t width() const { return rejected(hypotheses); }
};

/// The hypotheses of an adaptive trial: each treatment arm of the estimand against its control
/// where arms may be dropped or filled at will, else the estimand itself.
std::vector<TrialEstimand> adaptive_hypotheses(const TrialEstimand& estimand,
                                               const InterimPlan& plan);

/// What every replicate of a plan needs; changed by nobody.
struct AdaptiveTools {
  std::optional<StagewiseTable> table{};                ///< if there is one hypothesis
  std::unique_ptr<const ConditionalDunnett> dunnett{};  ///< if plan.arms asks for it
};
AdaptiveTools adaptive_tools(const VirtualTrial& trial, const TrialEstimand& estimand,
                             const InterimPlan& plan, double level);

/// What one look saw and decided.
struct LookRecord {
  int followed = 0;                   ///< analysed by then
  std::vector<double> z{};            ///< by hypothesis, so far, or when it was dropped
  std::vector<double> ratio_after{};  ///< of the arms, for those who come later
  int size_after = 0;                 ///< participants planned in all
};

struct AdaptedTrial {
  ConductedTrial made{};         ///< as it happened: these participants, in these arms
  std::vector<double> fields{};  ///< of interim.h and AdaptiveLayout
  std::vector<LookRecord> looks{};
};

/// One trial whose looks change its size, arms or allocation.
///
/// Unless the size rule pools, the participants between two looks are analysed by themselves, and
/// the stages' one-sided p combined by the inverse normal with the weights planned: independent
/// stages keep the level whatever was decided from those before. With several hypotheses the test
/// is closed, with Dunnett's test of each intersection in each stage. Statistics that a rule of
/// futility, prediction or selection looks at are the combined ones of the single hypotheses.
/// Participants who come in while the first are followed belong to the next stage; those of an arm
/// that has been dropped meanwhile count as participants only.
///
/// An analysis without an answer is a stage with p = 1.
///
/// @param tools  of this trial, estimand and plan
/// @cost   an analysis a look, one more at the end
/// @source Lehmacher and Wassmer 1999, Biometrics 55:1286 [lehmacher1999]; Bretz, Schmidli, Koenig,
///         Racine, Maurer 2006, Biom J 48:623 [bretz2006]; estimate weighted as Lawrence and Hung
///         2003, Biom J 45:143 [lawrence2003]
/// @checked adaptive_trial_test.cpp (level without an effect, closed forms)
AdaptedTrial adapt_trial(const VirtualTrial& trial, const TrialKey& key,
                         const TrialEstimand& estimand, const InterimPlan& plan,
                         const AdaptiveTools& tools);

}  // namespace entact
