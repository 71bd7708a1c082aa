#pragma once

#include <span>

namespace entact {

/// Area under a simulated course between two of its times, by straight trapezoids.
/// @param t, y  equally long; t rises
double area_of(std::span<const double> t, std::span<const double> y, double from, double to);

/// Hours above a level between two of its times; crossings are on straight lines.
double hours_above(std::span<const double> t, std::span<const double> y, double from, double to,
                   double level);

}  // namespace entact
