#pragma once

#include <vector>

#include "entact/trial/participant.h"

namespace entact {

/// What a participant believes to receive.
enum class Guess { active, inactive, unsure };

/// What of the truth is at work; a potential outcome under a hypothetical strategy switches parts
/// off.
struct WhatIf {
  bool beliefs = true;         ///< expectancy and disappointment shift scores
  bool stops = true;           ///< participants may stop
  std::vector<char> events{};  ///< by event: may happen; empty: all
};

/// One participant's course in one arm.
struct TrialCourse {
  std::vector<double> score{};     ///< by visit: what is there, on the instrument's scale
  std::vector<double> seen{};      ///< what a rater records; NaN where nobody looks
  std::vector<int> event_visit{};  ///< by event: first visit with it; number of visits: never
  int stop_visit = 0;              ///< first visit after stopping; number of visits: never
  int reason = -1;                 ///< of stopping
  Guess guess = Guess::unsure;
};

/// Follows a participant through an arm. Without chance: all of it is in the participant.
///
///     score_k = expected_k + own_k + s(d) (effect_k + sensitivity) + belief + events + place
TrialCourse follow(const VirtualTrial& trial, const Surroundings& around, const Participant& person,
                   int arm, const WhatIf& what_if = {});

}  // namespace entact
