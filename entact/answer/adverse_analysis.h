#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/answer/adverse_data.h"
#include "entact/stats/adverse_comparison.h"

namespace entact {

/// What to ask of a study's adverse events.
struct AdverseRequest {
  std::string events{};    ///< ADAE
  std::string subjects{};  ///< ADSL
  std::string sessions{};  ///< days of drug sessions; empty: none
  AdverseColumns columns{};
  std::string reference{};          ///< arm that others are compared with; empty: the first
  std::string by = "soc,pt";        ///< soc, pt, or both
  std::string windows{};            ///< "acute:0-2,delayed:3-7"
  std::vector<std::string> only{};  ///< serious, related, discontinuation, fatal: all must hold
  double threshold = 0;             ///< least share, in one arm, of terms in the text and page
  AdverseCompareOptions how{};

  std::string vitals{};                   ///< BDS file of vital signs: peak by session
  std::string shift{};                    ///< BDS file of categories: worst after against before
  std::string course{};                   ///< BDS file of scores over time
  std::vector<std::string> params{};      ///< PARAMCD of shift and course; empty: all
  std::vector<std::string> categories{};  ///< of shift, from best to worst
  std::vector<std::string> outliers{};    ///< of vitals: "SYSBP>=160"
};

/// Some of the events, counted and compared.
struct AdversePart {
  std::string name{};
  AdverseTable table{};
  std::vector<std::vector<AdverseComparison>> comparisons{};  ///< by compared arm, then row; empty
                                                              ///< where an arm has nobody at risk
};

/// Events of one window after one session, any event.
struct SessionCount {
  int session = 0;  ///< from 1
  std::string window{};
  AdverseTable table{};  ///< of those who had that session
};

/// The analysis behind `entact adverse`.
struct AdverseAnalysis {
  AdverseRequest request{};
  SafetyPopulation people{};
  AdverseData data{};
  int reference = 0;
  std::vector<int> compared{};          ///< the other arms
  AdversePart main{};                   ///< the events asked for
  std::vector<AdversePart> overview{};  ///< all, serious, related, ...: their first rows
  std::vector<DayWindow> windows{};
  std::vector<AdversePart> around{};  ///< by window, and between sessions last
  std::vector<SessionCount> by_session{};
  std::vector<std::string> notes{};
  std::vector<InputFile> inputs{};

  /// Why the reference arm is the one it is: "asked for", "lowest TRT01AN", "first by name".
  [[nodiscard]] std::string reference_words() const {
    return request.reference.empty() ? people.arm_order : std::string("asked for");
  }
  /// How differences are made: intervals, tests and what p is adjusted over, for people.
  [[nodiscard]] std::string method_words() const;
  [[nodiscard]] const std::string& arm(int index) const {
    return people.arms[static_cast<std::size_t>(index)];
  }
  /// False for a term whose share is under the threshold in every arm, and for rows that `by`
  /// leaves out.
  [[nodiscard]] bool shown(const AdverseRow& row, const AdverseTable& table) const;
  /// How many terms the threshold leaves out of text and page, as a sentence; empty if none.
  [[nodiscard]] std::string hidden_words(const AdverseTable& table) const;
  [[nodiscard]] std::string class_name(const AdverseRow& row) const;
  [[nodiscard]] std::string term_name(const AdverseRow& row) const;
};

/// Reads the files and counts.
/// @throws Error "answer.adverse.window" (usage) if a window is not NAME:FROM-TO, or there are
///         windows without sessions; "answer.adverse.reference" (usage) if no arm has that name;
///         "answer.adverse.subset" (unanswerable) if the file cannot tell a subset asked for;
///         and as safety_population, add_sessions, adverse_data
AdverseAnalysis analyse_adverse(const AdverseRequest& request);

/// "acute:0-2,delayed:3-7".
std::vector<DayWindow> windows_of(const std::string& text);

/// A share in [0, 1] written as "5%" or "0.05"; 0 for empty text.
/// @throws Error "answer.adverse.threshold" (usage)
double share_of(const std::string& text);

}  // namespace entact
