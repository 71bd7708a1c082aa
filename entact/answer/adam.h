#pragma once

#include <map>
#include <string>
#include <vector>

#include "entact/base/table.h"

namespace entact {

/// Which columns of an analysis dataset play which part, by their ADaM names. A part that no column
/// plays is "".
struct AdamRoles {
  std::string subject{};           ///< USUBJID, else SUBJID
  std::string parameter{};         ///< PARAMCD
  std::string value{};             ///< AVAL
  std::string baseline{};          ///< BASE
  std::string change{};            ///< CHG
  std::string visit{};             ///< AVISIT
  std::string visit_number{};      ///< AVISITN
  std::string treatment{};         ///< planned before actual: TRTP, TRT01P, TRTA, TRT01A, ARM
  std::string treatment_number{};  ///< its column of numbers: TRTPN, TRT01PN, TRTAN, TRT01AN, ARMN
  std::string analysis_flag{};     ///< ANL01FL
  std::string censor{};            ///< CNSR
};

/// The parts that the table's columns play.
///
/// @source CDISC Analysis Data Model Implementation Guide 1.3, section 3 [adamig13]
AdamRoles adam_roles(const Table& table);

/// Which rows to analyse.
struct AdamSelection {
  std::string parameter{};  ///< PARAMCD; may be empty if the table has one parameter or no PARAMCD
  bool flagged = true;      ///< only rows with ANL01FL = Y, if there is such a column
  std::map<std::string, std::string> where{};  ///< further columns of text and what they must say,
                                               ///< e.g. FASFL = Y
};

/// The rows of an analysis and the order of its factors.
struct AdamRows {
  Table table{};                    ///< all columns, the rows in the order of the dataset
  std::vector<std::size_t> rows{};  ///< of the dataset, from 0
  AdamRoles roles{};
  std::map<std::string, std::vector<std::string>> levels{};  ///< of visit and treatment, by their
                                                             ///< numbers; absent without numbers
};

/// Selects the rows of one parameter that are flagged for analysis and orders the levels of AVISIT
/// by AVISITN and of the treatment by its number, for DesignOptions::levels.
///
/// @throws Error "answer.adam.parameter" (usage) if none was chosen and there are several, or the
///         chosen one is not there; "answer.adam.column" (usage) if `where` names a column that is
///         not there or holds no text; "answer.adam.order" if a level has no number or two;
///         "answer.adam.rows" (unanswerable) if no row is left
AdamRows select_adam(const Table& table, const AdamSelection& selection = {});

/// The rows of the table that are named, in that order.
Table rows_of(const Table& table, const std::vector<std::size_t>& rows);

/// 1 for each row whose CNSR is 0 (the event was seen), 0 for each censored row (CNSR 1 or a higher
/// code for its reason), NaN where it is missing.
///
/// @throws Error "answer.adam.censor" if there is no CNSR, or one is negative or no whole number;
///         names participant and row
std::vector<double> adam_events(const Table& table);

}  // namespace entact
