#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "entact/answer/dependent_pool.h"
#include "entact/answer/findings.h"
#include "entact/evidence/analysis.h"

namespace entact {

/// The analysis with moderators: members that lack one join those left out.
///
/// @param mods  dosing_sessions_n or cumulative_dose_mg, joined by `+`; empty: unchanged
/// @throws Error "answer.pool.moderator" (usage) for any other name
AnalysisInput with_moderators(AnalysisInput input, const std::string& mods);

/// Their values, with a column of ones first; empty if none.
Moderators moderators_of(const AnalysisInput& input, const std::string& mods);

/// True if a study has effects at different visits, whose correlation no report states.
bool needs_correlation(const AnalysisInput& input);

/// Effects of a named analysis with their covariance (covariance_of); `rho` is the correlation of
/// two visits.
/// @throws Error "answer.pool.dependent" (unanswerable) if a study has several visits and rho is
/// not given; as covariance_of()
DependentData dependent_data(const AnalysisInput& input, const PoolRequest& request);

/// A named analysis of dependent effects, pooled, with what is needed to show and to reproduce it.
struct DependentAnswer {
  AnalysisInput input{};
  DependentPooled pooled{};
  std::string command{};  ///< prints the result as JSON at /result
  std::vector<std::string> facts{};
};

/// Pools dependent effects for a section of the report.
/// @return nothing where the base has no such analysis, or fewer than two studies, or not more
/// effects than coefficients, enter
std::optional<DependentAnswer> dependent_pooled(const EvidenceBase& base,
                                                std::string_view analysis_id,
                                                const PoolRequest& request,
                                                const ReportOptions& options);

}  // namespace entact
