#include "entact/answer/fit_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <set>

namespace entact {
namespace {

std::string upper(std::string word) {
  for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return word;
}

// The columns of the dataset by their NONMEM names.
class Columns {
 public:
  explicit Columns(const TrialTable& data) : data_(data) {
    for (const Column& c : data.table.columns) names_.emplace(upper(c.name), c.name);
  }
  [[nodiscard]] bool has(const std::string& name) const { return names_.count(upper(name)) > 0; }
  [[nodiscard]] const std::string& name(const std::string& wanted) const {
    const auto found = names_.find(upper(wanted));
    if (found != names_.end()) return found->second;
    std::vector<std::string> there;
    for (const auto& [key, own] : names_) there.push_back(own);
    throw Error("answer.fit.column",
                fmt::format("{}: a column {} is needed; it has {}", data_.file, wanted,
                            fmt::join(there, ", ")),
                ErrorKind::usage);
  }
  // NaN where there is no such column.
  [[nodiscard]] double value(const std::string& wanted, std::size_t row) {
    if (!has(wanted)) return std::nan("");
    const std::string& own = name(wanted);
    auto found = numbers_.find(own);
    if (found == numbers_.end()) found = numbers_.emplace(own, &number_column(data_, own)).first;
    return (*found->second)[row];
  }
  [[nodiscard]] double value(const std::string& wanted, std::size_t row, double missing) {
    const double x = value(wanted, row);
    return std::isnan(x) ? missing : x;
  }
  [[noreturn]] void refuse(const std::string& code, std::size_t row, const std::string& column,
                           const std::string& rule) const {
    const std::string own = has(column) ? name(column) : column;
    throw Error(code, fmt::format("{} ({}): {}", place_of(data_, row, own), own, rule));
  }

 private:
  const TrialTable& data_;
  std::map<std::string, std::string> names_{};
  std::map<std::string, const std::vector<double>*> numbers_{};
};

// People as they are read.
struct PersonRows {
  PopulationSubject subject{};
  std::vector<CompartmentRecord> records{};
  std::vector<double> observed{}, below{};
  std::vector<double> occasions{};                // values of OCC
  std::vector<std::vector<double>> covariates{};  // by occasion
  std::vector<double> now{};                      // covariates of the last row
};

CompartmentRecord record_of(Columns& c, std::size_t row, const FitModel& model) {
  const double time = c.value("TIME", row);
  if (!std::isfinite(time)) c.refuse("answer.fit.row", row, "TIME", "a time is a number");
  CompartmentRecord r{.time_h = time * model.hours_per_time_unit};
  const double amount = c.value("AMT", row, 0);
  if (amount < 0)
    c.refuse("answer.fit.row", row, "AMT", fmt::format("a dose is not negative; saw {}", amount));
  const double evid = c.value("EVID", row, amount > 0 ? 1 : 0);
  if (evid != 0 && evid != 1 && evid != 2 && evid != 3 && evid != 4)
    c.refuse(
        "answer.fit.row", row, "EVID",
        fmt::format("0 observation, 1 dose, 2 other, 3 reset or 4 reset and dose; saw {}", evid));
  if (evid == 0 && amount > 0)
    c.refuse("answer.fit.row", row, "EVID", "an observation (EVID 0) has no dose");
  if ((evid == 1 || evid == 4) && !(amount > 0))
    c.refuse("answer.fit.row", row, "AMT", "a dose has an amount above 0");
  const double rate = c.value("RATE", row, 0);
  if (rate < 0 && !model.equations)
    c.refuse("answer.fit.row", row, "RATE",
             "a rate or duration that the model knows (-1, -2) is not offered; write the rate");
  const double compartment = c.value("CMT", row, model.equations ? 0 : 1);
  if (compartment != std::floor(compartment))
    c.refuse("answer.fit.row", row, "CMT", fmt::format("a whole number; saw {}", compartment));
  if (evid == 1 || evid == 4) {
    r.amount_mg = amount * model.mg_per_dose_unit;
    r.rate_mg_h = rate < 0 ? rate : rate * model.mg_per_dose_unit / model.hours_per_time_unit;
    r.compartment = static_cast<int>(compartment);
    r.additional = static_cast<int>(c.value("ADDL", row, 0));
    r.interval_h = c.value("II", row, 0) * model.hours_per_time_unit;
    const double steady = c.value("SS", row, 0);
    if (steady != 0 && steady != 1)
      c.refuse("answer.fit.row", row, "SS", fmt::format("0 or 1 (steady state); saw {}", steady));
    r.steady_state = steady == 1;
  }
  r.reset = evid == 3 || evid == 4;
  const bool missing = c.value("MDV", row, 0) != 0 || std::isnan(c.value("DV", row));
  r.observed = evid == 0 && !missing;
  return r;
}

// Covariates of a row; an empty cell is what the row before had.
std::vector<double> covariates_of(Columns& c, std::size_t row, const FitModel& model,
                                  const PersonRows& person) {
  std::vector<double> own;
  for (std::size_t k = 0; k < model.covariates.size(); ++k) {
    const std::string& name = c.name(model.covariates[k]);
    const double carried = person.now.empty() ? std::nan("") : person.now[k];
    own.push_back(c.value(name, row, carried));
    if (!std::isfinite(own.back()))
      c.refuse("answer.fit.covariate", row, name,
               "a covariate is known from a person's first row on; leave the person out, or fill "
               "the cell");
  }
  return own;
}

// The occasion's index; a new one gets its covariates from this row. Where parameters do not vary
// between occasions, each change of the covariates begins one.
std::ptrdiff_t occasion_of(Columns& c, std::size_t row, const FitModel& model, bool by_occasion,
                           PersonRows& person) {
  person.now = covariates_of(c, row, model, person);
  const auto place = [](const auto& all, const auto& one) {
    return std::find(all.begin(), all.end(), one) - all.begin();
  };
  if (!by_occasion) {
    const auto index = place(person.covariates, person.now);
    if (index == static_cast<std::ptrdiff_t>(person.covariates.size()))
      person.covariates.push_back(person.now);
    return index;
  }
  const double value = c.value("OCC", row);
  if (std::isnan(value)) c.refuse("answer.fit.row", row, "OCC", "an occasion is a number");
  const auto index = place(person.occasions, value);
  if (index == static_cast<std::ptrdiff_t>(person.occasions.size())) {
    person.occasions.push_back(value);
    person.covariates.push_back(person.now);
  }
  const std::vector<double>& first = person.covariates[static_cast<std::size_t>(index)];
  for (std::size_t k = 0; k < first.size(); ++k)
    if (person.now[k] != first[k])
      c.refuse("answer.fit.covariate", row, model.covariates[k],
               fmt::format("a covariate is constant within an occasion, where parameters vary "
                           "between occasions; saw {} after {}",
                           person.now[k], first[k]));
  return index;
}

void add_observation(Columns& c, std::size_t row, const TrialTable& data, PersonRows& person,
                     double time_h) {
  const double dv = c.value("DV", row);
  const double flag = std::max(c.value("CENS", row, 0), c.value("BLQ", row, 0));
  if (flag != 0 && flag != 1)
    c.refuse("answer.fit.row", row, c.has("CENS") ? "CENS" : "BLQ",
             fmt::format("0 or 1 (below the limit); saw {}", flag));
  person.observed.push_back(dv);
  person.below.push_back(flag == 1 ? c.value("LLOQ", row, dv) : std::nan(""));
  person.subject.time_h.push_back(time_h);
  person.subject.lines.push_back(row < data.lines.size() ? data.lines[row] : 0);
}

PopulationSubject finished(PersonRows& person) {
  const auto vector = [](const std::vector<double>& x) {
    return Eigen::VectorXd(
        Eigen::Map<const Eigen::VectorXd>(x.data(), static_cast<Eigen::Index>(x.size())));
  };
  person.subject.observed = vector(person.observed);
  if (std::any_of(person.below.begin(), person.below.end(),
                  [](double x) { return std::isfinite(x); }))
    person.subject.below = vector(person.below);
  person.subject.occasions = static_cast<std::ptrdiff_t>(person.covariates.size());
  person.subject.covariates.resize(
      person.subject.occasions,
      person.covariates.empty() ? 0 : static_cast<Eigen::Index>(person.covariates[0].size()));
  for (std::size_t k = 0; k < person.covariates.size(); ++k)
    for (std::size_t j = 0; j < person.covariates[k].size(); ++j)
      person.subject.covariates(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(j)) =
          person.covariates[k][j];
  return person.subject;
}

}  // namespace

std::vector<std::string> put_fit_data(const TrialTable& data, FitModel& model) {
  Columns columns(data);
  for (const char* needed : {"ID", "TIME", "DV"}) static_cast<void>(columns.name(needed));
  for (const std::string& covariate : model.covariates) static_cast<void>(columns.name(covariate));
  const auto& parameters = model.population.parameters;
  const bool by_occasion = std::any_of(parameters.begin(), parameters.end(),
                                       [](const auto& p) { return p.occasion_sd > 0; });
  if (by_occasion) static_cast<void>(columns.name("OCC"));
  const std::vector<std::string> ids = level_column(data, columns.name("ID"));
  std::vector<PersonRows> people;
  std::set<std::string> seen;
  std::ptrdiff_t without = 0;
  for (std::size_t row = 0; row < ids.size(); ++row) {
    if (ids[row].empty()) columns.refuse("answer.fit.row", row, "ID", "every row has an ID");
    if (people.empty() || people.back().subject.id != ids[row]) {
      if (!seen.insert(ids[row]).second)
        columns.refuse("answer.fit.row", row, "ID",
                       fmt::format("the rows of a person stand together; saw {} again", ids[row]));
      people.push_back({.subject = {.id = ids[row]}});
    }
    PersonRows& person = people.back();
    CompartmentRecord record = record_of(columns, row, model);
    record.occasion = occasion_of(columns, row, model, by_occasion, person);
    if (!person.records.empty() && record.time_h < person.records.back().time_h)
      columns.refuse("answer.fit.row", row, "TIME",
                     fmt::format("participant {}: rows follow in time; saw {} h after {} h",
                                 ids[row], record.time_h, person.records.back().time_h));
    if (record.observed) add_observation(columns, row, data, person, record.time_h);
    const bool expected = columns.value("EVID", row, columns.value("AMT", row, 0) > 0 ? 1 : 0) == 0;
    without += expected && !record.observed && columns.value("MDV", row, 0) == 0 ? 1 : 0;
    person.records.push_back(record);
  }
  std::vector<std::string> notes;
  std::vector<std::vector<CompartmentRecord>> records;
  for (PersonRows& person : people) {
    model.population.subjects.push_back(finished(person));
    records.push_back(std::move(person.records));
  }
  const auto changing =
      std::count_if(model.population.subjects.begin(), model.population.subjects.end(),
                    [](const PopulationSubject& person) { return person.occasions > 1; });
  if (!by_occasion && changing > 0)
    notes.push_back(
        fmt::format("covariates change in time in {} people: a row's value holds from the row "
                    "before it up to it",
                    changing));
  if (without > 0)
    notes.push_back(fmt::format("{} observations have no DV and are left out", without));
  if (!model.equations) {
    model.population.predict = one_compartment(
        model.structure, static_cast<std::ptrdiff_t>(parameters.size()), std::move(records));
    return notes;
  }
  std::vector<OdeSubject> subjects;
  for (const auto& list : records) subjects.push_back(ode_subject(list));
  model.population.noise = model.observation.solver.relative;
  model.population.predict =
      ode_predictions(*model.equations, model.observation, std::move(subjects));
  return notes;
}

}  // namespace entact
