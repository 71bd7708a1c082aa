#pragma once

// For tests: the generated trial of reference/counts (160 participants, two arms).

#include <Eigen/Core>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "entact/stats/count_imputation.h"

namespace entact {

inline nlohmann::json counts_reference() {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/counts/expected.json");
  return nlohmann::json::parse(in);
}

/// Columns: intercept, arm (1: MDMA), base.
inline CountData count_specimen(const nlohmann::json& reference, ImputationStrategy strategy) {
  const auto& data = reference["data"];
  const auto n = static_cast<Eigen::Index>(data["EVENTS"].size());
  CountData d{.events = Eigen::VectorXd(n),
              .exposure = Eigen::VectorXd(n),
              .planned = Eigen::VectorXd::Constant(n, reference["planned"].get<double>()),
              .x = Eigen::MatrixXd(n, 3),
              .x_reference = Eigen::MatrixXd(n, 3)};
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    d.events[i] = data["EVENTS"][at];
    d.exposure[i] = data["FUTIME"][at];
    const double base = data["BASE"][at];
    d.x.row(i) << 1, (data["TRTP"][at] == "MDMA" ? 1 : 0), base;
    d.x_reference.row(i) << 1, 0, base;
    d.participants.push_back("N" + std::to_string(i + 1));
  }
  d.strategy.assign(static_cast<std::size_t>(n), strategy);
  return d;
}

}  // namespace entact
