// What rows of a dataset make a course after one dose: the dose, the samples after it, the one that
// stands for the concentration at it. Reading the columns is nca_cells.cpp.
#include "entact/answer/nca_profiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "entact/answer/nca_cells.h"

namespace entact {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

using Names = std::vector<std::string>;
using Rows = std::vector<std::size_t>;

/// What one participant's rows say of the dose: how much, when, and on which row of its own.
struct Dose {
  double amount = nan, t_h = 0, infusion_h = 0;
  std::optional<std::size_t> row{};
};

[[noreturn]] void refuse_second(const NcaCells& cells, std::size_t row) {
  refuse_nca_row(cells, row, cells.names.dose,
                 "a second dose; the analysis is of the course after one. Choose rows with "
                 "--where, or tell periods apart with --group");
}

/// Doses on rows of their own: one. Where EVID says which they are, no sample is one.
Dose dose_row(const NcaCells& cells, const Rows& rows, bool by_event) {
  Dose dose;
  for (const std::size_t row : rows) {
    if (!(cells.amount[row] > 0) || (by_event && cells.kind[row] != NcaRow::dose)) continue;
    if (dose.row) refuse_second(cells, row);
    if (!std::isfinite(cells.t_h[row]))
      refuse_nca_row(cells, row, cells.names.time, "a dose has a time");
    dose = {cells.amount[row], cells.t_h[row], cells.infusion_h[row], row};
  }
  return dose;
}

/// Doses beside concentrations: all the same, taken at 0, or at the only row that has one. A
/// concentration without one between two that have is not of this kind.
Dose dose_beside(const NcaCells& cells, const Rows& rows) {
  Dose dose;
  std::size_t with = 0;
  bool gap = false;
  for (const std::size_t row : rows) {
    const double amount = cells.amount[row];
    if (!(amount > 0)) {
      gap = gap || (with > 0 && !std::isnan(cells.concentration[row]));
      continue;
    }
    if (gap) refuse_second(cells, row);
    if (with++ > 0 && amount != dose.amount)
      refuse_nca_row(cells, row, cells.names.dose,
                     fmt::format("a course has one dose; saw {:g} after {:g}. Tell periods apart "
                                 "with --group",
                                 amount, dose.amount));
    if (with == 1) dose.infusion_h = cells.infusion_h[row];
    dose.amount = amount;
    dose.t_h = with == 1 && rows.size() > 1 ? cells.t_h[row] : 0;
  }
  return dose;
}

Dose dose_of(const NcaCells& cells, const Rows& rows) {
  bool beside = false, by_event = false;
  for (const std::size_t row : rows) {
    if (cells.amount[row] < 0)
      refuse_nca_row(cells, row, cells.names.dose,
                     fmt::format("a dose is not negative; saw {:g}", cells.amount[row]));
    if (!(cells.amount[row] > 0)) continue;
    beside = beside || !std::isnan(cells.concentration[row]);
    by_event = by_event || cells.kind[row] == NcaRow::dose;
  }
  return beside && !by_event ? dose_beside(cells, rows) : dose_row(cells, rows, by_event);
}

void add_sample(NcaProfile& profile, const NcaCells& cells, std::size_t row, const Dose& dose) {
  const double t_h = cells.t_h[row] - dose.t_h;
  if (dose.row && t_h > cells.next_dose_h[*dose.row])
    refuse_nca_row(cells, row, cells.names.time,
                   fmt::format("a sample after a second dose, {:g} h after the first by ADDL and "
                               "II; the analysis is of the course after one. Choose rows with "
                               "--where",
                               cells.next_dose_h[*dose.row]));
  if (!profile.t_h.empty() && t_h <= profile.t_h.back())
    refuse_nca_row(cells, row, cells.names.time,
                   fmt::format("times of a course increase; it follows {:g} h. Sort the rows, "
                               "choose them with --where, or tell courses apart with --group",
                               profile.t_h.back() + dose.t_h));
  profile.t_h.push_back(t_h);
  profile.concentration.push_back(cells.concentration[row]);
  profile.rows.push_back(row);
}

/// The last sample before the dose stands for the concentration at it, if none was taken then.
void carry_to_dose(NcaProfile& profile, const NcaCells& cells, std::size_t row, double dose_h) {
  if (profile.t_h.empty() || !(profile.t_h.front() > 0)) return;
  profile.predose_h = cells.t_h[row] - dose_h;
  profile.t_h.insert(profile.t_h.begin(), 0);
  profile.concentration.insert(profile.concentration.begin(), cells.concentration[row]);
  profile.rows.insert(profile.rows.begin(), row);
  --profile.before_dose;
}

NcaProfile profile_of(const NcaCells& cells, const Rows& rows) {
  NcaProfile profile{.participant = cells.participant[rows.front()]};
  for (const Names& group : cells.group) profile.group.push_back(group[rows.front()]);
  const Dose dose = dose_of(cells, rows);
  profile.dose = dose.amount;
  profile.infusion_h = dose.infusion_h;
  std::optional<std::size_t> before;
  for (const std::size_t row : rows) {
    const NcaRow kind = cells.kind[row];
    if (std::isnan(cells.concentration[row])) {
      if (row != dose.row && kind != NcaRow::dose && kind != NcaRow::other) ++profile.missing;
      continue;
    }
    if (!std::isfinite(cells.t_h[row]))
      refuse_nca_row(cells, row, cells.names.time, "a concentration has a time");
    if (!(cells.t_h[row] < dose.t_h)) {
      add_sample(profile, cells, row, dose);
      continue;
    }
    ++profile.before_dose;
    if (!before || cells.t_h[row] > cells.t_h[*before]) before = row;
  }
  if (before) carry_to_dose(profile, cells, *before, dose.t_h);
  return profile;
}

}  // namespace

std::vector<NcaProfile> nca_profiles(const TrialTable& data, const NcaColumns& columns) {
  const NcaCells cells = nca_cells(data, columns);
  std::vector<Rows> courses;
  std::map<Names, std::size_t> places;
  for (std::size_t row = 0; row < cells.participant.size(); ++row) {
    Names key{cells.participant[row]};
    for (const Names& group : cells.group) key.push_back(group[row]);
    if (key.front().empty())
      refuse_nca_row(cells, row, cells.names.participant, "every row names its participant");
    const auto [place, fresh] = places.emplace(std::move(key), courses.size());
    if (fresh) courses.emplace_back();
    courses[place->second].push_back(row);
  }
  std::vector<NcaProfile> profiles;
  for (const Rows& rows : courses) profiles.push_back(profile_of(cells, rows));
  return profiles;
}

}  // namespace entact
