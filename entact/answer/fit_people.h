#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "entact/answer/fit_result.h"

namespace entact {

/// How one parameter varies between people, or between occasions.
struct FitSpread {
  std::string parameter{};
  bool log = true;      ///< lognormal
  double variance = 0;  ///< of the logarithm, if lognormal
  double shrinkage = 0, mean = 0;
  [[nodiscard]] double cv_percent() const;  ///< NaN of a normal one
};

std::vector<FitSpread> between_people(const FitResult& result, const PopulationLayout& layout);
std::vector<FitSpread> between_occasions(const FitResult& result, const PopulationLayout& layout);

nlohmann::ordered_json fit_spread_json(const std::vector<FitSpread>& spreads);
std::string fit_spread_text(const std::vector<FitSpread>& spreads);
/// "12%"; "not known" unless finite.
std::string known_percent_text(double part);

/// People's eta and parameters without kappa; with `occasions`, those of each where parameters or
/// covariates change.
nlohmann::ordered_json fit_people_json(const FitResult& result, const PopulationLayout& layout,
                                       bool occasions);
/// A row for each person and occasion.
nlohmann::ordered_json fit_occasion_rows(const FitResult& result, const PopulationLayout& layout);

}  // namespace entact
