#pragma once

// How far the tests' numbers are from those of a reference at worst; tools/agreement.mjs makes
// docs/agreement.md of it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace entact::specimen {

/// Keeps the worst relative disagreement of a quantity as a property of the running test. Below
/// 0.001 the disagreement is relative to that.
inline void note_disagreement(const std::string& reference, const std::string& quantity, double got,
                              double want) {
  static std::map<std::string, double> worst;  // of this test program
  const double now = std::abs(got - want) / std::max(1e-3, std::abs(want));
  const std::string key = reference + ": " + quantity;
  const auto [at, fresh] = worst.emplace(key, now);
  if (!fresh && now <= at->second) return;
  at->second = now;
  testing::Test::RecordProperty(key, nlohmann::json(now).dump());
}

}  // namespace entact::specimen
