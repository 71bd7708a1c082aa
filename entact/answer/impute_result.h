#pragma once

#include <nlohmann/json_fwd.hpp>

#include "entact/answer/impute_run.h"

namespace entact {

/// The result of a run; its keys are those of impute_answer().
nlohmann::ordered_json impute_result(const ImputeRun& run);

/// estimate, se, df, ci_low, ci_high, p.
nlohmann::ordered_json pooled_json(const PooledImputation& pooled);
/// Of a log ratio: ratio, ratio_low, ratio_high.
nlohmann::ordered_json ratio_json(const PooledImputation& pooled);
/// within, between, missing_share.
nlohmann::ordered_json variance_json(const PooledImputation& pooled);
nlohmann::ordered_json estimand_json(const Estimand& estimand);

}  // namespace entact
