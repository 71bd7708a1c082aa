#pragma once

#include <string>
#include <vector>

#include "entact/answer/trial_run.h"
#include "entact/answer/trial_settings.h"

namespace entact {

/// What one design does under one setting of the scenarios, by its first estimand.
struct DesignMark {
  std::size_t at = 0;  ///< in TrialOutcome::cases
  std::size_t variant = 0;
  double off_question = 0;  ///< mean estimate less the true value of the first design's estimand
  double off_question_mc_se = 0;
  double power = 0;
  double unblinding = 0;    ///< mean of Bang's two indices, 0 chance, 1 all guess right
  double false_claims = 0;  ///< shows benefit although the drug does nothing; NaN: not simulated
  double participants = 0;  ///< for the power asked for where there was a search, else n
};

/// All designs under one setting.
struct SettingMarks {
  std::vector<TrialSetting> settings{};
  std::vector<DesignMark> marks{};  ///< by variant
};

/// One criterion and the design that is best by it, setting by setting.
struct BestDesign {
  std::string criterion{};
  std::vector<std::size_t> variant{};  ///< by setting
  std::vector<bool> clear{};           ///< ahead of the next by more than two standard errors
};

/// How designs compare. The question is that of the first design: what another design estimates
/// instead is part of how far it is off.
struct TrialRanking {
  std::vector<SettingMarks> settings{};
  std::vector<BestDesign> best{};
};

TrialRanking rank_designs(const TrialFile& file, const TrialOutcome& outcome);

}  // namespace entact
