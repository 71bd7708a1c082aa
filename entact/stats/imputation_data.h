#pragma once

#include <Eigen/Core>
#include <string>
#include <string_view>
#include <vector>

#include "entact/stats/mmrm_covariance.h"

namespace entact {

/// What is assumed of outcomes from an intercurrent event on.
enum class ImputationStrategy {
  mar,        ///< as those of their own arm who had no event
  jr,         ///< jump to reference: mean and covariance of the reference arm from the event on
  cr,         ///< copy reference: those of the reference arm at every visit
  cir,        ///< copy increments in reference: the own mean before, then the reference's changes
  lmcf,       ///< last mean carried forward: the own mean of the last visit before the event
  composite,  ///< not imputed: the event is part of the outcome, which is `failure` from there on
  on_treatment,  ///< not imputed: the outcome is the last one before the event
  /// as those of their own arm who had the event and were followed after it, through a term of the
  /// imputation model that is 0 before the event (imputation_model.h)
  retrieved,
};

/// The strategy of that name: MAR, JR or J2R, CR, CIR, LMCF, COMPOSITE, ON-TREATMENT, RETRIEVED, in
/// any case.
/// @throws Error "stats.impute.strategy" (usage), which lists the names
ImputationStrategy imputation_strategy(std::string_view name);
std::string_view to_text(ImputationStrategy strategy);
/// "jump to reference", for people.
std::string_view strategy_words(ImputationStrategy strategy);
/// What ICH E9(R1) calls it: MAR is hypothetical (had the event not happened), the reference-based
/// strategies treatment policy (under an assumption on outcomes that were not seen), then composite
/// and while on treatment.
std::string_view estimand_words(ImputationStrategy strategy);
/// Whether outcomes from the event on follow by definition, observed or not.
bool defines_outcome(ImputationStrategy strategy);

/// A trial's repeated measures as imputation needs them: n participants, m visits, p coefficients.
struct ImputationData {
  Eigen::MatrixXd y{};            ///< n x m, NaN where missing
  Eigen::MatrixXd x{};            ///< (n m) x p, the visits of a participant in successive rows
  Eigen::MatrixXd x_reference{};  ///< as x, with each participant's arm set to their reference
  CovarianceKind covariance =
      CovarianceKind::us;    ///< structure over visits, the same in all groups
  std::vector<int> group{};  ///< length n: whose covariance matrix, 0-based; empty: all share one
  std::vector<int> reference_group{};  ///< length n: that of the reference arm; empty likewise
  std::vector<int> first_affected{};   ///< length n: first visit from the event on; m: no event
  std::vector<ImputationStrategy> strategy{};  ///< length n
  bool binary = false;                         ///< y is 0 or 1, the sign of a latent normal
  double failure = 0;                          ///< the outcome from an event on under `composite`
  std::vector<std::string> participants{};     ///< length n, for messages
  std::vector<std::string> visits{};           ///< length m, for messages

  [[nodiscard]] Eigen::Index n() const { return y.rows(); }
  [[nodiscard]] Eigen::Index m() const { return y.cols(); }
  [[nodiscard]] Eigen::Index p() const { return x.cols(); }
  [[nodiscard]] int groups() const;
  [[nodiscard]] int group_of(Eigen::Index participant) const;
  [[nodiscard]] int reference_group_of(Eigen::Index participant) const;
  /// The first visit at which the participant is not taken as missing at random; m if none.
  [[nodiscard]] Eigen::Index first_not_random(Eigen::Index participant) const;
  /// Observed, and so informative of the own arm's model: values from an event on are not, unless
  /// its strategy is MAR or RETRIEVED.
  [[nodiscard]] bool informs(Eigen::Index participant, Eigen::Index visit) const;
  /// The outcome follows from the strategy, whether it was observed or not.
  [[nodiscard]] bool defined(Eigen::Index participant, Eigen::Index visit) const;
};

/// Refuses what cannot be imputed.
///
/// @throws Error "stats.impute.shape" if the sizes do not agree; "stats.impute.value" on a value
///         that is infinite or a design that is not finite; "stats.impute.lmcf" (unanswerable) if a
///         participant has no visit before an event whose strategy needs one
void check_imputation_data(const ImputationData& data);

}  // namespace entact
