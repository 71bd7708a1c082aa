#pragma once

#include <limits>
#include <string>
#include <vector>

#include "entact/answer/trial_table.h"

namespace entact {

/// Where a dataset holds what a noncompartmental analysis needs. A column that is not named is the
/// first that the dataset has of those that NONMEM and ADaM use.
struct NcaColumns {
  std::string participant{};         ///< USUBJID, SUBJID, ID
  std::string time{};                ///< TIME, AFRLT, ARRLT, ATPTN
  std::string concentration{};       ///< DV, AVAL, CONC
  std::string dose{};                ///< AMT, DOSE, DOSEA; without one there is no clearance
  std::vector<std::string> group{};  ///< a participant has one course in each
  std::string time_unit = "h";       ///< h, min, d
};

/// One participant's course after one dose.
struct NcaProfile {
  std::string participant{};
  std::vector<std::string> group{};  ///< the value in each column of NcaColumns::group
  double dose = std::numeric_limits<double>::quiet_NaN();  ///< as the dataset has it
  std::vector<double> t_h{};                               ///< from the dose on
  std::vector<double> concentration{};                     ///< 0: below quantification
  std::vector<std::size_t> rows{};                         ///< of the dataset
  std::ptrdiff_t missing = 0;                              ///< rows without a concentration
  std::ptrdiff_t before_dose = 0;                          ///< concentrations left out
};

/// Sorts the rows of a dataset into courses, in order of first appearance.
///
/// Where amounts stand beside concentrations (ADaM) they are the dose, taken at time 0, or at the
/// only row that has one; else a row with an amount is the dose (NONMEM). Times count from the
/// dose. Rows with MDV 1 hold no concentration. Cells BLQ, BQL, BLOQ, <LLOQ, <LOQ and "<0.5" are
/// below quantification.
///
/// @throws Error "answer.nca.column" (usage) if a column cannot be found; "answer.nca.unit" (usage)
///         for an unknown unit of time; "answer.nca.row" naming file, line, participant and time of
///         a cell without meaning, of a time that does not follow the one before, of a second dose
std::vector<NcaProfile> nca_profiles(const TrialTable& data, const NcaColumns& columns);

}  // namespace entact
