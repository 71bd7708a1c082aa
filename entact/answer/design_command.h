#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/trial/group_sequential.h"

namespace entact {

/// What `entact design` is asked.
struct DesignRequest {
  std::string measure = "means";       ///< means, proportions, mmrm
  std::optional<double> difference{};  ///< of means and mmrm
  std::vector<double> sd{1};           ///< one; of mmrm one, or one a visit
  std::optional<double> p1{}, p2{};    ///< of proportions
  double correlation = 0.5;            ///< of mmrm: between visits
  std::vector<double> retained{1};     ///< of mmrm: share still observed at each visit
  double alpha = 0.05, power = 0.9;
  int sides = 2;
  double ratio = 1;             ///< participants of arm 1 over those of arm 2
  double dropout = 0;           ///< share without an outcome; not of mmrm
  std::optional<double> n{};    ///< analysed in both arms: asks for the power instead
  std::vector<double> looks{};  ///< shares of the information; the last, 1, may be left out
  std::string efficacy = "obrien-fleming";
  double parameter = -4;   ///< of the bounds that have one
  std::string futility{};  ///< beta spending; empty: none
  double futility_parameter = -2;
  bool binding = false;
};

/// Sizes of a design, real numbers before rounding.
struct DesignResult {
  double fixed_n = 0;       ///< analysed in both arms with one look
  double n = 0;             ///< at the last look
  double enrol = 0;         ///< to enrol, with dropout
  long arm1 = 0, arm2 = 0;  ///< to enrol, whole
  double power = 0;
  std::optional<GroupSequentialDesign> looks{};
  SequentialBehaviour with_effect{}, without{};  ///< of the looks
};

/// @throws Error "answer.design.request" (usage) for a measure, bound or combination that is none;
///         as size_for_means(), size_for_proportions(), mmrm_size() and group_sequential()
DesignResult design_of(const DesignRequest& request);

/// Power of a trial with one look that analyses n participants.
double power_with(const DesignRequest& request, double n);

/// The command: sizes, and where there are looks their bounds, as JSON, text, CSV (a row a
/// look) and a page.
Answer design_answer(const DesignRequest& request);

}  // namespace entact
