#include "entact/answer/nca_profiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>

#include "entact/io/number.h"

namespace entact {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

using Names = std::vector<std::string>;

struct Cells {
  const TrialTable* data = nullptr;
  NcaColumns names{};
  Names participant{};
  std::vector<Names> group{};  ///< by column, by row
  std::vector<double> t_h{}, concentration{}, amount{};
};

std::string chosen(const TrialTable& data, const std::string& asked, const Names& usual,
                   const char* option) {
  const std::string name = asked.empty() ? first_column(data.table, usual) : asked;
  if (!name.empty() && data.table.has(name)) return name;
  Names there;
  for (const Column& column : data.table.columns) there.push_back(column.name);
  throw Error("answer.nca.column",
              fmt::format("{}: {}; it has {}. Name the column with {}", data.file,
                          asked.empty() ? fmt::format("no column {}", fmt::join(usual, ", "))
                                        : fmt::format("no column '{}'", asked),
                          fmt::join(there, ", "), option),
              ErrorKind::usage);
}

double hours_of(const std::string& unit) {
  if (unit == "h") return 1;
  if (unit == "min") return 1.0 / 60;
  if (unit == "d") return 24;
  throw Error("answer.nca.unit", fmt::format("--time-unit is h, min or d; saw '{}'", unit),
              ErrorKind::usage);
}

[[noreturn]] void refuse(const Cells& cells, std::size_t row, const std::string& column,
                         const std::string& rule) {
  std::string who = "participant " + cells.participant[row];
  if (row < cells.t_h.size() && !std::isnan(cells.t_h[row]))
    who += fmt::format(", time {:g} h", cells.t_h[row]);
  throw Error("answer.nca.row", fmt::format("{} ({}): {}: {}", place_of(*cells.data, row, column),
                                            column, who, rule));
}

/// A concentration as people write it; nothing if it is none.
std::optional<double> concentration_of(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (text.empty() || text == ".") return nan;
  if (text == "BLQ" || text == "BQL" || text == "BLOQ" || text == "<LLOQ" || text == "<LOQ")
    return 0;
  if (text.front() == '<' && parse_number(text.substr(1))) return 0;
  return parse_number(text);
}

void put_concentrations(Cells& cells) {
  const std::string& name = cells.names.concentration;
  const Column& column = cells.data->table.column(name);
  const auto* texts = std::get_if<Names>(&column.values);
  if (texts == nullptr) {
    cells.concentration = number_column(*cells.data, name);
  } else {
    for (std::size_t row = 0; row < texts->size(); ++row) {
      const std::optional<double> value = concentration_of((*texts)[row]);
      if (!value)
        refuse(cells, row, name,
               fmt::format("a concentration is a number, BLQ or <LIMIT; saw '{}'", (*texts)[row]));
      cells.concentration.push_back(*value);
    }
  }
  for (std::size_t row = 0; row < cells.concentration.size(); ++row)
    if (cells.concentration[row] < 0)
      refuse(cells, row, name,
             fmt::format("a concentration is not negative; saw {:g}. Write 0 or BLQ for one below "
                         "quantification",
                         cells.concentration[row]));
  if (!cells.data->table.has("MDV")) return;
  const std::vector<double>& left_out = number_column(*cells.data, "MDV");
  for (std::size_t row = 0; row < left_out.size(); ++row)
    if (left_out[row] == 1) cells.concentration[row] = nan;
}

Cells cells_of(const TrialTable& data, NcaColumns names) {
  names.participant = chosen(data, names.participant, {"USUBJID", "SUBJID", "ID"}, "--participant");
  names.time = chosen(data, names.time, {"TIME", "AFRLT", "ARRLT", "ATPTN"}, "--time");
  names.concentration =
      chosen(data, names.concentration, {"DV", "AVAL", "CONC"}, "--concentration");
  const Names doses{"AMT", "DOSE", "DOSEA"};
  if (!names.dose.empty() || !first_column(data.table, doses).empty())
    names.dose = chosen(data, names.dose, doses, "--dose");
  Cells cells{.data = &data, .names = names};
  cells.participant = level_column(data, names.participant);
  for (const std::string& group : names.group)
    cells.group.push_back(level_column(data, chosen(data, group, {}, "--group")));
  const double hours = hours_of(names.time_unit);
  for (const double t : number_column(data, names.time)) cells.t_h.push_back(t * hours);
  put_concentrations(cells);
  cells.amount = names.dose.empty() ? std::vector<double>(cells.t_h.size(), nan)
                                    : number_column(data, names.dose);
  return cells;
}

/// What one participant's rows say of the dose: how much, when, and on which row of its own.
struct Dose {
  double amount = nan, t_h = 0;
  std::optional<std::size_t> row{};
};

/// Doses on rows of their own: one.
Dose dose_row(const Cells& cells, const std::vector<std::size_t>& rows) {
  Dose dose;
  for (const std::size_t row : rows) {
    if (!(cells.amount[row] > 0)) continue;
    if (dose.row)
      refuse(cells, row, cells.names.dose,
             "a second dose; the analysis is of the course after one. Choose rows with --where, or "
             "tell periods apart with --group");
    if (!std::isfinite(cells.t_h[row])) refuse(cells, row, cells.names.time, "a dose has a time");
    dose = {cells.amount[row], cells.t_h[row], row};
  }
  return dose;
}

/// Doses beside concentrations: all the same, taken at 0, or at the only row that has one.
Dose dose_beside(const Cells& cells, const std::vector<std::size_t>& rows) {
  Dose dose;
  std::size_t with = 0;
  for (const std::size_t row : rows) {
    const double amount = cells.amount[row];
    if (!(amount > 0)) continue;
    if (with++ > 0 && amount != dose.amount)
      refuse(cells, row, cells.names.dose,
             fmt::format("a course has one dose; saw {:g} after {:g}. Tell periods apart with "
                         "--group",
                         amount, dose.amount));
    dose.amount = amount;
    dose.t_h = with == 1 && rows.size() > 1 ? cells.t_h[row] : 0;
  }
  return dose;
}

Dose dose_of(const Cells& cells, const std::vector<std::size_t>& rows) {
  bool beside = false;
  for (const std::size_t row : rows) {
    if (cells.amount[row] < 0)
      refuse(cells, row, cells.names.dose,
             fmt::format("a dose is not negative; saw {:g}", cells.amount[row]));
    beside = beside || (cells.amount[row] > 0 && !std::isnan(cells.concentration[row]));
  }
  return beside ? dose_beside(cells, rows) : dose_row(cells, rows);
}

NcaProfile profile_of(const Cells& cells, const std::vector<std::size_t>& rows) {
  NcaProfile profile{.participant = cells.participant[rows.front()]};
  for (const Names& group : cells.group) profile.group.push_back(group[rows.front()]);
  const Dose dose = dose_of(cells, rows);
  profile.dose = dose.amount;
  for (const std::size_t row : rows) {
    if (std::isnan(cells.concentration[row])) {
      if (row != dose.row) ++profile.missing;
      continue;
    }
    if (!std::isfinite(cells.t_h[row]))
      refuse(cells, row, cells.names.time, "a concentration has a time");
    const double t_h = cells.t_h[row] - dose.t_h;
    if (t_h < 0) {
      ++profile.before_dose;
      continue;
    }
    if (!profile.t_h.empty() && t_h <= profile.t_h.back())
      refuse(cells, row, cells.names.time,
             fmt::format("times of a course increase; it follows {:g} h. Sort the rows, choose "
                         "them with --where, or tell courses apart with --group",
                         profile.t_h.back() + dose.t_h));
    profile.t_h.push_back(t_h);
    profile.concentration.push_back(cells.concentration[row]);
    profile.rows.push_back(row);
  }
  return profile;
}

}  // namespace

std::vector<NcaProfile> nca_profiles(const TrialTable& data, const NcaColumns& columns) {
  const Cells cells = cells_of(data, columns);
  std::vector<std::vector<std::size_t>> courses;
  std::map<Names, std::size_t> places;
  for (std::size_t row = 0; row < cells.participant.size(); ++row) {
    Names key{cells.participant[row]};
    for (const Names& group : cells.group) key.push_back(group[row]);
    if (key.front().empty())
      refuse(cells, row, cells.names.participant, "every row names its participant");
    const auto [place, fresh] = places.emplace(std::move(key), courses.size());
    if (fresh) courses.emplace_back();
    courses[place->second].push_back(row);
  }
  std::vector<NcaProfile> profiles;
  for (const std::vector<std::size_t>& rows : courses) profiles.push_back(profile_of(cells, rows));
  return profiles;
}

}  // namespace entact
