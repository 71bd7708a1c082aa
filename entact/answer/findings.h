#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entact/answer/report.h"
#include "entact/evidence/analysis.h"
#include "entact/stats/pool.h"

namespace entact {

/// One named analysis, pooled by the safe default, with what is needed to show and to reproduce it.
///
/// The default: one study, its own estimate with a normal interval; two, the common effect with a
/// normal interval (t would have one degree of freedom); from three on random effects by REML with
/// the Hartung-Knapp interval that is never narrower than the plain t interval.
struct PooledAnswer {
  AnalysisInput input{};
  Pooled pooled{};
  std::string command{};  ///< prints the result as JSON at /result
  std::vector<std::string> facts{};

  [[nodiscard]] std::ptrdiff_t k() const { return pooled.k; }
  [[nodiscard]] double estimate() const { return pooled.value(); }
  [[nodiscard]] double low() const { return pooled.coefficients.front().low; }
  [[nodiscard]] double high() const { return pooled.coefficients.front().high; }
  [[nodiscard]] bool log_scale() const { return is_log_scale(input.measure); }
};

/// Which model to pool with; the default leaves the choice to the number of studies.
struct PoolChoice {
  std::string method{};  ///< metafor's name; empty: by the number of studies
  std::string test{};    ///< empty: by the number of studies
  std::string omit{};    ///< study_id to leave out; empty: none
};

/// The policy that the report's options ask for.
AnalysisPolicy policy_of(const ReportOptions& options);

/// The answer's command with further options, e.g. " --diagnostics".
std::string command_with(const PooledAnswer& answer, const std::string& further);

/// " --as-of DAY", or nothing.
std::string as_of_text(const ReportOptions& options);

/// Pools one analysis of the evidence base; its effects must be independent.
/// @return nothing where no study enters
std::optional<PooledAnswer> pooled_answer(const EvidenceBase& base, std::string_view analysis_id,
                                          const AnalysisPolicy& policy = {},
                                          const PoolChoice& choice = {},
                                          const ReportOptions& options = {});

/// What the sections of one report share: the base as of the day and every pooled answer, computed
/// once.
struct Findings {
  ReportOptions options{};
  const EvidenceBase* base = nullptr;  ///< as of the day; outlives the findings
  const EvidenceBase* all = nullptr;   ///< everything, for other replays; outlives the findings
  std::map<std::string, PooledAnswer, std::less<>>
      answers{};  ///< by analysis_id, those in which a study entered
  [[nodiscard]] const PooledAnswer* find(std::string_view analysis_id) const;
};

Findings find_all(const EvidenceBase& base, const ReportOptions& options);

}  // namespace entact
