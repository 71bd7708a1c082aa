#include "entact/answer/simulate_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/dataset_file.h"
#include "entact/answer/installed_files.h"
#include "entact/answer/simulate_options.h"
#include "entact/answer/simulate_protocol.h"
#include "entact/answer/simulate_times.h"
#include "entact/base/error.h"
#include "entact/io/sha256.h"

namespace entact {
namespace {

Regimen schedule_of(const SimulateRequest& request) {
  if (request.sessions < 1 || request.sessions > 10'000)
    refuse_option("--sessions", "is between 1 and 10,000", fmt::to_string(request.sessions));
  if (request.sessions > 1 && request.every.empty())
    refuse_option("--every", "says how far apart the sessions are, such as 28d", "");
  return {.sessions = request.sessions,
          .every_h = request.every.empty() ? 0 : parse_hours(request.every),
          .missed = missed_of(request.missed)};
}

std::vector<int> outputs_of(const ModelDescription& description,
                            const std::vector<std::string>& asked) {
  std::vector<int> outputs;
  for (const std::string& id : asked)
    outputs.push_back(place_of(description.outputs, "--output", id));
  for (std::size_t k = 0; asked.empty() && k < description.outputs.size(); ++k)
    outputs.push_back(static_cast<int>(k));
  return outputs;
}

// The settings of each case: those asked for, and one after the other those of the group `each`.
std::vector<std::vector<std::string>> settings_of(const ModelFile& file,
                                                  const SimulateRequest& request) {
  if (request.each.empty()) return {request.with};
  std::vector<std::vector<std::string>> all;
  std::vector<std::string> groups;
  for (const ModelSetting& setting : file.settings) {
    if (std::find(groups.begin(), groups.end(), setting.group) == groups.end())
      groups.push_back(setting.group);
    if (setting.group != request.each) continue;
    all.push_back(request.with);
    all.back().push_back(setting.id);
  }
  if (all.empty())
    refuse_option("--each", fmt::format("names a group of settings: {}", fmt::join(groups, ", ")),
                  request.each);
  if (request.each == "comedication") all.insert(all.begin(), request.with);
  return all;
}

std::string label_of(const std::string& regimen, const std::vector<std::string>& settings) {
  std::string label = regimen;
  for (const std::string& setting : settings) label += (label.empty() ? "" : ", ") + setting;
  return label.empty() ? "event table" : label;
}

SimulatedSet set_of(const SimulationPlan& plan, const SimulateRequest& request,
                    const std::vector<std::string>& settings) {
  SimulatedSet set{.settings = settings,
                   .description = with_settings(plan.file, settings),
                   .covariates = covariates_of(plan.file, request.covariates)};
  set_values(set.description, request.set);
  return set;
}

void add_case(SimulationPlan& plan, const SimulateRequest& request, const std::string& regimen,
              const std::vector<std::string>& settings) {
  SimulatedSet set = set_of(plan, request, settings);
  SimulatedCase one{.label = label_of(regimen, settings),
                    .regimen = regimen,
                    .settings = settings,
                    .description = std::move(set.description),
                    .covariates = std::move(set.covariates)};
  for (const std::string& words : request.set) one.label += ", " + words;
  for (const std::string& dose : request.missed) one.label += ", without dose " + dose;
  if (!regimen.empty()) {
    Regimen whole = plan.regimen;
    whole.doses = one.session = parse_regimen(regimen);
    one.doses = regimen_events(whole, one.description);
  }
  plan.cases.push_back(std::move(one));
}

// The arms of published studies, each a case for these settings.
void add_protocol_cases(SimulationPlan& plan, const SimulateRequest& request,
                        const std::vector<Protocol>& protocols,
                        const std::vector<std::string>& settings) {
  for (const Protocol& protocol : protocols) {
    add_case(plan, request, "", settings);
    SimulatedCase& one = plan.cases.back();
    one.label.replace(0, label_of("", settings).size(), label_of(protocol.name, settings));
    one.regimen = protocol.name;
    one.doses =
        protocol_events(protocol, plan.regimen.every_h, plan.regimen.missed, one.description);
  }
}

std::vector<Protocol> protocols_of(SimulationPlan& plan, const SimulateRequest& request) {
  std::vector<Protocol> protocols;
  if (!(request.supplement_h > 0 && request.supplement_h < 24))
    refuse_option("--supplement", "lies between 0 and 24 h", fmt::to_string(request.supplement_h));
  for (const std::string& name : request.protocols) {
    protocols.push_back(read_protocol(find_data(request.data), name, request.supplement_h));
    if (protocols.size() == 1) plan.inputs.push_back(protocols.front().input);
    for (const std::string& note : protocols.back().notes) plan.notes.push_back(note);
    plan.regimen.sessions =
        std::max(plan.regimen.sessions, static_cast<int>(protocols.back().sessions.size()));
  }
  if (plan.regimen.sessions > 1 && request.every.empty())
    refuse_option("--every", "says how far apart the sessions are, such as 28d", "");
  return protocols;
}

// Base in the hydrochloride by mass, where the model knows the molar mass; HCl weighs 36.461 g/mol.
double base_fraction(const ModelFile& file) {
  for (const ModelParameter& parameter : file.description.parameters)
    if (parameter.id == "molar_mass") return parameter.value / (parameter.value + 36.461);
  return 0;
}

// An option that would do nothing is a misunderstanding.
void refuse_unheard(const SimulateRequest& request) {
  for (const std::string& regimen : request.regimens)
    if (regimen.find_first_not_of(' ') == std::string::npos)
      refuse_option("--regimen", "names doses, such as 80@0,40@2", regimen);
  if (request.events.empty() && !request.unit.empty())
    refuse_option("--unit", "is of an event table's amounts; a regimen is in milligrams",
                  request.unit);
  if (request.regimens.empty() && request.sessions != 1)
    refuse_option("--sessions",
                  "repeats a regimen; an event table or a protocol says all doses itself",
                  fmt::to_string(request.sessions));
  if (request.events.empty()) return;
  if (!request.every.empty())
    refuse_option("--every", "repeats a regimen; an event table says all doses itself",
                  request.every);
  if (!request.missed.empty())
    refuse_option("--missed", "is of a regimen; leave the row out of the event table",
                  request.missed.front());
}

// What a column says, no option says too.
void refuse_twice(const SimulationPlan& plan, const SimulateRequest& request) {
  const auto said = [&](const std::string& option, const std::string& id,
                        const std::string& words) {
    for (const SimulatedColumn& column : plan.columns)
      if (column.column.name == id)
        refuse_option(option, fmt::format("says what the column {} of the event table says", id),
                      words);
  };
  for (const std::string& words : request.covariates)
    said("--covariate", assignment("--covariate", words).name, words);
  for (const std::string& words : request.set)
    said("--set", assignment("--set", words).name, words);
  said("--each", request.each, request.each);
  for (const std::string& id : request.with)
    for (const ModelSetting& setting : plan.file.settings)
      if (setting.id == id) said("--with", setting.group, id);
}

Carry carry_of(const SimulateRequest& request) {
  if (request.carry != "backward" && request.carry != "forward")
    refuse_option("--carry", "is backward or forward", request.carry);
  return request.carry == "backward" ? Carry::backward : Carry::forward;
}

// What the values of the columns make of a case, set after set.
void put_sets(const SimulationPlan& plan, const SimulateRequest& request,
              const std::vector<std::string>& settings, SimulatedCase& one) {
  for (const std::vector<double>& values : one.carried.sets) {
    std::vector<std::string> whole = settings;
    for (const std::string& id : column_settings(plan.columns, values)) whole.push_back(id);
    SimulatedSet set = set_of(plan, request, whole);
    put_columns(plan.columns, values, set);
    one.later.push_back(std::move(set));
  }
  one.settings = std::move(one.later.front().settings);
  one.description = std::move(one.later.front().description);
  one.covariates = std::move(one.later.front().covariates);
  one.later.erase(one.later.begin());
}

// The doses of each participant of an event table, each a case of its own.
void add_event_cases(SimulationPlan& plan, const SimulateRequest& request,
                     const std::vector<std::string>& settings) {
  const DatasetFile file = read_dataset_file(request.events);
  if (plan.inputs.size() < 2) plan.inputs.push_back(file.input);
  TableColumns columns = simulated_columns(file.table, plan.file);
  plan.columns = std::move(columns.used), plan.unused = std::move(columns.unused);
  refuse_twice(plan, request);
  EventTableOptions how{.unit = request.unit, .base_fraction = base_fraction(plan.file)};
  for (const SimulatedColumn& column : plan.columns) how.carried.push_back(column.column);
  std::vector<SubjectEvents> subjects = read_event_table(file.table, plan.file.description, how);
  if (request.times.empty()) plan.times_h = usual_times(subjects);
  for (SubjectEvents& subject : subjects) {
    add_case(plan, request, "", settings);
    SimulatedCase& one = plan.cases.back();
    one.label.replace(0, label_of("", settings).size(), "ID " + label_of(subject.id, settings));
    one.doses = std::move(subject.doses);
    if (plan.columns.empty()) continue;
    one.carried = carry_values(subject.rows, plan.times_h, carry_of(request));
    put_sets(plan, request, settings, one);
  }
}

}  // namespace

std::vector<std::string> column_notes(const SimulationPlan& plan, const SimulateRequest& request) {
  std::vector<std::string> notes;
  const auto changing = std::count_if(plan.cases.begin(), plan.cases.end(), [](const auto& one) {
    return !one.carried.schedule.changes.empty();
  });
  if (changing > 0)
    notes.push_back(fmt::format(
        "In {} of {} cases a column of the event table changes in time; a row's value holds {}.",
        changing, plan.cases.size(),
        request.carry == "backward" ? "from the row before it up to it (as in NONMEM; --carry "
                                      "forward: from it until the next)"
                                    : "from it until the next (--carry backward: from the row "
                                      "before it up to it, as in NONMEM)"));
  if (!plan.unused.empty())
    notes.push_back(fmt::format("Columns of the event table that nothing is made of: {}.",
                                fmt::join(plan.unused, ", ")));
  return notes;
}

std::vector<std::string> range_notes(const SimulationPlan& plan, const SimulateRequest& request) {
  std::vector<std::string> notes = plan.notes;
  const auto& parameters = plan.file.description.parameters;
  for (const std::string& words : request.set) {
    const auto [name, value] = assignment("--set", words);
    const ModelParameter& p =
        parameters[static_cast<std::size_t>(place_of(parameters, "--set", name))];
    const double known = number_of("--set " + name, value);
    if (p.low < p.high && (known < p.low || known > p.high))
      notes.push_back(
          fmt::format("{} = {} lies outside {:g} to {:g} {}, the range that model {} gives it",
                      name, value, p.low, p.high, p.unit, plan.file.description.id));
  }
  return notes;
}

SimulationPlan plan_simulation(const SimulateRequest& request) {
  if (request.n < 0 || request.n > 10'000'000)
    refuse_option("--n", "is between 0 and ten million people", fmt::to_string(request.n));
  if (!(request.band > 0 && request.band < 1))
    refuse_option("--band", "lies between 0 and 1", fmt::to_string(request.band));
  if (!request.rows.empty() && request.n == 0)
    refuse_option("--rows", "holds the courses of people; --n is 1 or more with it", request.rows);
  if (request.row_states && request.rows.empty())
    refuse_option("--states", "adds to the rows of --rows FILE", "no --rows");
  if (request.threads < 0)
    refuse_option("--threads", "is 0 or more", fmt::to_string(request.threads));
  if (request.above && !std::isfinite(*request.above))
    refuse_option("--above", "is a number", fmt::to_string(*request.above));
  static_cast<void>(carry_of(request));
  const int ways = (request.regimens.empty() ? 0 : 1) + (request.events.empty() ? 0 : 1) +
                   (request.protocols.empty() ? 0 : 1);
  if (ways != 1)
    refuse_option("--regimen, --protocol or --events", "says what is taken, one of the three",
                  ways == 0 ? "none" : "several");
  refuse_unheard(request);
  const auto path = find_model_file(request.model, find_data(request.data));
  SimulationPlan plan{.file = read_model_file(path)};
  plan.inputs.push_back({path.filename().string(), sha256_file(path)});
  plan.regimen = schedule_of(request);
  const std::vector<Protocol> protocols = protocols_of(plan, request);
  plan.times_h = request.times.empty() ? usual_times(plan.regimen, request.regimens)
                                       : parse_times(request.times);
  plan.outputs = outputs_of(plan.file.description, request.outputs);
  for (const auto& settings : settings_of(plan.file, request)) {
    for (const std::string& regimen : request.regimens) add_case(plan, request, regimen, settings);
    add_protocol_cases(plan, request, protocols, settings);
    if (!request.events.empty()) add_event_cases(plan, request, settings);
  }
  return plan;
}

}  // namespace entact
