#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "entact/base/table.h"
#include "entact/stats/imputation_data.h"
#include "entact/stats/imputed_analysis.h"
#include "entact/stats/imputed_mmrm.h"
#include "entact/stats/model_formula.h"

namespace entact {

/// From which visit on a participant's outcomes are no longer those of the treatment as planned,
/// and what is assumed of them.
struct IntercurrentEvent {
  std::string participant{};
  std::string visit{};  ///< the first one affected
  ImputationStrategy strategy = ImputationStrategy::mar;
  std::string reason{};
};

struct ImputationModelOptions {
  std::string arm{};                  ///< column of the arms
  std::string reference{};            ///< level of the reference arm
  std::vector<std::string> visits{};  ///< in order of time; empty: see imputation_model()
  /// Take dropout, that is missing values to the end, as an event with this strategy; for whom no
  /// event is given.
  std::optional<ImputationStrategy> dropout{};
  double failure = 0;   ///< the outcome under the composite strategy
  bool binary = false;  ///< the outcome is 0 or 1
  /// An arm with fewer participants followed after a `retrieved` event is a reservation, or falls
  /// back: below 5 the standard error of their mean is near half a standard deviation.
  int least_retrieved = 5;
  std::optional<ImputationStrategy> fallback{};  ///< of such an arm, or one not identified
};

/// Of an arm at a visit, after events whose strategy is `retrieved`.
struct RetrievedCount {
  std::string arm{}, visit{};
  int followed = 0, to_impute = 0;  ///< participants
};

/// A trial's table as imputation needs it, with what is where.
struct ImputationModel {
  ModelFormula formula{};
  std::string subject{}, visit{}, arm{};  ///< columns of the table
  std::vector<std::string> arms{};        ///< the reference first
  std::vector<int> arm_of{};              ///< length n, index into arms
  std::vector<std::string> coefficients{};
  std::string visit_order{};  ///< where the order of the visits comes from, for people
  ImputationData data{};
  std::vector<RetrievedCount> retrieved{};  ///< empty rows left out
  std::vector<std::string> notes{};         ///< reservations: fall-backs, coefficients left out
  Table table{};  ///< n m rows, those of a participant in successive rows; absent ones filled in
};

/// The imputation model of a formula such as CHG ~ BASE * AVISIT + ARM * AVISIT + us(AVISIT | ID).
///
/// us(AVISIT | ARM / ID) gives each arm its own covariance matrix; cs, csh, ar1, ar1h, toep, toeph,
/// ad and adh are other structures. A participant without a row at a
/// visit is missing there; their covariates are those of their other rows. The order of visits is
/// that of `visits`, else that of a numeric column named as the visit's with N (AVISITN), else that
/// of R's factor().
///
/// Retrieved dropouts (ImputationStrategy::retrieved): the formula has a term with POSTICE, 1 from
/// the first visit affected on, or SINCEICE, the number of visits since, 1 at the first; both
/// follow from the events where the table lacks them, and are 0 for everybody else. ARM:POSTICE is
/// a shift in each arm, ARM:SINCEICE a slope, ARM:AVISIT:POSTICE a shift at each visit. Values seen
/// after the event inform them, and values missing there are imputed through them.
///
/// @param events  at most one a participant
/// @throws Error "stats.impute.formula" (usage) without a covariance over visits, plain response or
///         arm;
///         "stats.impute.reference" (usage) if no arm has that name; "stats.impute.visits" (usage)
///         if `visits` are not those of the table; "stats.impute.duplicate" if a participant has
///         two rows at a visit; "stats.impute.arm" if they have two arms; "stats.impute.covariate"
///         if a covariate is unknown, or varies over the visits where a row is absent;
///         "stats.impute.event" if an event names no participant or visit, or is a second one;
///         "stats.impute.retrieved" (usage) if events and formula do not go together,
///         (unanswerable) if too few were followed to identify the model and there is no fall-back;
///         as make_design() and check_imputation_data()
/// @source retrieved dropouts: Noci and Wolbers 2024, vignette of rbmi [noci2024]
/// @checked imputation_model_test.cpp, imputation_retrieved_test.cpp (reference/impute)
ImputationModel imputation_model(const ModelFormula& formula, const Table& table,
                                 const ImputationModelOptions& how,
                                 const std::vector<IntercurrentEvent>& events = {});

/// The analysis of the completed data at each visit that a formula says: CHG ~ BASE + ARM.
///
/// @param visits      of these alone; empty: all
/// @param responders  analyse who responds, else the outcome itself
/// @throws Error "stats.impute.analysis" (usage) if the formula has another response, or no arm;
///         "stats.impute.visits" (usage) on an unknown visit; as imputation_model()
ImputedAnalysis visit_analysis(const ImputationModel& model, const ModelFormula& formula,
                               const std::vector<std::string>& visits = {},
                               const std::optional<ResponderRule>& responders = {});

/// The mixed model for repeated measures of the completed data that a formula says, with its
/// covariance term over the same visits and participants.
///
/// @throws as visit_analysis(); "stats.impute.analysis" if the covariance term is of other visits
///         or participants, or a spatial one
ImputedAnalysis mmrm_analysis(const ImputationModel& model, const ModelFormula& formula,
                              MmrmDf df = MmrmDf::satterthwaite);

}  // namespace entact
