#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "entact/answer/trial_file.h"
#include "entact/trial/sample_size_search.h"

namespace entact {

/// Who computes replicates, and who looks on. Nothing here changes an answer.
struct TrialMachinery {
  ComputeBlock compute = on_threads(1);
  /// Around every run: a checkpoint that finds what was computed before; empty: none.
  std::function<Replicates(const Replicates&)> wrap{};
  /// Hears how many replicates of the whole are done.
  std::function<void(std::int64_t done, std::int64_t whole)> progress{};
};

/// A case and what came of it.
struct TrialCaseResult {
  TrialCase setup{};
  OperatingCharacteristics found{};
};

/// A prior's answer: chance of success when the effect itself is drawn from it.
struct TrialAssurance {
  TrialPrior prior{};
  SimulatedValue assurance{};
  SimulatedValue power{};  ///< at the prior's mean
};

struct TrialOutcome {
  std::vector<TrialCaseResult> cases{};
  std::vector<SampleSize> sizes{};           ///< by variant, where the file asks
  std::vector<TrialAssurance> assurances{};  ///< likewise
};

TrialOutcome run_trial(const TrialFile& file, const TrialMachinery& machinery);

}  // namespace entact
