// Any table is refused with an Error of pharm, or read into doses that every model of two states
// can follow: sorted, finite, not negative, and with stops in order of time. Most inputs are rows
// under a sound head; every other one has columns of numbers where all cells are numbers, and half
// of them carry a covariate and a co-medication from row to row.
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "entact/base/error.h"
#include "entact/pharm/event_table.h"
#include "entact/pharm/timeline.h"

namespace {

using entact::Table;

void require_true(bool ok) {
  if (!ok) std::abort();
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at) parts.emplace_back();
    if (c != at) parts.back() += c;
  }
  return parts;
}

/// Numbers, if all cells are.
bool numbers_of(const std::vector<std::string>& cells, std::vector<double>& numbers) {
  for (const std::string& cell : cells) {
    double value = std::nan("");
    const auto [end, fault] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (!cell.empty() && (fault != std::errc() || end != cell.data() + cell.size())) return false;
    numbers.push_back(value);
  }
  return true;
}

Table table_of(const std::string& text, bool as_numbers) {
  std::vector<std::vector<std::string>> columns;
  const std::vector<std::string> lines = split(text, '\n');
  const std::vector<std::string> names = split(lines[0], ',');
  columns.resize(names.size());
  for (std::size_t i = 1; i < lines.size(); ++i) {
    std::vector<std::string> cells = split(lines[i], ',');
    cells.resize(names.size());
    for (std::size_t k = 0; k < names.size(); ++k) columns[k].push_back(cells[k]);
  }
  Table table;
  for (std::size_t k = 0; k < names.size(); ++k) {
    entact::Column column{.name = names[k], .values = columns[k]};
    if (std::vector<double> numbers; as_numbers && numbers_of(columns[k], numbers))
      column.values = numbers;
    table.columns.push_back(std::move(column));
  }
  return table;
}

entact::ModelDescription model() {
  return {.id = "m",
          .states = {{.id = "gut"}, {.id = "central"}},
          .parameters = {{.id = "lag"}, {.id = "duration"}},
          .inputs = {{.state = 0, .lag_parameter = 0, .duration_parameter = 1}}};
}

/// Whatever the rows say, each dose and time has values of its own, and changes are in order.
void check_carried(const entact::SubjectEvents& person, entact::Carry way) {
  const double hours[] = {0, 1, 24};
  const entact::CarriedValues carried = entact::carry_values(person.rows, hours, way);
  const auto known = [&](int set) {
    return set >= 0 && static_cast<std::size_t>(set) < carried.sets.size();
  };
  const entact::ParameterSchedule& schedule = carried.schedule;
  require_true(schedule.changes.empty() || (schedule.of_dose.size() == person.doses.size() &&
                                            schedule.of_time.size() == std::size(hours)));
  double last_h = -1e308;
  for (const entact::ScheduledChange& change : schedule.changes) {
    require_true(known(change.set) && change.t_h >= last_h && change.dose >= 0);
    last_h = change.t_h;
  }
  for (const int set : schedule.of_dose) require_true(known(set));
  for (const int set : schedule.of_time) require_true(known(set));
  for (const auto& values : carried.sets)
    require_true(values.size() == 2 && values[0] >= 30 && values[0] <= 250 &&
                 (values[1] == 0 || values[1] == 1));
}

void check(const std::vector<entact::SubjectEvents>& people) {
  const entact::ModelDescription described = model();
  const double parameters[] = {0.25, 1.5};
  for (const entact::SubjectEvents& person : people) {
    require_true(person.observed_h.size() == person.observed_rows.size());
    for (const entact::Carry way : {entact::Carry::backward, entact::Carry::forward})
      if (!person.rows.empty()) check_carried(person, way);
    double repeats = 0, last_h = -1e308;
    for (const entact::DoseEvent& dose : person.doses) {
      require_true(dose.t_h >= last_h && dose.amount_mg >= 0 && std::isfinite(dose.amount_mg));
      require_true(dose.compartment >= 0 && dose.compartment <= 2 && dose.additional >= 0);
      require_true(std::isfinite(dose.rate_mg_per_h) && std::isfinite(dose.interval_h));
      last_h = dose.t_h, repeats += dose.additional;
      // How many doses of a steady state still run.
      if (dose.steady_state > 0 && dose.interval_h > 0 && dose.rate_mg_per_h > 0)
        repeats += dose.amount_mg / dose.rate_mg_per_h / dose.interval_h;
      if (dose.steady_state > 0 && dose.interval_h > 0) repeats += 2 / dose.interval_h;
    }
    if (!(repeats < 1000)) continue;
    const auto stops = entact::expand_doses(std::span<const entact::DoseInput>(described.inputs),
                                            std::span<const double>(parameters), person.doses);
    for (std::size_t i = 1; i < stops.size(); ++i) require_true(stops[i - 1].t_h <= stops[i].t_h);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 4096) return 0;
  const bool carrying = data[0] % 32 >= 16;
  std::string text = data[0] % 4 == 0 ? ""
                                      : "ID,TIME,AMT,UNIT,CMT,RATE,ADDL,II,EVID,SS,WT,DRUG\n"
                                        "1,0,80,mg,,,,,1,,70,none\n";
  text.append(reinterpret_cast<const char*>(data) + 1, size - 1);
  entact::EventTableOptions how{.unit = data[0] % 8 < 4 ? "" : "mg base",
                                .base_fraction = data[0] % 16 < 8 ? 0 : 0.84};
  if (carrying)
    how.carried = {{.name = "WT", .low = 30, .high = 250},
                   {.name = "DRUG", .words = {"none", "paroxetine"}}};
  try {
    check(entact::read_event_table(table_of(text, data[0] % 2 == 0), model(), how));
  } catch (const entact::Error& error) {
    require_true(error.code().starts_with("pharm.events.") ||
                 error.code().starts_with("pharm.dose."));
  }
  return 0;
}
