#pragma once

// The one estimate that an analysis of a plan is asked for, found in the JSON result of its
// command. For the .cpp files of answer.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "entact/answer/plan.h"

namespace entact {

/// A number and where it stands in the JSON output; without a pointer it is not there.
struct PlanNumber {
  double value = 0;
  std::string pointer{};
  [[nodiscard]] bool given() const { return !pointer.empty(); }
};

struct PlanEstimate {
  enum class Scale { difference, share, ratio };
  std::string label{};
  std::string visit{};
  std::string measure{};  ///< for people: "difference", "hazard ratio"
  Scale scale = Scale::difference;
  PlanNumber estimate{}, low{}, high{}, p{};

  [[nodiscard]] double no_effect() const { return scale == Scale::ratio ? 1 : 0; }
};

/// The F test of whether the differences depend on a subgroup.
struct PlanInteraction {
  PlanNumber f{}, df1{}, df2{}, p{};
};

/// The test in a command's result, at one visit; none if the command made none.
std::optional<PlanInteraction> plan_interaction(const nlohmann::ordered_json& result,
                                                const std::string& visit);

/// A number as the plan's document shows it.
std::string plan_number_text(double value, PlanEstimate::Scale scale);

/// The number at a pointer into the JSON output ("/result/..."); not given where it is null, text
/// or absent.
PlanNumber plan_number(const nlohmann::ordered_json& result, const std::string& pointer);

/// The estimate that the analysis names.
/// @throws Error "answer.plan.result" naming the plan's line and what there is, unless exactly one
///         fits
PlanEstimate plan_estimate(const PlanAnalysis& analysis, const nlohmann::ordered_json& result);

}  // namespace entact
