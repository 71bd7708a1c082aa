#pragma once

// Parts of pages that show simulations.

#include <string>
#include <vector>

#include "entact/answer/document_builder.h"
#include "entact/answer/simulate_command.h"
#include "entact/report/figure.h"

namespace entact {

/// The courses of these outputs, panel by panel; the first and the last session are series of their
/// own.
std::vector<BandRow> course_rows(const SimulationPlan& plan,
                                 const std::vector<SimulatedCaseResult>& results,
                                 const std::vector<std::string>& outputs);
/// What was taken by then, as steps.
std::vector<BandRow> dose_rows(const SimulationPlan& plan);
/// What the line and the bands are, in words.
std::string bands_caption(const SimulateRequest& request);
/// @param id       of the table in its Document
/// @param command  that prints the numbers as JSON; empty: this very run
TableBlock exposure_table(DocumentBuilder& builder, const SimulationPlan& plan,
                          const SimulateRequest& request,
                          const std::vector<SimulatedCaseResult>& results, const std::string& id,
                          const std::string& command);

}  // namespace entact
