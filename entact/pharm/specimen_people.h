#pragma once

// The model of reference/pharm bound, its five participants and their trajectories, for tests and
// the benchmark.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "entact/base/random.h"
#include "entact/pharm/bind_model.h"
#include "entact/pharm/dose_event.h"
#include "entact/pharm/reference_specimen.h"

namespace entact {

inline PharmModel reference_model() {
  using M = ReferenceModel;
  ModelDescription description{.id = "reference"};
  for (const char* id : {"gut", "central", "enzyme", "metabolite", "site", "response"})
    description.states.push_back({.id = id});
  for (const char* id : {"ka", "v", "cl_other", "cl_2d6", "lag", "ke0", "ec50", "fraction", "kdeg",
                         "kinact", "ki", "fm", "kmet", "emax", "kout"})
    description.parameters.push_back({.id = id});
  description.outputs.push_back({.id = "concentration", .unit = "ng/mL"});
  description.inputs = {
      {.state = M::gut, .lag_parameter = M::lag, .fraction_parameter = M::fraction}};
  return bind_model<M>(description);
}

inline PharmModel oral_model() {
  using M = OralModel;
  ModelDescription description{.id = "oral"};
  for (const char* id : {"depot", "central", "eliminated"})
    description.states.push_back({.id = id});
  for (const char* id : {"ka", "v", "cl", "lag", "fraction", "duration", "rate"})
    description.parameters.push_back({.id = id});
  description.outputs.push_back({.id = "concentration", .unit = "mg/L"});
  for (const int state : {M::depot, M::central})
    description.inputs.push_back({.state = state,
                                  .lag_parameter = M::lag,
                                  .fraction_parameter = M::fraction,
                                  .duration_parameter = M::duration,
                                  .rate_parameter = M::rate});
  return bind_model<M>(description);
}

/// The seven that differ between people, in the file's order, then the fixed ones.
inline std::vector<double> reference_parameters(std::vector<double> own) {
  for (const double fixed : {0.9, 0.0149, 2.0, 0.30, 0.6, 0.25, 1.5, 0.5}) own.push_back(fixed);
  return own;
}

/// Somebody of the population of reference/pharm, by our own random numbers.
inline std::vector<double> made_person(std::uint32_t i) {
  RandomStream random({.seed = 1, .purpose = RandomPurpose::people, .participant = i});
  const std::vector<double> typical{1.2, 330, 16, 30, 0.40, 0.8, 0.15};
  const std::vector<double> sd{0.40, 0.20, 0.25, 0.45, 0.30, 0.30, 0.35};
  std::vector<double> own;
  for (std::size_t k = 0; k < 7; ++k) own.push_back(typical[k] * std::exp(sd[k] * random.normal()));
  return reference_parameters(own);
}

/// 80 mg and 40 mg two hours later, three times four weeks apart.
inline std::vector<DoseEvent> reference_doses() {
  std::vector<DoseEvent> doses;
  for (const double session_h : {0.0, 672.0, 1344.0}) {
    doses.push_back({.t_h = session_h, .amount_mg = 80});
    doses.push_back({.t_h = session_h + 2, .amount_mg = 40});
  }
  return doses;
}

inline std::vector<double> reference_times() {
  std::vector<double> times_h;
  for (const double session_h : {0.0, 672.0, 1344.0})
    for (int i = 0; i <= 192; ++i) times_h.push_back(session_h + i * 0.25);
  return times_h;
}

/// The numbers of a CSV file below its header.
inline std::vector<std::vector<double>> reference_rows(const std::string& name) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/pharm/" + name);
  std::vector<std::vector<double>> rows;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream numbers(line);
    rows.emplace_back();
    for (double value = 0; numbers >> value;) rows.back().push_back(value);
  }
  return rows;
}

/// Parameters of the five participants.
inline std::vector<std::vector<double>> reference_people() {
  std::vector<std::vector<double>> people = reference_rows("parameters5.csv");
  for (std::vector<double>& person : people)
    person = reference_parameters({person.begin() + 1, person.end()});
  return people;
}

/// Largest difference in units of absolute + relative |expected|, over rows of six states.
inline double largest_error(const std::vector<double>& states,
                            const std::vector<std::vector<double>>& expected, double relative,
                            double absolute) {
  double worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i)
    for (std::size_t j = 0; j < 6; ++j) {
      const double truth = expected[i][j + 1];
      const double error = std::abs(states[i * 6 + j] - truth);
      worst = std::max(worst, error / (absolute + relative * std::abs(truth)));
    }
  return worst;
}

}  // namespace entact
