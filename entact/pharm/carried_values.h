#pragma once

#include <span>
#include <vector>

#include "entact/pharm/simulate.h"

namespace entact {

/// Which way the values of a row reach in time.
enum class Carry {
  backward,  ///< from the row before up to it, as in NONMEM and, unless told, in mrgsolve
  forward,   ///< from it on, until the next row
};

/// What one row of a table says of what parameters depend on, such as covariates.
struct CarriedRow {
  double t_h = 0;
  bool dose = false;  ///< the row is a dose record
  std::vector<double> values{};
};

/// Distinct values, and when which of them holds.
struct CarriedValues {
  std::vector<std::vector<double>> sets{};  ///< those at the start of the course first
  ParameterSchedule schedule{};             ///< of places in `sets`; empty where nothing changes
};

/// When the values of a participant's rows hold in a course.
///
/// The first row's values hold before it, the last row's after it. A dose enters with the lag,
/// fraction and duration of its own row, its additional doses too. Where rows of one time differ,
/// `backward` gives that time the first row's values and `forward` the last row's. A course starts
/// at the first dose or time, whatever rows come before.
///
/// @param rows     at least one, in order of time, equally many values each
/// @param times_h  increasing, where the course is asked for
/// @source NONMEM Users Guide VI, ch. VI (records and the intervals that end with them) [nonmem7]
CarriedValues carry_values(std::span<const CarriedRow> rows, std::span<const double> times_h,
                           Carry way);

}  // namespace entact
