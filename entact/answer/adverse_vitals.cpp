// Vital signs by session: the peak after the dose, its change from the value before, and how many
// passed a limit.
#include <fmt/format.h>

#include <cmath>

#include "entact/answer/measure_rows.h"
#include "entact/stats/session_peak.h"

namespace entact::measure {
namespace {

/// Values of one parameter by participant and session (index of the visit).
std::vector<TimedValue> values_of(const File& bds, const std::string& param) {
  std::vector<TimedValue> values;
  for (const Row& row : bds.rows) {
    if (row.param != param) continue;
    const bool before = bds.file.has("ABLFL") && upper(bds.file.word("ABLFL", row.row)) == "Y";
    values.push_back({.participant = row.participant,
                      .session = bds.visit_index(row.visit),
                      .time_h = before ? 0.0 : bds.file.number("ATPTN", row.row),
                      .value = bds.file.number("AVAL", row.row)});
  }
  return values;
}

/// Peaks of one session by arm: peak, or change.
std::vector<std::vector<double>> by_arm(const std::vector<SessionPeak>& peaks, int session,
                                        const SafetyPopulation& people, bool change) {
  std::vector<std::vector<double>> values(people.arms.size());
  for (const SessionPeak& each : peaks)
    if (each.session == session)
      values[static_cast<std::size_t>(
                 people.participants[static_cast<std::size_t>(each.participant)].arm)]
          .push_back(change ? each.change() : each.peak);
  return values;
}

std::vector<Summary> summaries(const std::vector<std::vector<double>>& values, double level) {
  std::vector<Summary> all;
  for (const auto& each : values) all.push_back(summarise(each, level));
  return all;
}

MeasureTable peak_table() {
  MeasureTable table{.id = "peaks",
                     .title = "Peaks by drug session",
                     .caption =
                         "The greatest value after the dose and its change from the last "
                         "value before it; differences of mean changes by Welch.",
                     .words = {{"param", "Measure"}, {"session", "Session"}, {"arm", "Arm"}},
                     .numbers = {{"peak_n", "n, peak", MeasureTable::Unit::count},
                                 {"peak_mean", "mean peak"},
                                 {"peak_median", "median"},
                                 {"peak_max", "greatest"}}};
  for (auto field : mean_fields("change")) table.numbers.push_back(std::move(field));
  table.numbers.push_back({"change_max", "greatest change"});
  return table;
}

void add_peaks(MeasureTable& table, const File& bds, const std::string& param,
               const std::vector<SessionPeak>& peaks, const SafetyPopulation& people, int reference,
               double level) {
  for (std::size_t session = 0; session < bds.visits.size(); ++session) {
    const int at = static_cast<int>(session);
    const auto peak = summaries(by_arm(peaks, at, people, false), level);
    const auto change = summaries(by_arm(peaks, at, people, true), level);
    for (std::size_t arm = 0; arm < people.arms.size(); ++arm) {
      std::vector<double> numbers{static_cast<double>(peak[arm].n), peak[arm].mean,
                                  peak[arm].median, peak[arm].most};
      for (const double each : mean_numbers(change, arm, reference, level)) numbers.push_back(each);
      numbers.push_back(change[arm].most);
      table.rows.push_back(
          {{bds.labels.at(param), bds.visits[session], people.arms[arm]}, std::move(numbers)});
    }
  }
}

/// Participants with a value after the dose, and of them those with one past the limit; in one
/// session, or in any (session < 0).
std::vector<Share> shares(const std::vector<TimedValue>& values, const OutlierLimit& limit,
                          int session, const SafetyPopulation& people) {
  std::map<int, bool> past;
  for (const TimedValue& each : values)
    if (each.time_h > 0 && !std::isnan(each.value) && (session < 0 || each.session == session))
      past[each.participant] = past[each.participant] || limit.holds(each.value);
  std::vector<Share> by_arm(people.arms.size());
  for (const auto& [person, outlier] : past) {
    Share& own =
        by_arm[static_cast<std::size_t>(people.participants[static_cast<std::size_t>(person)].arm)];
    ++own.n;
    own.with += outlier ? 1 : 0;
  }
  return by_arm;
}

void add_outliers(MeasureTable& table, const File& bds, const OutlierLimit& limit,
                  const AdverseRequest& request, const SafetyPopulation& people, int reference) {
  require(bds.labels.contains(limit.param), "answer.adverse.param",
          "no row of " + request.vitals + " has PARAMCD " + limit.param, ErrorKind::usage);
  const std::vector<TimedValue> values = values_of(bds, limit.param);
  const std::string name =
      fmt::format("{} {} {:g}", bds.labels.at(limit.param), limit.high ? ">=" : "<=", limit.limit);
  for (int session = -1; session < static_cast<int>(bds.visits.size()); ++session) {
    const auto by_arm = shares(values, limit, session, people);
    for (std::size_t arm = 0; arm < by_arm.size(); ++arm)
      table.rows.push_back(
          {{name, session < 0 ? "any" : bds.visits[static_cast<std::size_t>(session)],
            people.arms[arm]},
           share_numbers(by_arm, arm, reference, request.how)});
  }
}

}  // namespace

void add_vitals(AdverseMeasures& all, const AdverseRequest& request, const SafetyPopulation& people,
                int reference) {
  if (request.vitals.empty()) return;
  const File bds = read(request.vitals, {}, people);
  bds.file.need("ATPTN");
  all.inputs.push_back(bds.file.input);
  MeasureTable table = peak_table();
  int without = 0;
  for (const std::string& param : bds.params) {
    const auto peaks = session_peaks(values_of(bds, param));
    for (const SessionPeak& each : peaks) without += std::isnan(each.change()) ? 1 : 0;
    add_peaks(table, bds, param, peaks, people, reference, request.how.level);
  }
  if (without > 0)
    all.notes.push_back(fmt::format(
        "{} sessions of vital signs lack the value before or after the dose: they have no change",
        without));
  all.tables.push_back(std::move(table));
  if (request.outliers.empty()) return;
  MeasureTable outliers{.id = "outliers",
                        .title = "Participants past a limit after the dose",
                        .caption = "Of those with a value after the dose; exact intervals.",
                        .words = {{"limit", "Limit"}, {"session", "Session"}, {"arm", "Arm"}},
                        .numbers = share_fields("past it")};
  for (const std::string& text : request.outliers)
    add_outliers(outliers, bds, outlier_limit(text), request, people, reference);
  all.tables.push_back(std::move(outliers));
}

}  // namespace entact::measure
