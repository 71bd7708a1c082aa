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
  std::string duration{};            ///< of infusions, ADOSEDUR, DUR; without one by RATE, if any
  std::vector<std::string> group{};  ///< a participant has one course in each
  std::string time_unit = "h";       ///< of times, durations and rates: h, min, d
};

/// One participant's course after one dose.
struct NcaProfile {
  std::string participant{};
  std::vector<std::string> group{};  ///< the value in each column of NcaColumns::group
  double dose = std::numeric_limits<double>::quiet_NaN();  ///< as the dataset has it
  double infusion_h = 0;                ///< 0: no infusion that is known; NaN: its end is not said
  std::vector<double> t_h{};            ///< from the dose on
  std::vector<double> concentration{};  ///< 0: below quantification
  std::vector<std::size_t> rows{};      ///< of the dataset
  std::ptrdiff_t missing = 0;           ///< rows without a concentration
  std::ptrdiff_t before_dose = 0;       ///< concentrations left out
  /// When the sample was taken that stands for the concentration at the dose; NaN for none.
  double predose_h = std::numeric_limits<double>::quiet_NaN();
};

/// Sorts the rows of a dataset into courses, in order of first appearance.
///
/// Where amounts stand beside concentrations (ADaM) they are the dose, taken at time 0, or at the
/// only row that has one; else a row with an amount is the dose (NONMEM). Times count from the
/// dose. Rows with MDV 1 hold no concentration. Cells BLQ, BQL, BLOQ, <LLOQ, <LOQ and "<0.5" are
/// below quantification. Where the dataset has EVID, rows of another than 0 hold no concentration,
/// and doses are those of EVID 1 and 4, if any has an amount. Without a sample at the time of the
/// dose the last one before it stands for it.
///
/// An infusion lasts as long as the column of durations says, else amount / RATE; RATE -1 and -2
/// leave it unsaid.
///
/// @throws Error "answer.nca.column" (usage) if a column cannot be found; "answer.nca.unit" (usage)
///         for an unknown unit of time; "answer.nca.row" naming file, line, participant and time of
///         a cell without meaning, of a time that does not follow the one before, of a second dose
///         or a sample after one that ADDL and II add, of an EVID other than 0 to 4, of a duration
///         or rate below 0
std::vector<NcaProfile> nca_profiles(const TrialTable& data, const NcaColumns& columns);

}  // namespace entact
