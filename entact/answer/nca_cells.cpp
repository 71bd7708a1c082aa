// A dataset's columns for a noncompartmental analysis, read as numbers: which row is a sample and
// which a dose, concentrations as people write them, infusions. What rows make a course is
// nca_profiles.cpp.
#include "entact/answer/nca_cells.h"

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <limits>
#include <optional>

#include "entact/io/number.h"

namespace entact {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

using Names = std::vector<std::string>;

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

/// A concentration as people write it; nothing if it is none.
std::optional<double> concentration_of(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (text.empty() || text == ".") return nan;
  if (text == "BLQ" || text == "BQL" || text == "BLOQ" || text == "<LLOQ" || text == "<LOQ")
    return 0;
  if (text.front() == '<' && parse_number(text.substr(1))) return 0;
  return parse_number(text);
}

/// Rows whose concentration, if they have one, is no observation: doses, other events, MDV 1.
std::vector<bool> unobserved(const NcaCells& cells) {
  std::vector<bool> found;
  for (const NcaRow kind : cells.kind)
    found.push_back(kind == NcaRow::dose || kind == NcaRow::other);
  if (!cells.data->table.has("MDV")) return found;
  const std::vector<double>& missing = number_column(*cells.data, "MDV");
  for (std::size_t row = 0; row < missing.size(); ++row)
    found[row] = found[row] || missing[row] == 1;
  return found;
}

void put_concentrations(NcaCells& cells) {
  const std::string& name = cells.names.concentration;
  const Column& column = cells.data->table.column(name);
  const auto* texts = std::get_if<Names>(&column.values);
  const std::vector<bool> none = unobserved(cells);
  const std::vector<double>* numbers =
      texts == nullptr ? &number_column(*cells.data, name) : nullptr;
  for (std::size_t row = 0; row < none.size(); ++row) {
    std::optional<double> value = nan;
    if (!none[row]) value = texts != nullptr ? concentration_of((*texts)[row]) : (*numbers)[row];
    if (!value)
      refuse_nca_row(
          cells, row, name,
          fmt::format("a concentration is a number, BLQ or <LIMIT; saw '{}'", (*texts)[row]));
    if (*value < 0)
      refuse_nca_row(cells, row, name,
                     fmt::format("a concentration is not negative; saw {:g}. Write 0 or BLQ for "
                                 "one below quantification",
                                 *value));
    cells.concentration.push_back(*value);
  }
}

NcaRow kind_of(double evid) {
  return evid == 0 ? NcaRow::sample : (evid == 1 || evid == 4 ? NcaRow::dose : NcaRow::other);
}

/// As in NONMEM; rows of EVID 2 and 3 have no amount. An empty cell is a dose where there is one.
void put_kinds(NcaCells& cells) {
  cells.kind.assign(cells.t_h.size(), NcaRow::either);
  if (!cells.data->table.has("EVID")) return;
  const std::vector<double>& evid = number_column(*cells.data, "EVID");
  for (std::size_t row = 0; row < evid.size(); ++row) {
    const double event = std::isnan(evid[row]) ? (cells.amount[row] > 0 ? 1 : 0) : evid[row];
    if (event != 0 && event != 1 && event != 2 && event != 3 && event != 4)
      refuse_nca_row(
          cells, row, "EVID",
          fmt::format("0 observation, 1 dose, 2 other, 3 reset or 4 reset and dose; saw {:g}",
                      event));
    cells.kind[row] = kind_of(event);
    if (cells.kind[row] == NcaRow::other) cells.amount[row] = nan;
  }
}

/// Durations where the dataset has them, else amount / rate.
void put_infusions(NcaCells& cells, double hours) {
  const std::string& duration = cells.names.duration;
  const bool by_rate = duration.empty();
  cells.infusion_h.assign(cells.t_h.size(), 0);
  if (by_rate && !cells.data->table.has("RATE")) return;
  const std::string column = by_rate ? "RATE" : duration;
  const std::vector<double>& values = number_column(*cells.data, column);
  for (std::size_t row = 0; row < values.size(); ++row) {
    const double value = values[row];
    if (!(cells.amount[row] > 0) || std::isnan(value) || value == 0) continue;
    const bool of_a_model = by_rate && (value == -1 || value == -2);
    if (!of_a_model && !(value > 0 && std::isfinite(value)))
      refuse_nca_row(cells, row, column,
                     fmt::format("{} is above 0, or 0 for a dose at once; saw {:g}",
                                 by_rate ? "a rate" : "a duration", value));
    cells.infusion_h[row] =
        of_a_model ? nan : (by_rate ? cells.amount[row] / value : value) * hours;
  }
}

void put_next_doses(NcaCells& cells, double hours) {
  cells.next_dose_h.assign(cells.t_h.size(), std::numeric_limits<double>::infinity());
  if (!cells.data->table.has("ADDL") || !cells.data->table.has("II")) return;
  const std::vector<double>& more = number_column(*cells.data, "ADDL");
  const std::vector<double>& interval = number_column(*cells.data, "II");
  for (std::size_t row = 0; row < more.size(); ++row)
    if (more[row] > 0 && interval[row] > 0) cells.next_dose_h[row] = interval[row] * hours;
}

}  // namespace

void refuse_nca_row(const NcaCells& cells, std::size_t row, const std::string& column,
                    const std::string& rule) {
  std::string who = "participant " + cells.participant[row];
  if (row < cells.t_h.size() && !std::isnan(cells.t_h[row]))
    who += fmt::format(", time {:g} h", cells.t_h[row]);
  throw Error("answer.nca.row", fmt::format("{} ({}): {}: {}", place_of(*cells.data, row, column),
                                            column, who, rule));
}

NcaCells nca_cells(const TrialTable& data, NcaColumns names) {
  names.participant = chosen(data, names.participant, {"USUBJID", "SUBJID", "ID"}, "--participant");
  names.time = chosen(data, names.time, {"TIME", "AFRLT", "ARRLT", "ATPTN"}, "--time");
  names.concentration =
      chosen(data, names.concentration, {"DV", "AVAL", "CONC"}, "--concentration");
  const auto if_any = [&](const std::string& asked, const Names& usual, const char* option) {
    const bool some = !asked.empty() || !first_column(data.table, usual).empty();
    return some ? chosen(data, asked, usual, option) : std::string();
  };
  names.dose = if_any(names.dose, {"AMT", "DOSE", "DOSEA"}, "--dose");
  names.duration = if_any(names.duration, {"ADOSEDUR", "DUR"}, "--duration");
  NcaCells cells{.data = &data, .names = names};
  cells.participant = level_column(data, names.participant);
  for (const std::string& group : names.group)
    cells.group.push_back(level_column(data, chosen(data, group, {}, "--group")));
  const double hours = hours_of(names.time_unit);
  for (const double t : number_column(data, names.time)) cells.t_h.push_back(t * hours);
  cells.amount = names.dose.empty() ? std::vector<double>(cells.t_h.size(), nan)
                                    : number_column(data, names.dose);
  put_kinds(cells);
  put_concentrations(cells);
  put_infusions(cells, hours);
  put_next_doses(cells, hours);
  return cells;
}

}  // namespace entact
