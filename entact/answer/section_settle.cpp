// What would settle it: the designs of the shipped virtual trial, compared.
#include "entact/answer/sections.h"
#include "entact/answer/trial_conclusion.h"
#include "entact/answer/trial_document.h"
#include "entact/answer/trial_exposure.h"
#include "entact/answer/trial_run.h"

namespace entact {

Section settle_section(DocumentBuilder& builder, const Findings& findings) {
  constexpr const char* trial = "mapp3";
  TrialFile file = read_trial(find_trial_file(trial, findings.options.models));
  file.replicates = 100;  // a case: its Monte Carlo errors are shown
  file.precision = 0;
  join_exposures(file);
  join_published(file, *findings.base);
  const TrialOutcome outcome = run_trial(file, {.compute = on_threads(0)});
  return trial_comparison_section(
      builder,
      {file, outcome, "entact trial " + std::string(trial) + " --replicates 100 --format json"});
}

}  // namespace entact
