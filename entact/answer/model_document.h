#pragma once

#include <string>
#include <vector>

#include "entact/answer/model_rows.h"
#include "entact/report/document.h"

namespace entact {

/// What a model's page says besides its rows.
struct ModelPage {
  std::string title{};               ///< "Mixed model for repeated measures"
  std::string formula{};             ///< as typed
  std::string words{};               ///< what was fitted, in a sentence without a full stop
  std::string outcome{};             ///< title of the value axis
  std::string slope{};               ///< title of the slopes; empty if there are none
  double level = 0.95;               ///< of the intervals
  std::vector<std::string> notes{};  ///< reservations
};

/// A model's answer as a page: least-squares means by visit and arm (figure and table), differences
/// (forest and table), coefficients. Every number points into lsmeans, contrasts and coefficients
/// of the JSON result, in the rows' order.
Document model_document(const ModelPage& page, const std::vector<ModelRow>& rows);

}  // namespace entact
