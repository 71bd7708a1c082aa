#pragma once

#include <string>
#include <vector>

#include "entact/answer/nca_profiles.h"

namespace entact {

/// What a row of the dataset is, by EVID; `either` where there is no such column.
enum class NcaRow { sample, dose, other, either };

/// The columns of a dataset as numbers, one a row.
struct NcaCells {
  const TrialTable* data = nullptr;
  NcaColumns names{};  ///< each the column that was found; "" for none
  std::vector<std::string> participant{};
  std::vector<std::vector<std::string>> group{};  ///< by column, by row
  std::vector<NcaRow> kind{};
  std::vector<double> t_h{};
  std::vector<double> concentration{};  ///< NaN: none; 0: below quantification
  std::vector<double> amount{};         ///< NaN: none
  std::vector<double> infusion_h{};   ///< of the row's amount; 0: none; NaN: not said (RATE -1, -2)
  std::vector<double> next_dose_h{};  ///< after the row's own, by ADDL and II; infinity: none
};

/// @throws as nca_profiles, but for what concerns a whole course
NcaCells nca_cells(const TrialTable& data, NcaColumns names);

/// Throws "answer.nca.row" with file, line, column, participant and time.
[[noreturn]] void refuse_nca_row(const NcaCells& cells, std::size_t row, const std::string& column,
                                 const std::string& rule);

}  // namespace entact
