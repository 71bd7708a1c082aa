#pragma once

// What impute_counts.cpp has made, and how it is written down.

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "entact/answer/impute_command.h"
#include "entact/answer/impute_words.h"
#include "entact/stats/count_imputation.h"

namespace entact {

/// All that one imputation of counts knows.
struct CountsRun {
  ImputeRequest request{};
  AnalysisWords words{};
  std::string arm{};
  std::vector<std::string> arms{};  ///< the reference first
  std::vector<int> arm_of{};
  std::vector<std::string> coefficients{};
  CountData data{};
  CountAnalysis analysis{};
  CountImputationOptions how{};
  CountImputations made{};
  std::vector<PooledImputation> pooled{};
};

/// Multiplies the later rate of everybody in an arm.
void multiply_later_rate(CountData& data, const CountsRun& run, std::ptrdiff_t arm, double factor);

/// The JSON result, with the tipping-point grid if one is asked for.
/// @throws Error "answer.impute.tipping" (usage) on a grid that cannot be read
nlohmann::ordered_json counts_result(const CountsRun& run);
std::string counts_text(const CountsRun& run, const nlohmann::ordered_json& result);
std::string counts_csv(const nlohmann::ordered_json& result);

}  // namespace entact
