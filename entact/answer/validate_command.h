#pragma once

#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/answer/document_builder.h"
#include "entact/answer/opened_evidence.h"
#include "entact/answer/pharm_validation.h"

namespace entact {

/// The observations and every row beside the model.
struct ModelValidation {
  std::string title{};   ///< of the model
  std::string notice{};  ///< what must stand beside any result
  PharmObservations observations{};
  std::vector<ValidationRow> rows{};
};

/// data/models/calibration.toml with the base, run.
/// @throws Error "answer.validate.model" (unanswerable) if the observations are of another model
ModelValidation validate_model(const std::string& model, const std::string& data,
                               const EvidenceBase& base, const PredictionOptions& how = {});

/// `entact simulate MODEL --validate`: each published observation beside the model's prediction.
///
/// JSON keys of the result: model, notice, seed, rows[{fact, study, quantity, statistic, unit, n,
/// regimen, observed, observed_low, observed_high, predicted, predicted_low, predicted_high, ratio,
/// ratio_low, ratio_high, role, verdict, hypothesis, bound, direction}], counts{verdict: n},
/// misfits[], excluded[{fact, why}].
Answer validate_answer(const std::string& model, const std::string& data,
                       const PredictionOptions& how = {});

/// `entact simulate MODEL --calibrate`: the derived parameters fitted to the observations with
/// weights, beside the values in the model's file.
///
/// JSON keys of the result: model, notice, converged, iterations, shipped_sum, fitted_sum,
/// parameters[{id, unit, shipped, fitted, relative_se}], by_study{study_calibration_json()},
/// rows[{fact, role, weight}]; role: fitted, derived, held out.
Answer calibrate_answer(const std::string& model, const std::string& data);

/// What (h) beside a quantity says.
inline constexpr const char* hypothesis_words =
    "(h) a hypothesis: the model has this quantity by assumptions, and shows what would follow if "
    "they held.";

/// The ratio plot, its table and the misfits in words, for a page.
/// @param command  that prints the rows as JSON
std::vector<Block> validation_blocks(DocumentBuilder& builder, const ModelValidation& validation,
                                     const std::string& command);

}  // namespace entact
