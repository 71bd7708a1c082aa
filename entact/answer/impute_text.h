#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "entact/answer/impute_run.h"

namespace entact {

/// The pooled results of a run for people.
std::string impute_text(const ImputeRun& run, const nlohmann::ordered_json& result);
/// A row a result.
std::string impute_csv(const ImputeRun& run);

}  // namespace entact
