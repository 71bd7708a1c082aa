#pragma once

#include <limits>

#include "entact/answer/fit_columns.h"
#include "entact/answer/fit_model.h"

namespace entact {

/// What one row of a fit's dataset says.
struct FitRecord {
  CompartmentRecord record{};  ///< without its occasion
  double dv = std::numeric_limits<double>::quiet_NaN();
  double below = std::numeric_limits<double>::quiet_NaN();  ///< finite: the limit it lies below
  bool without = false;      ///< an observation without DV or limit, left out
  bool left_out = false;     ///< an observation below its limit that MDV leaves out
  bool unflagged = false;    ///< measured, though below LLOQ
  bool dose_has_dv = false;  ///< a dose with a DV, which is not used
};

/// @throws Error "answer.fit.row" for a row without meaning, "answer.fit.censored" for a limit or a
/// flag without one, with file, line, column and participant
FitRecord fit_record(FitColumns& columns, std::size_t row, const FitModel& model);

}  // namespace entact
