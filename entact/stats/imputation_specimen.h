#pragma once

// For tests and benchmarks: the generated trial of reference/impute (100 participants, two arms,
// three visits) and its design, as oracle.R there has them.

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "entact/stats/imputation_data.h"
#include "entact/stats/imputed_analysis.h"

namespace entact {

struct ImputationSpecimen {
  std::vector<int> arm{};  ///< 1: MDMA, 0: placebo, the reference
  std::vector<double> base{};
  ImputationData data{};
};

/// Columns: intercept, base, arm, visits but the first, base and arm by these.
inline void specimen_row(Eigen::MatrixXd& x, Eigen::Index row, Eigen::Index visit, double base,
                         double arm, Eigen::Index visits) {
  x(row, 0) = 1;
  x(row, 1) = base;
  x(row, 2) = arm;
  if (visit == 0) return;
  x(row, 2 + visit) = 1;
  x(row, 1 + visits + visit) = base;
  x(row, 2 * visits + visit) = arm;
}

/// The designs that follow from arms, baselines and outcomes.
inline void add_specimen_designs(ImputationSpecimen& s) {
  const Eigen::Index n = s.data.n(), m = s.data.m();
  s.data.x = s.data.x_reference = Eigen::MatrixXd::Zero(n * m, 3 * m);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index v = 0; v < m; ++v) {
      const double base = s.base[static_cast<std::size_t>(i)];
      specimen_row(s.data.x, i * m + v, v, base, s.arm[static_cast<std::size_t>(i)], m);
      specimen_row(s.data.x_reference, i * m + v, v, base, 0, m);
    }
}

/// The trial of input.json, every dropout an event with this strategy.
inline ImputationSpecimen imputation_specimen(const nlohmann::json& input,
                                              ImputationStrategy strategy, bool by_arm = false) {
  ImputationSpecimen s{.arm = input["arm"], .base = input["base"]};
  s.data.participants = input["participants"];
  s.data.visits = input["visits"];
  const auto n = static_cast<Eigen::Index>(s.arm.size());
  const auto m = static_cast<Eigen::Index>(s.data.visits.size());
  s.data.y.resize(n, m);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index v = 0; v < m; ++v) {
      const auto& cell = input["y"][static_cast<std::size_t>(i)][static_cast<std::size_t>(v)];
      s.data.y(i, v) =
          cell.is_null() ? std::numeric_limits<double>::quiet_NaN() : cell.get<double>();
    }
  s.data.first_affected = input["first_affected"].get<std::vector<int>>();
  s.data.strategy.assign(s.arm.size(), strategy);
  if (by_arm) {
    s.data.group = s.arm;
    s.data.reference_group.assign(s.arm.size(), 0);
  }
  add_specimen_designs(s);
  return s;
}

/// Analysis of covariance on arm and base at every visit.
inline std::vector<AncovaVisit> specimen_visits(const ImputationSpecimen& s) {
  const auto n = static_cast<Eigen::Index>(s.arm.size());
  Eigen::MatrixXd x(n, 3), placebo(n, 3), mdma(n, 3);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double base = s.base[static_cast<std::size_t>(i)];
    x.row(i) << 1, s.arm[static_cast<std::size_t>(i)], base;
    placebo.row(i) << 1, 0, base;
    mdma.row(i) << 1, 1, base;
  }
  std::vector<AncovaVisit> visits;
  for (std::size_t v = 0; v < s.data.visits.size(); ++v)
    visits.push_back({s.data.visits[v], static_cast<Eigen::Index>(v), x, {placebo, mdma}});
  return visits;
}

}  // namespace entact
