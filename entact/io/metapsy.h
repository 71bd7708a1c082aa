#pragma once

#include <array>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entact/base/error.h"

namespace entact {

/// A number that was not reported.
inline constexpr double metapsy_missing = std::numeric_limits<double>::quiet_NaN();

/// What a Metapsy row says of one of its two arms. Missing numbers are NaN, missing text is "".
struct MetapsyArm {
  std::string condition{};  ///< the data set's code: mdma, pcb, EMDR, Waitlist
  std::string multi{};      ///< which of several such arms of the trial: "125 mg"
  std::string name{};       ///< as the paper calls it
  std::string drug{};
  std::string dose_text{};                      ///< as written, on placebo arms too
  double dose_mg = metapsy_missing;             ///< from "125 mg" or 125; never of a placebo
  std::string cumulative_dose_text{};           ///< as written
  double cumulative_dose_mg = metapsy_missing;  ///< never of a placebo
  double randomised = metapsy_missing;          ///< participants
  double n = metapsy_missing;                   ///< participants behind mean and sd
  double mean = metapsy_missing;                ///< at the time point
  double sd = metapsy_missing;
  double change_n = metapsy_missing;     ///< participants behind the change
  double change_mean = metapsy_missing;  ///< time point minus baseline
  double change_sd = metapsy_missing;
  double events = metapsy_missing;  ///< of `total` participants
  double total = metapsy_missing;
  double baseline_n = metapsy_missing;
  double baseline_mean = metapsy_missing;
  double baseline_sd = metapsy_missing;
};

/// One row of a Metapsy data set: one outcome at one time, compared between two arms of one trial.
struct MetapsyRow {
  long line = 0;               ///< 1-based line of the file at which the row starts
  std::string id{};            ///< the standard's `.id`
  std::string study{};         ///< "Mitchell 2021"
  MetapsyArm arm1{};           ///< the treatment
  MetapsyArm arm2{};           ///< what it is compared with
  std::string outcome_type{};  ///< msd (mean and sd), change, response, remission, dich, ...
  std::string outcome_definition{};
  std::string instrument{};
  std::string symptom{};
  std::string rating{};           ///< clinician or self-report
  std::string population{};       ///< itt or completer
  std::string time_point{};       ///< as the study calls it
  double day = metapsy_missing;   ///< since baseline
  double week = metapsy_missing;  ///< since baseline, or since randomisation: the data set says
  double weeks_since_dose = metapsy_missing;
  double dosing_sessions = metapsy_missing;  ///< so far
  std::optional<bool> primary_instrument{};
  std::optional<bool> primary_time_point{};
  std::optional<bool> post_crossover{};  ///< true: no longer a randomised comparison
  double year = metapsy_missing;
  double mean_age = metapsy_missing;          ///< years
  double proportion_women = metapsy_missing;  ///< in [0, 1], whichever way the file writes it
  std::string diagnosis{};
  std::string target_group{};
  std::string design{};
  std::string blinding{};
  std::array<std::string, 5> risk_of_bias_domains{};  ///< RoB 2, domains 1 to 5
  std::string risk_of_bias{};                         ///< overall
  std::string doi{};
  std::string registration_number{};
  std::string reference{};
  double g =
      metapsy_missing;  ///< Hedges' g as the data set computed it; see MetapsyReading::g_sign
  double g_se = metapsy_missing;
  double log_rr = metapsy_missing;  ///< log(risk in arm 1 / risk in arm 2), likewise
  double log_rr_se = metapsy_missing;
};

/// What was read of a Metapsy file.
struct MetapsyReading {
  std::vector<MetapsyRow> rows{};     ///< every row of the file, in its order
  std::vector<Issue> issues{};        ///< cells that could not be read or contradict others
  std::vector<std::string> unread{};  ///< names of the columns that no field above holds
  char separator = ',';               ///< as found
  char decimal = '.';                 ///< as found
  /// Data sets differ in the direction of g: 1 if g has the sign of arm 1 minus arm 2 in most rows
  /// that give both means, -1 if that of arm 2 minus arm 1, 0 if no row tells. log_rr is arm 1 over
  /// arm 2 in all of them.
  int g_sign = 0;
};

/// Reads a data set that follows the Metapsy data standard: wide CSV, a row a comparison.
///
/// The separator is whichever of ; , tab splits the header most. The decimal sign is whichever of
/// point and comma more of the numeric cells use; a cell with the other is an Issue, so 1,234 is
/// never guessed at. "NA" and empty cells are missing. Both spellings in use are known
/// (baseline_m_arm1 and m_baseline_arm1, d1 and rob_d1, female_percent and percent_women, ...). If
/// any share of women exceeds 1 the column holds percent.
///
/// Issues (file, line where the row starts, column, name, value): error "io.metapsy.number" not a
/// number in the file's decimal sign; "io.metapsy.range" negative where none can be or a percentage
/// over 100, the cell becomes missing; "io.metapsy.flag" not 0 or 1; "io.metapsy.events" more
/// events than participants; "io.metapsy.study" no study name; "io.metapsy.id" an id that an
/// earlier row has; warning "io.metapsy.placebo_dose" a dose on a placebo arm, kept as text only.
///
/// @throws  Error "io.csv.*" if the file is no CSV; "io.metapsy.columns" if it lacks study,
///          condition_arm1, condition_arm2, outcome_type or instrument
/// @cost    O(cells), twice: the first pass finds the decimal sign
/// @source  Metapsy data standard, docs.metapsy.org/data-preparation/format
MetapsyReading read_metapsy(std::string_view text, const std::string& file = {});

/// As read_metapsy; issues name the path.
/// @throws as read_metapsy and read_file
MetapsyReading read_metapsy_file(const std::filesystem::path& path);

}  // namespace entact
