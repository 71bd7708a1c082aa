// One pass over the events, grouped by participant: each participant touches the row of any event,
// of its class and of its term, and is put into them when all of its events were seen.
#include "entact/stats/adverse_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "entact/base/error.h"

namespace entact {
namespace {

bool within(int index, std::size_t size) {
  return index >= 0 && static_cast<std::size_t>(index) < size;
}

void check(const AdverseStudy& study, const AdverseView& view) {
  // Messages are made only where something is wrong: there may be a million events.
  for (const AdverseParticipant& person : study.participants) {
    if (!within(person.arm, study.arms.size()))
      throw Error("stats.adverse.index",
                  fmt::format("a participant is in arm {} of {}", person.arm, study.arms.size()));
    if (person.exposure_days < 0)
      throw Error("stats.adverse.exposure",
                  fmt::format("days at risk are 0 or more; saw {}", person.exposure_days));
  }
  for (const AdverseEvent& event : study.events)
    if (!within(event.participant, study.participants.size()) ||
        !within(event.system, study.systems.size()) || !within(event.term, study.terms.size()) ||
        event.severity < 0 || event.severity > study.severities)
      throw Error("stats.adverse.index",
                  fmt::format("an event points outside its lists: participant {}, system {}, term "
                              "{}, severity {}",
                              event.participant, event.system, event.term, event.severity));
  const auto fits = [](std::size_t given, std::size_t wanted) {
    return given == 0 || given == wanted;
  };
  require(fits(view.events.size(), study.events.size()) &&
              fits(view.participants.size(), study.participants.size()) &&
              fits(view.exposure_days.size(), study.participants.size()),
          "stats.adverse.view", "a view names every event and every participant, or none");
}

/// What one participant contributes to one row.
struct Touch {
  int events = 0;
  int severity = 0;
  double day = std::numeric_limits<double>::infinity();
};

/// Counted events in the order of their participants.
std::vector<std::size_t> by_participant(const AdverseStudy& study, const AdverseView& view) {
  const auto counts = [&](std::size_t i) {
    const auto person = static_cast<std::size_t>(study.events[i].participant);
    return (view.events.empty() || view.events[i]) &&
           (view.participants.empty() || view.participants[person]);
  };
  std::vector<std::size_t> start(study.participants.size() + 1, 0);
  for (std::size_t i = 0; i < study.events.size(); ++i)
    if (counts(i)) ++start[static_cast<std::size_t>(study.events[i].participant) + 1];
  std::partial_sum(start.begin(), start.end(), start.begin());
  std::vector<std::size_t> order(start.back());
  for (std::size_t i = 0; i < study.events.size(); ++i)
    if (counts(i)) order[start[static_cast<std::size_t>(study.events[i].participant)]++] = i;
  return order;
}

class Counter {
 public:
  Counter(const AdverseStudy& study, const AdverseView& view) : study_(study), view_(view) {
    AdverseCount none{.by_severity =
                          std::vector<int>(static_cast<std::size_t>(study.severities) + 1, 0)};
    blank_ = {.arms = std::vector<AdverseCount>(study.arms.size(), none), .total = none};
    table_.n.assign(study.arms.size(), 0);
    table_.exposure_days.assign(study.arms.size(), 0);
    add_row(-1, -1);
    for (std::size_t i = 0; i < study.participants.size(); ++i)
      if (view.participants.empty() || view.participants[i]) add_person(i);
  }

  AdverseTable run() {
    for (const std::size_t i : by_participant(study_, view_)) {
      const AdverseEvent& event = study_.events[i];
      if (event.participant != person_) flush();
      person_ = event.participant;
      touch(0, event);
      touch(row_of(event.system, -1), event);
      touch(row_of(event.system, event.term), event);
    }
    flush();
    for (AdverseRow& row : table_.rows) add_time(row);
    return std::move(table_);
  }

 private:
  void add_person(std::size_t i) {
    const auto arm = static_cast<std::size_t>(study_.participants[i].arm);
    ++table_.n[arm];
    ++table_.n_total;
    table_.exposure_days[arm] += exposure(i);
    table_.exposure_total += exposure(i);
  }

  [[nodiscard]] double exposure(std::size_t i) const {
    return view_.exposure_days.empty() ? study_.participants[i].exposure_days
                                       : view_.exposure_days[i];
  }

  std::size_t add_row(int system, int term) {
    table_.rows.push_back(blank_);
    table_.rows.back().system = system;
    table_.rows.back().term = term;
    touches_.emplace_back();
    return table_.rows.size() - 1;
  }

  std::size_t row_of(int system, int term) {
    const auto key = static_cast<long long>(system) * (1LL << 32) + term;
    const auto [place, fresh] = rows_.try_emplace(key, table_.rows.size());
    if (fresh) add_row(system, term);
    return place->second;
  }

  void touch(std::size_t row, const AdverseEvent& event) {
    Touch& mine = touches_[row];
    if (mine.events++ == 0) touched_.push_back(row);
    mine.severity = std::max(mine.severity, event.severity);
    mine.day = std::fmin(mine.day, event.day);  // an unknown day is never the first
  }

  /// Moves what the participant touched into the counts. `person_days` holds, until add_time, the
  /// days not spent at risk after the first event.
  void flush() {
    for (const std::size_t row : touched_) {
      const Touch mine = std::exchange(touches_[row], {});
      const auto person = static_cast<std::size_t>(person_);
      const double all = exposure(person);
      const double lost = std::isfinite(mine.day) ? all - std::clamp(mine.day + 1, 0.0, all) : 0.0;
      AdverseRow& into = table_.rows[row];
      for (AdverseCount* count :
           {&into.arms[static_cast<std::size_t>(study_.participants[person].arm)], &into.total}) {
        ++count->participants;
        count->events += mine.events;
        count->person_days += lost;
        ++count->by_severity[static_cast<std::size_t>(mine.severity)];
      }
    }
    touched_.clear();
  }

  void add_time(AdverseRow& row) const {
    const double unknown = std::numeric_limits<double>::quiet_NaN();
    const auto at_risk = [&](double all, double lost) {
      return view_.exposure_days.empty() ? all - lost : unknown;
    };
    for (std::size_t arm = 0; arm < row.arms.size(); ++arm)
      row.arms[arm].person_days = at_risk(table_.exposure_days[arm], row.arms[arm].person_days);
    row.total.person_days = at_risk(table_.exposure_total, row.total.person_days);
  }

  const AdverseStudy& study_;
  const AdverseView& view_;
  AdverseTable table_{};
  AdverseRow blank_{};
  std::unordered_map<long long, std::size_t> rows_{};  ///< by system and term
  std::vector<Touch> touches_{};                       ///< one a row, of the current participant
  std::vector<std::size_t> touched_{};
  int person_ = -1;
};

/// Any event, then classes by frequency, then their terms by frequency; names decide between
/// equals.
void sort_rows(AdverseTable& table, const AdverseStudy& study) {
  std::unordered_map<int, int> in_class;
  for (const AdverseRow& row : table.rows)
    if (row.is_system()) in_class[row.system] = row.total.participants;
  const auto name = [](const std::vector<std::string>& names, int i) -> const std::string& {
    return names[static_cast<std::size_t>(i)];
  };
  std::sort(table.rows.begin(), table.rows.end(), [&](const AdverseRow& a, const AdverseRow& b) {
    if (a.any() != b.any()) return a.any();
    if (a.any()) return false;
    if (a.system != b.system) {
      const int ours = in_class.at(a.system), theirs = in_class.at(b.system);
      return ours != theirs ? ours > theirs
                            : name(study.systems, a.system) < name(study.systems, b.system);
    }
    if (a.is_term() != b.is_term()) return b.is_term();
    if (!a.is_term()) return false;
    if (a.total.participants != b.total.participants)
      return a.total.participants > b.total.participants;
    return name(study.terms, a.term) < name(study.terms, b.term);
  });
}

}  // namespace

AdverseTable adverse_table(const AdverseStudy& study, const AdverseView& view) {
  check(study, view);
  AdverseTable table = Counter(study, view).run();
  sort_rows(table, study);
  return table;
}

}  // namespace entact
