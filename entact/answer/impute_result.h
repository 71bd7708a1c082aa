#pragma once

#include <nlohmann/json_fwd.hpp>

#include "entact/answer/impute_run.h"

namespace entact {

/// The result of a run; its keys are those of impute_answer().
nlohmann::ordered_json impute_result(const ImputeRun& run);

/// estimate, se, df, ci_low, ci_high, p.
nlohmann::ordered_json pooled_json(const PooledImputation& pooled);

}  // namespace entact
