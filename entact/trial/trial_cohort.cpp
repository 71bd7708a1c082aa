#include "entact/trial/trial_cohort.h"

namespace entact {

TrialCohort cohort_of(const VirtualTrial& trial, const ConductedTrial& made, int first, int last,
                      const std::vector<char>& in) {
  TrialCohort cohort{.place = std::vector<int>(in.size(), -1), .n = std::vector<double>(in.size())};
  for (int i = first; i < last; ++i) ++cohort.n[static_cast<std::size_t>(made.arm[i])];
  cohort.trial.design = trial.design;
  cohort.trial.design.arms.clear();
  for (std::size_t a = 0; a < in.size(); ++a) {
    if (in[a] == 0 || cohort.n[a] == 0) continue;
    cohort.place[a] = static_cast<int>(cohort.trial.design.arms.size());
    cohort.trial.design.arms.push_back(trial.design.arms[a]);
  }
  for (int i = first; i < last; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const int place = cohort.place[static_cast<std::size_t>(made.arm[at])];
    if (place < 0) continue;
    cohort.made.people.push_back(made.people[at]);
    cohort.made.courses.push_back(made.courses[at]);
    cohort.made.arm.push_back(place);
  }
  return cohort;
}

std::vector<TrialAnswer> cohort_answers(const TrialCohort& cohort,
                                        const std::vector<TrialEstimand>& hypotheses,
                                        const std::vector<char>& wanted) {
  std::vector<TrialEstimand> there;
  std::vector<std::size_t> which;
  for (std::size_t h = 0; h < hypotheses.size(); ++h) {
    if (wanted[h] == 0) continue;
    TrialEstimand moved = hypotheses[h];
    bool whole = true;
    for (auto* arms : {&moved.treatment, &moved.control})
      for (int& arm : *arms) {
        arm = cohort.place[static_cast<std::size_t>(arm)];
        whole = whole && arm >= 0;
      }
    if (!whole) continue;
    there.push_back(moved);
    which.push_back(h);
  }
  std::vector<TrialAnswer> answers(hypotheses.size());
  if (there.empty()) return answers;
  const std::vector<TrialAnswer> found = analyse_trial(cohort.trial, cohort.made, there);
  for (std::size_t i = 0; i < which.size(); ++i) answers[which[i]] = found[i];
  return answers;
}

}  // namespace entact
