#include <algorithm>
#include <cmath>
#include <map>

#include "entact/evidence/analysis.h"
#include "entact/stats/assumed_covariance.h"
#include "entact/stats/shared_arm.h"

namespace entact {
namespace {

using Members = std::vector<const AnalysisMember*>;

bool same_visit(const Members& study) {
  return std::all_of(study.begin(), study.end(), [&](const AnalysisMember* member) {
    return member->week == study.front()->week ||
           (std::isnan(member->week) && std::isnan(study.front()->week));
  });
}

/// True if the arms' own variances are known and add up to the effects'.
bool arms_known(const Members& study) {
  return std::none_of(study.begin(), study.end(), [](const AnalysisMember* member) {
    return std::isnan(member->made.treatment_variance) || std::isnan(member->made.control_variance);
  });
}

BlockCovariance of_differences(const Members& study) {
  std::vector<ArmContrast> effects;
  for (const AnalysisMember* member : study)
    effects.push_back({.study = member->study_id,
                       .treatment = member->arm_treatment,
                       .control = member->arm_control,
                       .treatment_variance = member->made.treatment_variance,
                       .control_variance = member->made.control_variance});
  return shared_arm_covariance(effects);
}

BlockCovariance of_standardised(const Members& study) {
  std::vector<SmdContrast> effects;
  for (const AnalysisMember* member : study)
    effects.push_back({.study = member->study_id,
                       .treatment = member->arm_treatment,
                       .control = member->arm_control,
                       .n_treatment = member->made.n_treatment,
                       .n_control = member->made.n_control,
                       .g = member->made.effect.yi,
                       .variance = member->made.effect.vi});
  return shared_arm_smd(effects, Standardiser::pair);
}

BlockCovariance of_visits(const Members& study, double between_visits) {
  const auto size = [](double n) { return n > 0 ? n : 1; };
  std::vector<StudyEffect> effects;
  for (const AnalysisMember* member : study)
    effects.push_back({.study = member->study_id,
                       .variance = member->made.effect.vi,
                       .occasion = std::to_string(member->week),
                       .treatment = member->arm_treatment,
                       .control = member->arm_control,
                       .n_treatment = size(member->made.n_treatment),
                       .n_control = size(member->made.n_control)});
  return assumed_covariance(effects, {.between_occasions = between_visits});
}

/// Sizes must be the arms' own: an arm that has two sizes is no arm of both effects.
bool sizes_agree(const Members& study) {
  std::map<std::string, double, std::less<>> size;
  for (const AnalysisMember* member : study)
    for (const auto& [arm, n] : {std::pair(member->arm_treatment, member->made.n_treatment),
                                 std::pair(member->arm_control, member->made.n_control)})
      if (!(n > 0) || size.try_emplace(arm, n).first->second != n) return false;
  return true;
}

BlockCovariance of_study(const AnalysisInput& input, const Members& study, double between_visits) {
  if (study.size() == 1) return diagonal_covariance(std::vector{study.front()->made.effect.vi});
  if (same_visit(study) && arms_known(study)) return of_differences(study);
  if (same_visit(study) && input.measure == Measure::standardised_mean_difference &&
      sizes_agree(study))
    return of_standardised(study);
  return of_visits(study, same_visit(study) ? 1 : between_visits);
}

}  // namespace

BlockCovariance covariance_of(const AnalysisInput& input, double between_visits) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<Eigen::Index>> rows_of;
  for (std::size_t row = 0; row < input.members.size(); ++row) {
    const std::string& study = input.members[row].study_id;
    if (!rows_of.contains(study)) order.push_back(study);
    rows_of[study].push_back(static_cast<Eigen::Index>(row));
  }
  BlockCovariance all{.size = static_cast<Eigen::Index>(input.members.size())};
  for (const std::string& name : order) {
    const std::vector<Eigen::Index>& rows = rows_of[name];
    Members study;
    for (const Eigen::Index row : rows)
      study.push_back(&input.members[static_cast<std::size_t>(row)]);
    for (CovarianceBlock block : of_study(input, study, between_visits).blocks) {
      for (Eigen::Index& row : block.rows) row = rows[static_cast<std::size_t>(row)];
      all.blocks.push_back(std::move(block));
    }
  }
  return all;
}

}  // namespace entact
