#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "entact/trial/course.h"

namespace entact {

/// How an estimand treats an intercurrent event (ICH E9(R1)).
enum class Strategy { treatment_policy, hypothetical, composite, while_on_treatment };

enum class TrialMethod {
  mmrm,              ///< unstructured, REML, Kenward-Roger; baseline as covariate
  ancova,            ///< observed change at the visit, baseline as covariate
  responders,        ///< difference of proportions, Newcombe's interval, score test
  jump_to_reference  ///< conditional-mean imputation from the control arm, jackknife
};

/// Who has responded: a fall of the score by so much, or to at most so much.
struct TrialResponse {
  double fall = 10;
  bool percent = false;             ///< fall is a percentage of the baseline
  std::optional<double> at_most{};  ///< instead: the score itself
  bool loses_diagnosis = false;     ///< instead: of the design's items, met at baseline only
};

/// Whom an estimand with a subgroup is about.
enum class Among {
  everyone,
  members,     ///< those who belong to the subgroup
  others,      ///< those who do not
  difference,  ///< the members' effect less that of the others; mmrm and ancova
};

/// What is to be estimated, and how.
struct TrialEstimand {
  std::string id{"primary"};
  std::vector<int> treatment{0}, control{1};  ///< arms; the mean over several
  int visit = 0;                              ///< index
  TrialMethod method = TrialMethod::mmrm;
  TrialResponse response{};
  bool missing_fails = true;  ///< a participant not seen has not responded; else left out
  Strategy stopping = Strategy::hypothetical;
  std::vector<Strategy> events{};  ///< by event; empty: treatment policy
  double failure = 0;              ///< change that stands for failure under `composite`
  /// The value wanted is that had nobody's beliefs mattered; false: beliefs are part of treatment.
  bool without_beliefs = true;
  bool baseline_by_visit = false;  ///< mmrm: a slope of the baseline at each visit
  Among among = Among::everyone;   ///< not of jump to reference
  int subgroup = 0;                ///< index in the truth
};

inline bool has_arm(const std::vector<int>& arms, int arm) {
  return std::find(arms.begin(), arms.end(), arm) != arms.end();
}

/// Is the participant one of those whom the estimand is about? Of a difference all are.
bool concerns(const TrialEstimand& estimand, const Participant& person);

/// Is the outcome a proportion?
bool counts_responders(const TrialEstimand& estimand);

bool responds(const TrialResponse& rule, double baseline, double score);

/// The same of a participant at a visit, by the items where the rule asks for a diagnosis.
/// @throws Error "trial.design.items" if it does and the design has no items
bool responds(const TrialResponse& rule, const TrialDesign& design, const Participant& person,
              int visit, double score);

/// One participant's potential outcome in an arm: the change from baseline, or 1 for response.
double potential_outcome(const VirtualTrial& trial, const Surroundings& around,
                         const Participant& person, int arm, const TrialEstimand& estimand);

/// The outcomes of a participant as the estimand lets them into the analysis: by visit, the score,
/// NaN where missing.
std::vector<double> analysed_scores(const TrialCourse& course, double baseline,
                                    const TrialEstimand& estimand);

/// A number known up to simulation.
struct SimulatedValue {
  double value = 0;
  double mc_se = 0;
};

/// The true value of an estimand: mean difference between potential outcomes of the same people, in
/// the treatment arms and in the control arms. With a prior for the effect it is its mean.
///
/// @param people  how many; drawn as replicates 2^31 + i / 1000 of the seed, so never those of a
///                trial
SimulatedValue true_value(const VirtualTrial& trial, const TrialEstimand& estimand,
                          std::uint64_t seed, int people = 20000);

}  // namespace entact
