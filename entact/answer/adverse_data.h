#pragma once

#include <map>
#include <string>
#include <vector>

#include "entact/answer/study_file.h"
#include "entact/stats/adverse_windows.h"

namespace entact {

/// What to read from a study's ADAE and ADSL, and how.
struct AdverseColumns {
  std::string arm{};        ///< of ADSL; empty: TRT01A, else TRT01P, else ARM
  std::string exposure{};   ///< of ADSL, days at risk; empty: TRTDURD, else TRTSDT to TRTEDT
  bool all_events = false;  ///< also those that TRTEMFL does not mark
  std::vector<std::string> related{};  ///< words of AEREL that mean related; empty: the usual ones
  bool unassessed_related = true;      ///< events without an assessment count as related
};

/// The safety population of a study in the order of its arms.
struct SafetyPopulation {
  std::vector<std::string> arms{};
  std::vector<std::string> ids{};  ///< USUBJID of each participant
  std::vector<AdverseParticipant> participants{};
  std::vector<double> first_day{};     ///< of treatment, on the days of StudyFile::day; NaN
                                       ///< if not known
  std::map<std::string, int> index{};  ///< by USUBJID; -1: in ADSL, not in the population
  std::string arm_column{};
  std::string arm_order{};       ///< what makes an arm the first: "lowest TRT01AN", "first by name"
  std::string exposure_words{};  ///< where days at risk come from
  std::vector<std::string> notes{};

  /// The participant of a row; -1 if not of the safety population.
  /// @throws Error "answer.adverse.participant" if ADSL does not know them
  [[nodiscard]] int participant_at(const StudyFile& file, std::size_t row) const;
};

/// Participants with SAFFL = Y (all, if ADSL has no SAFFL), their arm and days at risk. Arms are in
/// the order of the arm's numeric twin (TRT01AN) if there is one, else of their names.
///
/// @throws Error "answer.study.column"; "answer.adverse.twice" if a participant has two rows;
///         "answer.adverse.arm" if one has no arm; "answer.adverse.exposure" if days at risk are
///         negative; "answer.adverse.nobody" (unanswerable) if an arm of ADSL has nobody in the
///         safety population
SafetyPopulation safety_population(const StudyFile& subjects, const AdverseColumns& columns);

/// Adds the days of drug sessions: USUBJID with ADY, EXSTDY or DAY (study days without a 0), or
/// with ADT, ASTDT, EXSTDTC or DATE.
/// @throws Error "answer.adverse.participant", "answer.adverse.session"
void add_sessions(SafetyPopulation& people, const StudyFile& sessions);

/// A study's adverse events, ready to be counted.
struct AdverseData {
  AdverseStudy study{};
  std::vector<std::string> severity_words{};  ///< by severity, 0 is "not reported"
  std::vector<std::string> missing{};         ///< subsets that the file cannot tell: "serious"
  std::vector<std::string> notes{};
};

/// The events of ADAE that count: of the safety population, treatment-emergent by TRTEMFL.
///
/// @throws Error "answer.study.column"; "answer.adverse.participant" naming those that ADSL lacks;
///         "answer.adverse.order" if an event ends before it starts; "answer.adverse.severity",
///         "answer.adverse.flag", "answer.adverse.related" if a word is not in its vocabulary;
///         "answer.adverse.term" if an event has no term
AdverseData adverse_data(const StudyFile& events, const SafetyPopulation& people,
                         const AdverseColumns& columns);

/// Study day (no day 0) as days since the first day of treatment.
double days_since_first(double study_day);

}  // namespace entact
