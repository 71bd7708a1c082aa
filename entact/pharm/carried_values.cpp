#include "entact/pharm/carried_values.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace entact {
namespace {

/// The set of each row, and the sets.
std::vector<int> sets_of(std::span<const CarriedRow> rows, std::vector<std::vector<double>>& sets) {
  std::vector<int> of_row;
  for (const CarriedRow& row : rows) {
    const auto place = std::find(sets.begin(), sets.end(), row.values);
    of_row.push_back(static_cast<int>(place - sets.begin()));
    if (place == sets.end()) sets.push_back(row.values);
  }
  return of_row;
}

std::vector<ScheduledChange> changes_of(std::span<const CarriedRow> rows,
                                        const std::vector<int>& of_row, Carry way) {
  std::vector<ScheduledChange> changes;
  std::ptrdiff_t doses = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0 && of_row[i] != of_row[i - 1])
      changes.push_back(
          {.t_h = rows[way == Carry::backward ? i - 1 : i].t_h, .set = of_row[i], .dose = doses});
    doses += rows[i].dose ? 1 : 0;
  }
  return changes;
}

/// The row whose values hold at that time.
std::size_t row_at(std::span<const CarriedRow> rows, double t_h, Carry way) {
  if (way == Carry::backward) {
    const auto at = std::find_if(rows.begin(), rows.end(),
                                 [&](const CarriedRow& row) { return row.t_h >= t_h; });
    return static_cast<std::size_t>(std::min(at, rows.end() - 1) - rows.begin());
  }
  const auto after =
      std::find_if(rows.begin(), rows.end(), [&](const CarriedRow& row) { return row.t_h > t_h; });
  return after == rows.begin() ? 0 : static_cast<std::size_t>(after - rows.begin()) - 1;
}

double start_of(std::span<const CarriedRow> rows, std::span<const double> times_h) {
  double start = times_h.empty() ? std::numeric_limits<double>::infinity() : times_h.front();
  for (const CarriedRow& row : rows)
    if (row.dose) start = std::min(start, row.t_h);
  return start;
}

/// Makes the set `first` number 0.
void renumber(int first, CarriedValues& carried) {
  std::swap(carried.sets[0], carried.sets[static_cast<std::size_t>(first)]);
  const auto renamed = [&](int& set) { set = set == first ? 0 : set == 0 ? first : set; };
  for (ScheduledChange& change : carried.schedule.changes) renamed(change.set);
  for (int& set : carried.schedule.of_dose) renamed(set);
  for (int& set : carried.schedule.of_time) renamed(set);
}

}  // namespace

CarriedValues carry_values(std::span<const CarriedRow> rows, std::span<const double> times_h,
                           Carry way) {
  CarriedValues carried;
  const std::vector<int> of_row = sets_of(rows, carried.sets);
  std::vector<ScheduledChange> changes = changes_of(rows, of_row, way);
  // What changed before the course starts is how it starts.
  const double start = start_of(rows, times_h);
  const auto kept = std::find_if(changes.begin(), changes.end(),
                                 [&](const ScheduledChange& each) { return each.t_h >= start; });
  const int first = kept == changes.begin() ? 0 : (kept - 1)->set;
  changes.erase(changes.begin(), kept);
  if (!changes.empty()) {
    carried.schedule.changes = std::move(changes);
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (rows[i].dose) carried.schedule.of_dose.push_back(of_row[i]);
    for (const double t_h : times_h)
      carried.schedule.of_time.push_back(of_row[row_at(rows, t_h, way)]);
  }
  renumber(first, carried);
  if (carried.schedule.changes.empty()) carried.sets.resize(1);
  return carried;
}

}  // namespace entact
