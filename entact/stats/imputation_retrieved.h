#pragma once

// Retrieved dropouts in an imputation model. For the .cpp files of imputation; what users need to
// know stands at ImputationStrategy::retrieved and ImputationModelOptions.

#include "entact/stats/imputation_model.h"

namespace entact {

/// The columns that follow from events under ImputationStrategy::retrieved where a formula names
/// them and the table lacks them: POSTICE, 1 from the first visit affected on, else 0; SINCEICE,
/// the number of visits since, 1 at the first. Both are 0 for everybody else.
bool follows_from_events(const std::string& column);

/// Sets the designs of a model whose events are set, retrieved dropouts included: derives the
/// columns, counts who was followed, leaves out coefficients that no value informs and none to
/// impute needs, and falls back where the options say.
///
/// @throws Error "stats.impute.retrieved": usage if an event is `retrieved` and the formula has no
///         column for it, or the other way round; unanswerable if what is to be imputed after an
///         event is not identified and there is no fall-back
void set_designs_with_events(ImputationModel& model, const ImputationModelOptions& how);

}  // namespace entact
