#pragma once

#include <limits>
#include <string>
#include <vector>

namespace entact {

/// One person of the safety population. Days count from the first day of treatment, which is 0.
struct AdverseParticipant {
  int arm = 0;
  double exposure_days = std::numeric_limits<double>::quiet_NaN();  ///< at risk; NaN: not known
  std::vector<double> session_days{};                               ///< drug sessions, ascending
};

/// One adverse event of one participant.
struct AdverseEvent {
  int participant = 0;
  int system = 0;                                         ///< system organ class
  int term = 0;                                           ///< preferred term
  double day = std::numeric_limits<double>::quiet_NaN();  ///< of onset; NaN: not known
  int severity = 0;                                       ///< 1 is mildest; 0: not reported
  bool serious = false;
  bool related = false;
  bool withdrawn = false;  ///< it led to the end of treatment
  bool fatal = false;
};

/// The adverse events of a study and the people among whom they were counted; indices are into the
/// lists of names.
struct AdverseStudy {
  std::vector<std::string> arms{};
  std::vector<std::string> systems{};
  std::vector<std::string> terms{};
  int severities = 0;  ///< the highest severity
  std::vector<AdverseParticipant> participants{};
  std::vector<AdverseEvent> events{};
};

/// Which events count, of whom, over which time.
struct AdverseView {
  std::vector<bool> events{};           ///< one each; empty: all
  std::vector<bool> participants{};     ///< one each, at risk; empty: all
  std::vector<double> exposure_days{};  ///< one each, instead of those of the study; the days to a
                                        ///< first event are then not known
};

/// What was counted in one arm for one row of the table.
struct AdverseCount {
  int participants = 0;            ///< with at least one event
  int events = 0;                  ///< all of them
  double person_days = 0;          ///< at risk of the first event: to its day, that day included
  std::vector<int> by_severity{};  ///< participants by their maximal severity, from 0
};

/// Any event (system and term -1), a system organ class (term -1), or one of its terms.
struct AdverseRow {
  int system = -1;
  int term = -1;
  std::vector<AdverseCount> arms{};
  AdverseCount total{};
  [[nodiscard]] bool any() const { return system < 0; }
  [[nodiscard]] bool is_system() const { return system >= 0 && term < 0; }
  [[nodiscard]] bool is_term() const { return term >= 0; }
};

/// Counts by system organ class and preferred term: any event first, then each class followed by
/// its terms, the most frequent first.
struct AdverseTable {
  std::vector<AdverseRow> rows{};
  std::vector<int> n{};                 ///< participants at risk by arm
  std::vector<double> exposure_days{};  ///< of all of them by arm; NaN if not known of one
  int n_total = 0;
  double exposure_total = 0;
};

/// Counts participants and events; each participant once a row, at maximal severity. A first event
/// of unknown day, or after the last day at risk, leaves its participant at risk for all of it.
///
/// @throws Error "stats.adverse.index" if an index points outside its list; "stats.adverse.view" if
///         a list of the view has another length; "stats.adverse.exposure" if a time is negative
/// @cost   O(events + participants + rows log rows)
AdverseTable adverse_table(const AdverseStudy& study, const AdverseView& view = {});

}  // namespace entact
