#pragma once

#include <string>
#include <vector>

#include "entact/answer/impute_run.h"
#include "entact/base/estimate.h"

namespace entact {

/// In the words of ICH E9(R1): as the request says, else as the strategies imply.
std::vector<std::string> estimand_strategies(const ImputeRun& run);
/// "treatment policy: jump to reference, imputed values shifted".
std::string intercurrent_events(const ImputeRun& run);
Estimand estimand_of(const ImputeRun& run, const AnalysisParameter& parameter);
/// "MDMA - PBO", or of a mean "MDMA".
std::string label_of(const AnalysisParameter& parameter);

}  // namespace entact
