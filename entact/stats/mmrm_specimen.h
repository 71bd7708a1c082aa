#pragma once

// What the tests and benchmarks of the mixed model share: the data of reference/mmrm, and a trial
// of any size drawn from a stated model.

#include <Eigen/Core>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "entact/base/table.h"
#include "entact/stats/design_matrix.h"
#include "entact/stats/mmrm.h"

namespace entact::specimen {

inline nlohmann::json mmrm_json(const std::string& name) {
  return nlohmann::json::parse(
      std::ifstream(std::string(ENTACT_SOURCE_DIR) + "/reference/mmrm/" + name));
}

/// One data set of reference/mmrm/input.json; null is missing.
inline Table mmrm_table(const nlohmann::json& input, const std::string& name) {
  Table table;
  for (const auto& [column, values] : input.at(name).items()) {
    if (values.front().is_string()) {
      table.add({.name = column, .values = values.get<std::vector<std::string>>()});
      continue;
    }
    std::vector<double> numbers;
    for (const auto& v : values) numbers.push_back(v.is_null() ? std::nan("") : v.get<double>());
    table.add({.name = column, .values = numbers});
  }
  return table;
}

/// Numbers the values of a column of the rows in use, in the order of `levels` (all if empty).
inline std::vector<int> numbered(const Table& table, const Design& design, const std::string& name,
                                 std::vector<std::string> levels = {}) {
  const auto& text = table.text(name);
  std::map<std::string, int> known;
  for (const auto& level : levels) known.emplace(level, static_cast<int>(known.size()));
  std::vector<int> numbers;
  for (const std::size_t row : design.rows)
    numbers.push_back(known.emplace(text[row], static_cast<int>(known.size())).first->second);
  return numbers;
}

/// Repeated measures of `subjects` participants in two arms: baseline, arm, visits, a share of
/// values missing at random, unstructured covariance; a small generator of its own, so that the
/// data are the same everywhere.
struct Trial {
  MmrmData data{};
  Eigen::VectorXd y{};
};
inline Trial drawn_trial(int subjects, int visits, double missing, bool base_by_visit = false) {
  unsigned long long state = 20251 + static_cast<unsigned long long>(subjects) * 7 +
                             static_cast<unsigned long long>(visits);
  const auto uniform = [&] {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (static_cast<double>(state >> 11) + 0.5) / 9007199254740992.0;
  };
  const auto normal = [&] {
    return std::sqrt(-2 * std::log(uniform())) * std::cos(6.283185307179586 * uniform());
  };
  const int p = 2 + visits - 1 + visits + (base_by_visit ? visits - 1 : 0);
  std::vector<double> x, y;
  Trial trial{.data = {.visits = visits}};
  int used = 0;
  for (int i = 0; i < subjects; ++i) {
    const double base = 40 + 7 * normal(), arm = i % 2;
    double walk = 0;
    bool any = false;
    for (int v = 0; v < visits; ++v) {
      walk = 0.8 * walk + 0.6 * normal();
      const double noise = 5 * walk + 3 * normal();
      if (uniform() < missing) continue;
      any = true;
      std::vector<double> row{1, base};
      for (int k = 1; k < visits; ++k) row.push_back(v == k);
      for (int k = 0; k < visits; ++k) row.push_back(v == k ? arm : 0);
      if (base_by_visit)
        for (int k = 1; k < visits; ++k) row.push_back(v == k ? base : 0);
      x.insert(x.end(), row.begin(), row.end());
      y.push_back(-0.4 * (base - 40) - 2.0 * v - 1.5 * arm * v + noise);
      trial.data.subject.push_back(used);
      trial.data.visit.push_back(v);
    }
    if (any) ++used;
  }
  trial.data.x = Eigen::Map<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
      x.data(), static_cast<Eigen::Index>(y.size()), p);
  trial.y = Eigen::Map<Eigen::VectorXd>(y.data(), static_cast<Eigen::Index>(y.size()));
  return trial;
}

}  // namespace entact::specimen
