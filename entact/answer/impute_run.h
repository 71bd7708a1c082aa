#pragma once

// One run of `entact impute` as it grows from options to pooled answers. For the impute_*.cpp
// files; counts of events have impute_counts.cpp.

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "entact/answer/impute_command.h"
#include "entact/answer/impute_words.h"
#include "entact/stats/imputation.h"

namespace entact {

/// All that one run of the command knows.
struct ImputeRun {
  ImputeRequest request{};
  AnalysisWords analysis_words{};
  ImputationModel model{};
  std::vector<IntercurrentEvent> events{};
  Eigen::MatrixXd delta{};
  ImputationOptions how{};
  Imputations imputations{};
  ImputedAnalysis analysis{};
  std::vector<PooledImputation> pooled{};
  std::vector<std::string> notes{};
};

/// Reads the words of the request into the model, its events and shifts.
/// @param events  rows of the table of events; no columns: there is none
void read_words(ImputeRun& run, const Table& table, const Table& events);

/// The analysis at some visits (empty: all), and where the last of them begins among parameters.
struct VisitsAnalysed {
  ImputedAnalysis analysis{};
  std::size_t first = 0;
};
/// @throws Error "answer.impute.tipping" (usage) if a mixed model has no such visit; as
///         visit_analysis() and mmrm_analysis()
VisitsAnalysed analysis_at(const ImputeRun& run, const std::vector<std::string>& visits);

/// Imputes, analyses and pools.
void impute_and_pool(ImputeRun& run);

}  // namespace entact
