#pragma once

#include <cstdint>
#include <vector>

#include "entact/answer/simulate_request.h"
#include "entact/pharm/ensemble.h"

namespace entact {

/// The parameters of a case's people: of each set that holds in its course, one after the other.
/// A person's deviations, and what is drawn for the unknown, are the same in all of them.
class CaseDraws {
 public:
  using Draw = std::vector<double> (ParameterDraws::*)(std::uint32_t) const;

  CaseDraws(const SimulatedCase& one, const PeopleModel& people, std::uint64_t seed);
  [[nodiscard]] std::vector<double> typical() const;
  /// @param into  length n_parameters for each set
  void put(Draw draw, std::uint32_t i, std::span<double> into) const;

 private:
  std::vector<ParameterDraws> sets_{};
};

/// The equations of a file under what a case sets.
PharmModel case_model(const ModelFile& file, const SimulatedCase& one);

/// The course of a case with these parameters, set after set.
Course case_course(const PharmModel& model, const SimulatedCase& one, std::span<const double> sets,
                   std::span<const double> times_h, const SimulateOptions& how);

/// n people who take what the case says, when their parameters change included; their parameters
/// are yet to be given.
Population case_population(const SimulatedCase& one, std::ptrdiff_t n);

}  // namespace entact
