// Adverse events of ADAE as numbers: names become indices, words become severities and flags. A
// word that the vocabulary lacks is an error, because a guess would move an event out of sight.
#include "entact/answer/adverse_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace entact {
namespace {

/// Names in order of first appearance.
class Names {
 public:
  int index(const std::string& name) {
    const auto [place, fresh] = places_.try_emplace(name, static_cast<int>(names.size()));
    if (fresh) names.push_back(name);
    return place->second;
  }
  std::vector<std::string> names{};

 private:
  std::unordered_map<std::string, int> places_{};
};

int severity_of(const std::string& word) {
  static const std::map<std::string, int> words{{"", 0},
                                                {"MILD", 1},
                                                {"1", 1},
                                                {"GRADE 1", 1},
                                                {"MODERATE", 2},
                                                {"2", 2},
                                                {"GRADE 2", 2},
                                                {"SEVERE", 3},
                                                {"3", 3},
                                                {"GRADE 3", 3},
                                                {"LIFE THREATENING", 4},
                                                {"LIFE-THREATENING", 4},
                                                {"4", 4},
                                                {"GRADE 4", 4},
                                                {"DEATH", 5},
                                                {"FATAL", 5},
                                                {"5", 5},
                                                {"GRADE 5", 5}};
  const auto found = words.find(upper(word));
  return found == words.end() ? -1 : found->second;
}

/// 1 related, 0 not, -1 an unknown word. Remote and unlikely are not related.
int relation_of(const std::string& word, const std::vector<std::string>& asked) {
  static const std::vector<std::string> related{"Y",
                                                "YES",
                                                "RELATED",
                                                "POSSIBLE",
                                                "POSSIBLY RELATED",
                                                "PROBABLE",
                                                "PROBABLY RELATED",
                                                "LIKELY",
                                                "DEFINITE",
                                                "DEFINITELY RELATED"};
  static const std::vector<std::string> unrelated{
      "N", "NO", "NONE", "NOT RELATED", "UNRELATED", "UNLIKELY", "UNLIKELY RELATED", "REMOTE"};
  const auto in = [&](const std::vector<std::string>& list) {
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string& each) { return upper(each) == upper(word); });
  };
  if (!asked.empty()) return in(asked) ? 1 : 0;
  if (in(related)) return 1;
  return in(unrelated) ? 0 : -1;
}

class Reader {
 public:
  Reader(const StudyFile& events, const SafetyPopulation& people, const AdverseColumns& columns)
      : file_(events), people_(people), columns_(columns) {
    for (const char* column : {"USUBJID", "AEDECOD"}) file_.need(column);
    class_ = file_.first_of({"AEBODSYS", "AESOC"});
    if (class_.empty()) file_.need("AEBODSYS");
    severity_ = file_.first_of({"ASEV", "AESEV", "ATOXGR", "AETOXGR"});
    day_ = file_.first_of({"ASTDY", "AESTDY"});
  }

  AdverseData run() {
    check_participants();
    for (std::size_t row = 0; row < file_.rows(); ++row) read(row);
    data_.study.arms = people_.arms;
    data_.study.participants = people_.participants;
    data_.study.systems = std::move(systems_.names);
    data_.study.terms = std::move(terms_.names);
    data_.study.severities = highest_;
    data_.severity_words = {"not reported",     "mild", "moderate", "severe",
                            "life-threatening", "fatal"};
    data_.severity_words.resize(static_cast<std::size_t>(highest_) + 1);
    add_notes();
    return std::move(data_);
  }

 private:
  /// All that ADSL lacks at once: one message, not one a run.
  void check_participants() const {
    std::vector<std::string> unknown;
    std::size_t first = 0;
    for (std::size_t row = 0; row < file_.rows(); ++row) {
      const std::string id = file_.word("USUBJID", row);
      if (people_.index.contains(id) ||
          std::find(unknown.begin(), unknown.end(), id) != unknown.end())
        continue;
      if (unknown.empty()) first = row;
      unknown.push_back(id);
    }
    if (unknown.empty()) return;
    std::string named;
    for (std::size_t i = 0; i < std::min<std::size_t>(unknown.size(), 5); ++i)
      named += (i > 0 ? ", " : "") + unknown[i];
    throw file_.fault("answer.adverse.participant", first, "USUBJID",
                      fmt::format("every participant has a row in ADSL; {} have none: {}{}",
                                  unknown.size(), named, unknown.size() > 5 ? ", ..." : ""),
                      "Add the rows, or check the identifiers");
  }

  bool flag(const char* column, std::size_t row) const {
    if (!file_.has(column)) return false;
    const std::string word = upper(file_.word(column, row));
    if (word != "Y" && word != "N" && !word.empty())
      throw file_.fault("answer.adverse.flag", row, column, "the flag is Y, N or empty",
                        "Mend the cell");
    return word == "Y";
  }

  void read(std::size_t row) {
    check_order(row);
    AdverseEvent event{.participant = people_.participant_at(file_, row)};
    event.severity = severity(row);
    event.related = related(row);
    event.serious = flag("AESER", row);
    event.fatal =
        flag("AESDTH", row) || (file_.has("AEOUT") && upper(file_.word("AEOUT", row)) == "FATAL");
    const std::string action = file_.has("AEACN") ? upper(file_.word("AEACN", row)) : "";
    any_action_ = any_action_ || !action.empty();
    event.withdrawn = action == "DRUG WITHDRAWN";
    const bool emergent = !file_.has("TRTEMFL") || flag("TRTEMFL", row) || columns_.all_events;
    outside_ += event.participant < 0 ? 1 : 0;
    not_emergent_ += event.participant >= 0 && !emergent ? 1 : 0;
    if (event.participant < 0 || !emergent) return;
    event.system = systems_.index(name_of(class_, row));
    event.term = terms_.index(name_of("AEDECOD", row));
    event.day = onset(row, static_cast<std::size_t>(event.participant));
    const double exposure =
        people_.participants[static_cast<std::size_t>(event.participant)].exposure_days;
    undated_ += std::isnan(event.day) ? 1 : 0;
    late_ += event.day >= exposure ? 1 : 0;
    highest_ = std::max(highest_, event.severity);
    data_.study.events.push_back(event);
  }

  void check_order(std::size_t row) const {
    for (const auto& [start, end] : {std::pair{"ASTDT", "AENDT"}, std::pair{"ASTDY", "AENDY"}})
      if (file_.has(start) && file_.has(end) && file_.day(end, row) < file_.day(start, row))
        throw file_.fault("answer.adverse.order", row, end,
                          fmt::format("an event ends on or after the day it starts ({} {})", start,
                                      file_.word(start, row)),
                          "Mend one of the two");
  }

  std::string name_of(const std::string& column, std::size_t row) const {
    std::string name = file_.word(column, row);
    if (name.empty())
      throw file_.fault("answer.adverse.term", row, column, "an event has a term and a class",
                        "Code the event");
    return name;
  }

  int severity(std::size_t row) const {
    if (severity_.empty()) return 0;
    const int severity = severity_of(file_.word(severity_, row));
    if (severity < 0)
      throw file_.fault("answer.adverse.severity", row, severity_,
                        "the severity is mild, moderate, severe, life threatening or fatal, or a "
                        "grade from 1 to 5",
                        "Mend the cell, or leave it empty if it was not reported");
    return severity;
  }

  /// Without an assessment an event counts as related, as is the custom, unless asked otherwise.
  bool related(std::size_t row) {
    if (!file_.has("AEREL")) return false;
    const std::string word = file_.word("AEREL", row);
    if (word.empty()) {
      ++unassessed_;
      return columns_.unassessed_related;
    }
    const int relation = relation_of(word, columns_.related);
    if (relation < 0)
      throw file_.fault("answer.adverse.related", row, "AEREL",
                        "the word is none of those known for related or not related",
                        "Name the words that mean related with --related-words");
    return relation == 1;
  }

  double onset(std::size_t row, std::size_t person) const {
    if (!day_.empty()) return days_since_first(file_.number(day_, row));
    if (!file_.has("ASTDT")) return std::nan("");
    return file_.day("ASTDT", row) - people_.first_day[person];
  }

  void add_notes() {
    const auto note = [&](int count, const std::string& what) {
      if (count > 0) data_.notes.push_back(fmt::format("{} {}", count, what));
    };
    note(outside_, "events of participants outside the safety population do not count");
    note(not_emergent_, "events that TRTEMFL does not mark as treatment-emergent do not count");
    note(undated_,
         "events have no day of onset: their participants stay at risk, and they are in "
         "no window");
    note(late_, "events began after the last day at risk (" + people_.exposure_words +
                    "); they count, and their participants were at risk for all of it");
    note(unassessed_, std::string("events without an assessment of relatedness count as ") +
                          (columns_.unassessed_related ? "related" : "not related"));
    if (!file_.has("TRTEMFL") && !columns_.all_events)
      data_.notes.push_back(file_.name + " has no TRTEMFL: every event counts");
    const auto lacks = [&](bool lacking, const char* subset, const char* column) {
      if (!lacking) return;
      data_.missing.emplace_back(subset);
      data_.notes.push_back(
          fmt::format("'{}' cannot be told: {} is missing or empty", subset, column));
    };
    lacks(!file_.has("AESER"), "serious", "AESER");
    lacks(!file_.has("AEREL"), "related", "AEREL");
    lacks(!any_action_, "discontinuation", "AEACN");
    lacks(!file_.has("AESDTH") && !file_.has("AEOUT"), "fatal", "AESDTH or AEOUT");
    if (severity_.empty()) data_.notes.push_back("there is no severity: AESEV is missing");
  }

  const StudyFile& file_;
  const SafetyPopulation& people_;
  const AdverseColumns& columns_;
  std::string class_{}, severity_{}, day_{};
  AdverseData data_{};
  Names systems_{}, terms_{};
  int outside_ = 0, not_emergent_ = 0, undated_ = 0, late_ = 0, unassessed_ = 0, highest_ = 0;
  bool any_action_ = false;
};

}  // namespace

AdverseData adverse_data(const StudyFile& events, const SafetyPopulation& people,
                         const AdverseColumns& columns) {
  return Reader(events, people, columns).run();
}

}  // namespace entact
