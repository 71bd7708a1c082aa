#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entact/evidence/evidence_base.h"
#include "entact/evidence/member_effect.h"
#include "entact/evidence/selection.h"
#include "entact/stats/block_covariance.h"

namespace entact {

/// What may enter a pooled number, and how its effects are computed.
struct AnalysisPolicy {
  Selection selection{};
  std::optional<Measure> measure{};  ///< another one than the analysis names
  bool without_high_risk = false;    ///< leave out studies rated at high risk of bias overall
  std::string rater{};               ///< whose rating counts; empty: any rater's
  SmdVariance smd_variance = SmdVariance::large_sample;
  ZeroCellRule zero_cells{};
};

/// One effect of a pooled number, with the facts it came from.
struct AnalysisMember {
  std::string slab{};  ///< name to show in a figure
  std::string study_id{};
  std::string arm_treatment{};
  std::string arm_control{};
  std::string instrument{};
  double week = std::numeric_limits<double>::quiet_NaN();
  double dosing_sessions_n = std::numeric_limits<double>::quiet_NaN();
  double cumulative_dose_mg = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::string> facts{};  ///< fact_ids: both arms, or the contrast
  MemberEffect made{};               ///< `fault` is empty
};

/// One candidate that stayed out, and why.
struct LeftOutMember {
  std::string slab{};
  std::string study_id{};
  std::vector<std::string> facts{};
  std::string reason{};
};

/// What goes into one pooled number.
struct AnalysisInput {
  std::string id{};
  std::string title{};
  std::string condition{};
  std::string outcome{};
  std::string direction{};
  std::string population{};
  std::string time_point{};
  std::string note{};
  Measure measure = Measure::mean_difference;
  std::vector<AnalysisMember> members{};
  std::vector<LeftOutMember> left_out{};
  std::vector<std::string> unrated{};  ///< studies kept though nobody rated their risk of bias

  [[nodiscard]] std::vector<double> yi() const;  ///< in the order of members
  [[nodiscard]] std::vector<double> vi() const;
  /// True if two effects come from the same study: they are not independent.
  [[nodiscard]] bool dependent() const;
};

/// Turns a named analysis into effects: the rows of analysis_members that are included, less those
/// that the policy keeps out, each with its reason.
///
/// Rows marked include = no stay out with their `why`. One exception: where recalled rows are asked
/// for, a row that stays out only because its facts are recalled comes in, unless its study is
/// already there. No row of a study comes in whose people another member holds (`part_of`).
///
/// @throws Error "evidence.analysis.unknown" (usage) naming the analyses there are;
///         "evidence.analysis.shown" (unanswerable) if the analysis shows results side by side;
///         "evidence.analysis.rater" (usage) naming the raters there are
AnalysisInput analysis_input(const EvidenceBase& base, std::string_view analysis_id,
                             const AnalysisPolicy& policy = {});

/// Covariance of the effects: effects of one study at one visit share arms, exactly (stats/
/// shared_arm.h); effects at different visits are correlated by an assumption
/// (stats/assumed_covariance.h). One block a study.
///
/// @param between_visits  correlation of two visits' effects; used only if a study has several
/// @throws as the two functions
BlockCovariance covariance_of(const AnalysisInput& input, double between_visits);

}  // namespace entact
