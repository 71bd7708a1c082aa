#pragma once

// What the tests and benchmarks of population fits share: the data of reference/population as
// models.

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "entact/pharm/one_compartment.h"
#include "entact/pharm/population_fit.h"

namespace entact::specimen {

inline std::string population_path(const std::string& name) {
  return std::string(ENTACT_SOURCE_DIR "/reference/population/").append(name);
}

inline nlohmann::json population_json() {
  return nlohmann::json::parse(std::ifstream(population_path("expected.json")));
}

/// Rows as texts, the header left out.
inline std::vector<std::vector<std::string>> population_rows(const std::string& name) {
  std::ifstream in(population_path(name));
  std::vector<std::vector<std::string>> rows;
  std::string line, cell;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::stringstream cells(line);
    rows.emplace_back();
    while (std::getline(cells, cell, ',')) rows.back().push_back(cell);
  }
  return rows;
}

/// Theophylline: people and their records; covariates weight and sex.
inline std::pair<std::vector<PopulationSubject>, std::vector<std::vector<CompartmentRecord>>>
theophylline() {
  std::vector<PopulationSubject> people;
  std::vector<std::vector<CompartmentRecord>> records;
  std::vector<std::vector<double>> y;
  for (const auto& row : population_rows("theophylline.csv")) {
    if (people.empty() || people.back().id != row[0]) {
      people.push_back({.id = row[0]});
      people.back().covariates.resize(1, 2);
      people.back().covariates << std::stod(row[5]), std::stod(row[6]);
      records.emplace_back();
      y.emplace_back();
    }
    CompartmentRecord record{.time_h = std::stod(row[1])};
    if (row[4] == "1") {
      record.amount_mg = std::stod(row[2]);
    } else {
      record.observed = true;
      y.back().push_back(std::stod(row[3]));
      people.back().time_h.push_back(record.time_h);
    }
    records.back().push_back(record);
  }
  for (std::size_t i = 0; i < people.size(); ++i)
    people[i].observed =
        Eigen::Map<const Eigen::VectorXd>(y[i].data(), static_cast<Eigen::Index>(y[i].size()));
  return {people, records};
}

/// NONMEM's example THEOPP at its start.
inline PopulationModel theopp(bool proportional) {
  auto [people, records] = theophylline();
  PopulationModel model{.subjects = people};
  model.parameters = {
      {.id = "ka", .typical = 2.77, .form = IndividualForm::normal, .between_sd = std::sqrt(5.55)},
      {.id = "k", .typical = 0.0781},
      {.id = "cl",
       .typical = 0.0363,
       .form = IndividualForm::normal,
       .between_sd = std::sqrt(0.515)}};
  model.effects = {{.parameter = 0,
                    .covariate = 1,
                    .name = "SEX",
                    .form = CovariateEffect::Form::proportional,
                    .reference = 0,
                    .coefficient = 1.5 / 2.77 - 1},
                   {.parameter = 2, .name = "WT", .coefficient = 1, .fixed = true}};
  model.error = {.additive = std::sqrt(0.388), .proportional = proportional ? std::sqrt(0.3) : 0};
  model.predict = one_compartment({.absorption = 0, .clearance = 2, .elimination = 1}, 3, records);
  return model;
}

/// Theophylline with lognormal ka, cl and v, all differing between people; additive error.
inline PopulationModel theophylline_lognormal() {
  auto [people, records] = theophylline();
  PopulationModel model{.subjects = people};
  model.parameters = {{.id = "ka", .typical = 1.5, .between_sd = 0.77},
                      {.id = "cl", .typical = 2.7, .between_sd = 0.55},
                      {.id = "v", .typical = 31.5, .between_sd = 0.32}};
  model.error.additive = 0.7;
  model.predict = one_compartment({.absorption = 0, .clearance = 1, .volume = 2}, 3, records);
  return model;
}

/// Wang's example: 10 exp(-cl t), cl lognormal, proportional error.
inline PopulationModel wang() {
  PopulationModel model;
  const auto rows = population_rows("wang.csv");
  std::vector<std::vector<CompartmentRecord>> records;
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    PopulationSubject person{.id = rows[i][0], .time_h = {0, 1}};
    person.observed.resize(2);
    person.observed << std::stod(rows[i][2]), std::stod(rows[i + 1][2]);
    model.subjects.push_back(person);
    records.push_back({{.amount_mg = 10}, {.observed = true}, {.time_h = 1, .observed = true}});
  }
  model.parameters = {{.id = "cl", .typical = 0.5, .between_sd = 0.2},
                      {.id = "v", .typical = 1, .fixed = true}};
  model.error.proportional = std::sqrt(0.1);
  model.predict = one_compartment({.clearance = 0, .volume = 1}, 2, records);
  return model;
}

/// Gives each of wang()'s people a third observation, before the dose and below the limit.
inline void add_censored_before_dose(PopulationModel& model) {
  for (PopulationSubject& s : model.subjects) {
    s.observed.conservativeResize(3);
    s.observed[2] = 0.5;
    s.below = Eigen::Vector3d(NAN, NAN, 0.5);
    s.time_h.push_back(-1);
  }
  model.predict = [dosed = model.predict](std::ptrdiff_t i, const Eigen::VectorXd& phi,
                                          bool derivatives, Prediction& p) {
    dosed(i, phi, derivatives, p);
    p.value.conservativeResize(3);
    p.value[2] = 0;
    if (!derivatives) return;
    p.jacobian.conservativeResize(3, Eigen::NoChange);
    p.jacobian.row(2).setZero();
  };
}

}  // namespace entact::specimen
