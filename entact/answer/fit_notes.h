#pragma once

#include <string>
#include <vector>

#include "entact/answer/fit_record.h"

namespace entact {

/// What a fit says of its dataset: what was left out, or is not as it might have been meant.
struct FitNotes {
  std::vector<std::string> list{};  ///< sentences, made by the functions below
  int without = 0, left_out = 0, unflagged = 0, dose_has_dv = 0;  ///< rows, see FitRecord

  void count(const FitRecord& found);
  void add_counts();
  /// The closed form predicts the central compartment, whatever CMT an observation has.
  void add_compartment(FitColumns& columns, const std::vector<std::size_t>& observations,
                       const FitModel& model);
  /// Covariates that change in time, or look like a code for missing.
  void add_covariates(const FitModel& model, bool by_occasion);
  void add_people(const std::vector<std::string>& without_observations);
  void add_unused(const FitColumns& columns);
};

/// Refuses observations of several kinds in one column.
/// @throws Error "answer.fit.kinds" naming the column, its values and the row of the last new one
void check_kinds(FitColumns& columns, const std::vector<std::size_t>& observations);

}  // namespace entact
