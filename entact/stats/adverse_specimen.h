#pragma once

// Studies for the tests and the benchmark of adverse events: one small by hand, one of any size.

#include <cstdint>

#include "entact/stats/adverse_table.h"

namespace entact {

/// Two arms of two, exposures 10, 20, 30 and 40 days; two classes with three terms.
inline AdverseStudy four_people() {
  return {.arms = {"Control", "Drug"},
          .systems = {"Cardiac", "Nervous"},
          .terms = {"Palpitations", "Headache", "Dizziness"},
          .severities = 3,
          .participants = {{.arm = 0, .exposure_days = 10, .session_days = {0, 5}},
                           {.arm = 0, .exposure_days = 20},
                           {.arm = 1, .exposure_days = 30, .session_days = {0, 21}},
                           {.arm = 1, .exposure_days = 40, .session_days = {2}}},
          .events = {
              {.participant = 2, .system = 1, .term = 1, .day = 4, .severity = 1},
              {.participant = 2, .system = 1, .term = 1, .day = 1, .severity = 3, .serious = true},
              {.participant = 2, .system = 0, .term = 0, .day = 22, .severity = 2},
              {.participant = 3, .system = 1, .term = 2, .day = 50, .severity = 1},
              {.participant = 0, .system = 1, .term = 1, .severity = 0}}};
}

/// A study by a fixed linear congruence: participants in two arms, events spread over 25 classes of
/// 20 terms each.
inline AdverseStudy many_people(int people, int events) {
  std::uint64_t state = 42;
  const auto next = [&](int below) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<int>((state >> 33) % static_cast<std::uint64_t>(below));
  };
  AdverseStudy study{.arms = {"Control", "Drug"}, .severities = 3};
  for (int s = 0; s < 25; ++s) study.systems.push_back("class " + std::to_string(s));
  for (int t = 0; t < 500; ++t) study.terms.push_back("term " + std::to_string(t));
  for (int i = 0; i < people; ++i)
    study.participants.push_back(
        {.arm = i % 2, .exposure_days = 30.0 + next(150), .session_days = {0, 28, 56}});
  for (int i = 0; i < events; ++i) {
    const int term = next(500), spread = next(500);
    const int chosen = spread < term ? spread : term;  // low terms are the frequent ones
    study.events.push_back({.participant = next(people),
                            .system = chosen / 20,
                            .term = chosen,
                            .day = static_cast<double>(next(120)) - 2,
                            .severity = next(4),
                            .serious = next(50) == 0,
                            .related = next(2) == 0});
  }
  return study;
}

}  // namespace entact
