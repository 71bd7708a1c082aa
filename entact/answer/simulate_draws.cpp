#include "entact/answer/simulate_draws.h"

#include <algorithm>

namespace entact {

CaseDraws::CaseDraws(const SimulatedCase& one, const PeopleModel& people, std::uint64_t seed) {
  sets_.emplace_back(one.description, people, one.covariates, seed);
  for (const SimulatedSet& set : one.later)
    sets_.emplace_back(set.description, people, set.covariates, seed);
}

std::vector<double> CaseDraws::typical() const {
  std::vector<double> all;
  for (const ParameterDraws& set : sets_)
    for (const double value : set.typical()) all.push_back(value);
  return all;
}

void CaseDraws::put(Draw draw, std::uint32_t i, std::span<double> into) const {
  auto to = into.begin();
  for (const ParameterDraws& set : sets_) {
    const std::vector<double> values = (set.*draw)(i);
    to = std::copy(values.begin(), values.end(), to);
  }
}

PharmModel case_model(const ModelFile& file, const SimulatedCase& one) {
  ModelFile changed = file;
  changed.description = one.description;
  return bind_model_file(changed);
}

Course case_course(const PharmModel& model, const SimulatedCase& one, std::span<const double> sets,
                   std::span<const double> times_h, const SimulateOptions& how) {
  const ParameterSchedule& schedule = one.carried.schedule;
  if (schedule.changes.empty()) return simulate(model, sets, one.doses, times_h, how);
  return simulate_changing(model, sets, schedule, one.doses, times_h, how);
}

Population case_population(const SimulatedCase& one, std::ptrdiff_t n) {
  return {.n = n,
          .doses = one.doses,
          .schedule = one.carried.schedule,
          .n_sets = static_cast<int>(one.later.size()) + 1};
}

}  // namespace entact
