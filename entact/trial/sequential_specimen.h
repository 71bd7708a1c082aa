#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "entact/trial/group_sequential.h"

namespace entact::specimen {

using Json = nlohmann::json;

/// reference/group_sequential, made by rpact.
inline const Json& rpact() {
  static const Json all = Json::parse(
      std::ifstream(ENTACT_SOURCE_DIR "/reference/group_sequential/group_sequential.json"));
  return all;
}

/// reference/group_sequential/adaptive.json, made by rpact and mvtnorm.
inline const Json& rpact_adaptive() {
  static const Json all =
      Json::parse(std::ifstream(ENTACT_SOURCE_DIR "/reference/group_sequential/adaptive.json"));
  return all;
}

/// Element k of a list; R writes a list of one as the element alone.
inline const Json& element(const Json& list, std::size_t k) {
  return list.is_array() ? list[k] : list;
}

/// Spending as rpact names it: asOF, bsP, ...
inline Spending spending_of(const std::string& kind, double parameter) {
  const std::string end = kind.substr(2);
  return {.kind = end == "OF"    ? SpendingKind::obrien_fleming
                  : end == "P"   ? SpendingKind::pocock
                  : end == "HSD" ? SpendingKind::hwang_shih_decani
                                 : SpendingKind::kim_demets,
          .parameter = parameter};
}

inline Boundary boundary_of(const std::string& kind, double parameter) {
  if (kind == "OF") return {.kind = BoundaryKind::obrien_fleming};
  if (kind == "P") return {.kind = BoundaryKind::pocock};
  if (kind == "WT") return {.kind = BoundaryKind::wang_tsiatis, .parameter = parameter};
  if (kind == "HP") return {.kind = BoundaryKind::haybittle_peto, .parameter = parameter};
  return {.spending = spending_of(kind, parameter)};
}

inline GroupSequentialOptions options_of(const Json& one) {
  GroupSequentialOptions options{
      .rates = one["rates"],
      .alpha = one["alpha"],
      .sides = one["sides"],
      .efficacy = boundary_of(one["kind"], one["parameter"]),
      .futility_z = one["futility_z"].get<std::vector<double>>(),
      .binding = one["binding"],
      .power = one["power"],
  };
  const std::string futility = one["futility_kind"];
  if (!futility.empty()) options.futility = spending_of(futility, one["futility_parameter"]);
  return options;
}

}  // namespace entact::specimen
