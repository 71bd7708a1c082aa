#pragma once

#include <string>
#include <string_view>

#include "entact/answer/answer.h"
#include "entact/answer/pool_command.h"
#include "entact/evidence/analysis.h"

namespace entact {

/// `entact pool --analysis`: pools a named analysis of the evidence base; the JSON result is that
/// of pool_answer and says besides which analysis ran, which facts fed it and what stayed out and
/// why.
/// Where a study has several effects the result is that of dependent_answer(). Moderators are those
/// of with_moderators().
/// @throws as analysis_input(), dependent_data() and with_moderators()
Answer pool_analysis(const EvidenceBase& base, std::string_view analysis_id,
                     const AnalysisPolicy& policy, const PoolRequest& request,
                     const std::string& omit = {});

/// The analysis without one study, which joins those left out; unchanged if `study_id` is empty.
/// @throws Error "answer.pool.omit" (usage) if no such study is in it
AnalysisInput without_study(AnalysisInput input, const std::string& study_id);

/// The studies of an analysis, ready to be pooled; notes say what was done to them and what was
/// left out.
PoolData pool_data(const AnalysisInput& input);

/// Options of the command line that say the policy, each beginning with a space.
std::string policy_text(const AnalysisPolicy& policy);

}  // namespace entact
