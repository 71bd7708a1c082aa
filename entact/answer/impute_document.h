#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "entact/report/document.h"

namespace entact {

/// The answer of `entact impute` as a page: differences by visit (forest and table), means, and the
/// tipping-point grid where one was asked for. Every number points into the JSON result.
///
/// @param result  of impute_answer(): its keys level, model, analysis, intercurrent_events, results
///                and tipping
Document impute_document(const nlohmann::ordered_json& result,
                         const std::vector<std::string>& notes);

}  // namespace entact
