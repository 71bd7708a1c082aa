#pragma once

#include <cmath>

namespace entact {

/// A multiple of a step as somebody would write it: 3 times 0.1 is 0.3, not the double above it, so
/// that a dose or an output time meets the time of a table.
inline double decimal_hours(double t_h) {
  return std::abs(t_h) < 1e6 ? std::round(t_h * 1e9) / 1e9 : t_h;
}

}  // namespace entact
