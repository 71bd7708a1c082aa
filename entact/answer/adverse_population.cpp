// The safety population of a study and its drug sessions, from ADSL and a table of sessions.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "entact/answer/adverse_data.h"

namespace entact {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

bool in_population(const StudyFile& subjects, std::size_t row) {
  if (!subjects.has("SAFFL")) return true;
  const std::string flag = upper(subjects.word("SAFFL", row));
  if (flag != "Y" && flag != "N" && !flag.empty())
    throw subjects.fault("answer.adverse.flag", row, "SAFFL", "the flag is Y, N or empty",
                         "Mend the cell");
  return flag == "Y";
}

/// Arms by their numeric twin, else by name.
std::vector<std::string> arms_of(const StudyFile& subjects, const std::string& column) {
  std::map<std::string, double> order;
  const bool twin = subjects.has(column + "N");
  for (std::size_t row = 0; row < subjects.rows(); ++row) {
    const std::string arm = subjects.word(column, row);
    if (!arm.empty()) order.emplace(arm, twin ? subjects.number(column + "N", row) : 0);
  }
  std::vector<std::pair<double, std::string>> sorted;
  for (const auto& [arm, rank] : order) sorted.emplace_back(rank, arm);
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> arms;
  for (const auto& each : sorted) arms.push_back(each.second);
  return arms;
}

/// Days at risk of each row of ADSL.
class Exposure {
 public:
  Exposure(const StudyFile& subjects, const std::string& asked) : subjects_(subjects) {
    column_ = asked.empty() && subjects.has("TRTDURD") ? "TRTDURD" : asked;
    if (!column_.empty()) subjects.need(column_);
    dates_ = column_.empty() && subjects.has("TRTSDT") && subjects.has("TRTEDT");
  }
  [[nodiscard]] std::string words() const {
    if (!column_.empty()) return column_;
    return dates_ ? "TRTSDT to TRTEDT" : "";
  }
  [[nodiscard]] double days(std::size_t row) const {
    if (column_.empty() && !dates_) return missing;
    const double days = column_.empty()
                            ? subjects_.day("TRTEDT", row) - subjects_.day("TRTSDT", row) + 1
                            : subjects_.number(column_, row);
    if (days < 0)
      throw subjects_.fault("answer.adverse.exposure", row, column_.empty() ? "TRTEDT" : column_,
                            fmt::format("days at risk are 0 or more; they are {}", days),
                            "Mend the dates of treatment");
    return days;
  }

 private:
  const StudyFile& subjects_;
  std::string column_{};
  bool dates_ = false;
};

std::string arm_column(const StudyFile& subjects, const std::string& asked) {
  if (!asked.empty()) {
    subjects.need(asked);
    return asked;
  }
  const std::string found = subjects.first_of({"TRT01A", "TRT01P", "ARM"});
  if (found.empty()) subjects.need("TRT01A");
  return found;
}

void check_arms(const SafetyPopulation& people, const StudyFile& subjects) {
  for (std::size_t arm = 0; arm < people.arms.size(); ++arm)
    require(std::any_of(people.participants.begin(), people.participants.end(),
                        [&](const auto& each) { return each.arm == static_cast<int>(arm); }),
            "answer.adverse.nobody",
            fmt::format("{} ({}): arm '{}' has nobody in the safety population", subjects.name,
                        people.arm_column, people.arms[arm]),
            ErrorKind::unanswerable);
}

/// The day of a session on the participant's own line of days.
double session_day(const StudyFile& sessions, const std::string& column, bool dates,
                   double first_day, std::size_t row) {
  const double day = dates ? sessions.day(column, row) - first_day
                           : days_since_first(sessions.number(column, row));
  if (std::isnan(day))
    throw sessions.fault("answer.adverse.session", row, column,
                         "a session has its day, and a date needs the participant's TRTSDT",
                         "Fill the cell, or leave the row out");
  return day;
}

}  // namespace

double days_since_first(double study_day) { return study_day > 0 ? study_day - 1 : study_day; }

int SafetyPopulation::participant_at(const StudyFile& file, std::size_t row) const {
  const auto found = index.find(file.word("USUBJID", row));
  if (found == index.end())
    throw file.fault("answer.adverse.participant", row, "USUBJID",
                     "every participant has a row in ADSL",
                     "Add the row, or check the identifier's spelling");
  return found->second;
}

SafetyPopulation safety_population(const StudyFile& subjects, const AdverseColumns& columns) {
  subjects.need("USUBJID");
  SafetyPopulation people{.arm_column = arm_column(subjects, columns.arm)};
  const Exposure exposure(subjects, columns.exposure);
  people.exposure_words = exposure.words();
  std::vector<std::string> arms = arms_of(subjects, people.arm_column);
  people.arm_order = subjects.has(people.arm_column + "N") ? "lowest " + people.arm_column + "N"
                                                           : std::string("first by name");
  std::set<std::string> used;
  int outside = 0;
  for (std::size_t row = 0; row < subjects.rows(); ++row) {
    const std::string id = subjects.word("USUBJID", row),
                      arm = subjects.word(people.arm_column, row);
    const bool member = in_population(subjects, row);
    if (!people.index.emplace(id, member ? static_cast<int>(people.ids.size()) : -1).second)
      throw subjects.fault("answer.adverse.twice", row, "USUBJID",
                           "a participant has one row in ADSL", "Leave one of them out");
    outside += member ? 0 : 1;
    if (!member) continue;
    if (arm.empty())
      throw subjects.fault("answer.adverse.arm", row, people.arm_column,
                           "a participant of the safety population has an arm", "Fill the cell");
    const auto place = std::find(arms.begin(), arms.end(), arm);
    people.ids.push_back(id);
    people.participants.push_back(
        {.arm = static_cast<int>(place - arms.begin()), .exposure_days = exposure.days(row)});
    people.first_day.push_back(subjects.has("TRTSDT") ? subjects.day("TRTSDT", row) : missing);
  }
  people.arms = std::move(arms);
  check_arms(people, subjects);
  if (!subjects.has("SAFFL"))
    people.notes.push_back(subjects.name + " has no SAFFL: everyone in it counts");
  if (outside > 0)
    people.notes.push_back(
        fmt::format("{} participants of ADSL are not in the safety population", outside));
  return people;
}

void add_sessions(SafetyPopulation& people, const StudyFile& sessions) {
  sessions.need("USUBJID");
  const std::string days = sessions.first_of({"ADY", "EXSTDY", "DAY"});
  const std::string date = sessions.first_of({"ADT", "ASTDT", "EXSTDTC", "DATE"});
  if (days.empty() && date.empty()) sessions.need("ADY");
  const std::string& column = days.empty() ? date : days;
  for (std::size_t row = 0; row < sessions.rows(); ++row) {
    const int person = people.participant_at(sessions, row);
    if (person < 0) continue;
    const auto at = static_cast<std::size_t>(person);
    auto& mine = people.participants[at].session_days;
    const double day = session_day(sessions, column, days.empty(), people.first_day[at], row);
    const auto place = std::lower_bound(mine.begin(), mine.end(), day);
    if (place != mine.end() && *place == day)
      throw sessions.fault("answer.adverse.session", row, column,
                           "two sessions of one participant are on different days",
                           "Leave one of them out");
    mine.insert(place, day);
  }
}

}  // namespace entact
