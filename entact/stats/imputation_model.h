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
  double failure = 0;  ///< the outcome under the composite strategy
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
/// @param events  at most one a participant
/// @throws Error "stats.impute.formula" (usage) without a covariance over visits, plain response or
///         arm;
///         "stats.impute.reference" (usage) if no arm has that name; "stats.impute.visits" (usage)
///         if `visits` are not those of the table; "stats.impute.duplicate" if a participant has
///         two rows at a visit; "stats.impute.arm" if they have two arms; "stats.impute.covariate"
///         if a covariate is unknown, or varies over the visits where a row is absent;
///         "stats.impute.event" if an event names no participant or visit, or is a second one; as
///         make_design() and check_imputation_data()
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
