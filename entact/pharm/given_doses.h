#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "entact/pharm/dose_event.h"

namespace entact {

/// A multiple of a step as somebody would write it: 3 times 0.1 is 0.3, not the double above it, so
/// that a dose or an output time meets the time of a table.
inline double decimal_hours(double t_h) {
  return std::abs(t_h) < 1e6 ? std::round(t_h * 1e9) / 1e9 : t_h;
}

/// When the k-th additional dose is due; 0 is the dose itself.
inline double additional_dose_h(double first_h, int k, double interval_h) {
  return k == 0 ? first_h : decimal_hours(first_h + k * interval_h);
}

/// A dose as it is taken, before any lag.
struct GivenDose {
  double t_h = 0;
  double amount_mg = 0;
};

/// The doses of some records, additional ones too unless a later record clears them; by time.
std::vector<GivenDose> given_doses(std::span<const DoseEvent> records);

}  // namespace entact
