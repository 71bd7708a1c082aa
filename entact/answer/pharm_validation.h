#pragma once

#include <string>
#include <vector>

#include "entact/answer/pharm_observations.h"
#include "entact/answer/pharm_statistics.h"

namespace entact {

/// What part an observation had in the model's values.
enum class ValidationRole { fitted, derived, held_out };

/// How prediction and observation stand to each other.
enum class ValidationVerdict { within_1_25, within_2, beyond_2, as_said, not_as_said };

/// An observation beside the model's prediction.
struct ValidationRow {
  PharmObservation observation{};
  double predicted = 0;
  double predicted_low = 0;  ///< 95% over what is not known and which n people were in it
  double predicted_high = 0;
  double ratio =
      0;  ///< predicted to observed; of changes, of the factors; NaN where none is defined
  double ratio_low = 0, ratio_high = 0;  ///< its interval; 0: a change that leaves nothing
  ValidationRole role = ValidationRole::held_out;
  ValidationVerdict verdict = ValidationVerdict::as_said;  ///< as_said: of bounds and directions
  bool hypothesis = false;                                 ///< the output is one
};

/// Every observation of the file beside the model. The rows stand in the file's order.
std::vector<ValidationRow> validate(const PharmModel& model, const ModelFile& file,
                                    const PharmObservations& observations,
                                    const PredictionOptions& how = {});

/// A sentence for each row that is more than 1.25-fold off or not as said, farthest first; (h)
/// beside a quantity: a hypothesis.
std::vector<std::string> misfit_sentences(const std::vector<ValidationRow>& rows);

ValidationRole role_of(const PharmObservation& of);
std::string to_text(ValidationRole role);
std::string to_text(ValidationVerdict verdict);

/// Changes count as the factors that they stand for: +77% is 1.77.
double as_factor(const PharmObservation& of, double value);

/// What the calibration came to.
struct PharmCalibration {
  std::vector<int> parameters{};
  std::vector<double> shipped{};  ///< values in the model's file
  std::vector<double> fitted{};
  std::vector<double> relative_se{};  ///< from the weighted residuals and the Jacobian
  double shipped_sum = 0;             ///< weighted sum of squares at the file's values
  double fitted_sum = 0;
  int iterations = 0;
  bool converged = false;
};

/// Fits the calibration's parameters to the rows with weights, by relative deviations:
///
///     sum_i w_i (predicted_i / observed_i - 1)^2,   changes as factors
///
/// over the logarithms of the parameters, from the file's values.
/// @throws Error "answer.calibration.rows" if fewer rows have weights than there are parameters
PharmCalibration calibrate(const PharmModel& model, const ModelFile& file,
                           const PharmObservations& observations);

}  // namespace entact
