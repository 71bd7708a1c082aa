#pragma once

// Pieces that the measures of `entact adverse` share. For the adverse_*.cpp files alone.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "entact/answer/adverse_measures.h"
#include "entact/stats/summary.h"

namespace entact::measure {

/// One row of a BDS file that counts: of the safety population, with a parameter asked for.
struct Row {
  std::size_t row = 0;
  int participant = 0;
  std::string param{};
  std::string visit{};
};

/// A BDS file with its parameters and visits in order (AVISITN if there is one, else the file's).
struct File {
  StudyFile file{};
  std::vector<Row> rows{};
  std::vector<std::string> params{};
  std::map<std::string, std::string> labels{};  ///< PARAM of each PARAMCD
  std::vector<std::string> visits{};
  [[nodiscard]] int visit_index(const std::string& visit) const;
};

/// @param params  PARAMCD to take; empty: all
/// @throws as adverse_measures
File read(const std::string& path, const std::vector<std::string>& params,
          const SafetyPopulation& people);

/// Participants with something, of those at risk, in one arm against the reference.
struct Share {
  int with = 0;
  int n = 0;
};
/// n, with, share and its interval, difference and its interval; NaN for the reference.
std::vector<double> share_numbers(const std::vector<Share>& by_arm, std::size_t arm, int reference,
                                  const AdverseCompareOptions& how);
std::vector<MeasureTable::Field> share_fields(const std::string& with);

/// n, mean, sd, interval of the mean, difference of means and its interval.
std::vector<double> mean_numbers(const std::vector<Summary>& by_arm, std::size_t arm, int reference,
                                 double level);
std::vector<MeasureTable::Field> mean_fields(const std::string& of);

void add_vitals(AdverseMeasures& all, const AdverseRequest& request, const SafetyPopulation& people,
                int reference);
void add_shift(AdverseMeasures& all, const AdverseRequest& request, const SafetyPopulation& people,
               int reference);
void add_course(AdverseMeasures& all, const AdverseRequest& request, const SafetyPopulation& people,
                int reference);

}  // namespace entact::measure
