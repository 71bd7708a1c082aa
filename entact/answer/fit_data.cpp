#include "entact/answer/fit_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "entact/answer/fit_notes.h"
#include "entact/pharm/timeline.h"

namespace entact {
namespace {

// People as they are read.
struct PersonRows {
  PopulationSubject subject{};
  std::vector<CompartmentRecord> records{};
  std::vector<double> observed{}, below{};
  std::vector<double> occasions{};                // values of OCC
  std::vector<std::vector<double>> covariates{};  // by occasion
  std::vector<double> now{};                      // covariates of the last row
};

// An effect that has no meaning at this value is refused here: the search could not tell why it
// fails.
void check_covariate(FitColumns& c, std::size_t row, const FitModel& model, std::size_t covariate,
                     double value) {
  for (const CovariateEffect& e : model.population.effects) {
    if (e.covariate != static_cast<std::ptrdiff_t>(covariate)) continue;
    const PopulationParameter& parameter =
        model.population.parameters[static_cast<std::size_t>(e.parameter)];
    const std::string hint = value < 0 ? ". If it is a code for missing, leave the cell empty (the "
                                         "row before holds on) or the person out"
                                       : "";
    if (e.form == CovariateEffect::Form::power && value <= 0)
      c.refuse("answer.fit.covariate", row, e.name,
               fmt::format("a covariate of the form power is above 0; saw {}{}", value, hint));
    const double factor = 1 + e.coefficient * (value - e.reference);
    if (e.form == CovariateEffect::Form::proportional && factor <= 0 &&
        parameter.form == IndividualForm::lognormal)
      c.refuse("answer.fit.covariate", row, e.name,
               fmt::format("{} makes {} negative or 0: at its start the factor is {:.4g}, and a "
                           "lognormal parameter is above 0{}",
                           value, parameter.id, factor, hint));
  }
}

// Covariates of a row; an empty cell is what the row before had.
std::vector<double> covariates_of(FitColumns& c, std::size_t row, const FitModel& model,
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
    check_covariate(c, row, model, k, own.back());
  }
  return own;
}

// The occasion's index; a new one gets its covariates from this row. Where parameters do not vary
// between occasions, each change of the covariates begins one.
std::ptrdiff_t occasion_of(FitColumns& c, std::size_t row, const FitModel& model, bool by_occasion,
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

void add(FitColumns& c, std::size_t row, const FitRecord& found, PersonRows& person) {
  person.records.push_back(found.record);
  if (!found.record.observed) return;
  person.observed.push_back(found.dv);
  person.below.push_back(found.below);
  person.subject.time_h.push_back(found.record.time_h);
  person.subject.lines.push_back(c.line(row));
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

// All people of the rows.
std::vector<PersonRows> people_of(FitColumns& columns, std::size_t rows, const FitModel& model,
                                  bool by_occasion, FitNotes& notes) {
  std::vector<PersonRows> people;
  std::vector<std::size_t> observations;
  std::set<std::string> seen;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string& id = columns.level("ID", row);
    if (id.empty()) columns.refuse("answer.fit.row", row, "ID", "every row has an ID");
    if (people.empty() || people.back().subject.id != id) {
      if (!seen.insert(id).second)
        columns.refuse("answer.fit.row", row, "ID",
                       fmt::format("the rows of a person stand together; saw {} again", id));
      people.push_back({.subject = {.id = id}});
    }
    PersonRows& person = people.back();
    FitRecord found = fit_record(columns, row, model);
    found.record.occasion = occasion_of(columns, row, model, by_occasion, person);
    if (!person.records.empty() && found.record.time_h < person.records.back().time_h)
      columns.refuse("answer.fit.row", row, "TIME",
                     fmt::format("rows follow in time; saw {} h after {} h", found.record.time_h,
                                 person.records.back().time_h));
    notes.count(found);
    if (found.record.observed) observations.push_back(row);
    add(columns, row, found, person);
  }
  check_kinds(columns, observations);
  notes.add_compartment(columns, observations, model);
  return people;
}

void put_predictions(FitModel& model, std::vector<std::vector<CompartmentRecord>> records) {
  if (!model.equations) {
    const auto parameters = static_cast<std::ptrdiff_t>(model.population.parameters.size());
    model.population.predict = one_compartment(model.structure, parameters, std::move(records));
    return;
  }
  std::vector<OdeSubject> subjects;
  for (std::size_t i = 0; i < records.size(); ++i) {
    subjects.push_back(ode_subject(records[i]));
    check_doses(model.equations->description, subjects.back().doses,
                model.population.subjects[i].id);
  }
  model.population.noise = model.observation.solver.relative;
  model.population.predict =
      ode_predictions(*model.equations, model.observation, std::move(subjects));
}

}  // namespace

std::vector<std::string> put_fit_data(const TrialTable& data, FitModel& model) {
  FitColumns columns(data);
  for (const char* needed : {"ID", "TIME", "DV"}) static_cast<void>(columns.name(needed));
  for (const std::string& covariate : model.covariates) static_cast<void>(columns.name(covariate));
  const auto& parameters = model.population.parameters;
  const bool by_occasion = std::any_of(parameters.begin(), parameters.end(),
                                       [](const auto& p) { return p.occasion_sd > 0; });
  if (by_occasion) static_cast<void>(columns.name("OCC"));
  FitNotes notes;
  std::vector<std::string> unobserved;
  std::vector<std::vector<CompartmentRecord>> records;
  for (PersonRows& person : people_of(columns, data.table.rows(), model, by_occasion, notes)) {
    if (person.observed.empty()) {
      unobserved.push_back(person.subject.id);
      continue;
    }
    model.population.subjects.push_back(finished(person));
    records.push_back(std::move(person.records));
  }
  notes.add_covariates(model, by_occasion);
  notes.add_counts();
  notes.add_people(unobserved);
  notes.add_unused(columns);
  put_predictions(model, std::move(records));
  return notes.list;
}

}  // namespace entact
