#include "entact/answer/trial_command.h"

#include <fmt/format.h>

#include "entact/answer/checkpoint.h"
#include "entact/answer/opened_evidence.h"
#include "entact/answer/trial_conclusion.h"
#include "entact/answer/trial_document.h"
#include "entact/answer/trial_exposure.h"
#include "entact/answer/trial_numbers.h"
#include "entact/base/error.h"

namespace entact {
namespace {

std::vector<std::string> reservations_of(const TrialFile& file, const TrialOutcome& outcome) {
  std::vector<std::string> notes;
  if (file.truth.exposure) notes.push_back(exposure_words(*file.truth.exposure));
  for (const TrialCaseResult& one : outcome.cases)
    for (const EstimandCharacteristics& e : one.found.estimands)
      if (e.failed + e.reserved > 0)
        notes.push_back(fmt::format(
            "{}, {}: of {} replicates {} have no answer and {} a fit that did not converge; the "
            "former count as not rejecting. Rerun one with --rerun {}",
            case_words(file, one.setup), e.id, one.found.replicates, e.failed, e.reserved,
            one.found.failed.empty() ? 0 : one.found.failed.front()));
  return notes;
}

/// Results in a file are those of one program, trial file and seed.
TrialMachinery with_checkpoint(const TrialRequest& request, const TrialFile& file) {
  TrialMachinery machinery = request.machinery;
  if (!request.checkpoint.empty())
    machinery.wrap = kept_in(request.checkpoint,
                             fmt::format("trial {} seed {}", file.sha256, file.seed), request.rank);
  return machinery;
}

}  // namespace

Answer trial_answer(const TrialRequest& request) {
  TrialFile file = read_trial(request.file, request.data);
  if (request.seed) file.seed = *request.seed;
  if (request.replicates) {
    require(*request.replicates >= 2, "answer.trial.replicates",
            fmt::format("--replicates: at least 2; saw {}", *request.replicates), ErrorKind::usage);
    file.replicates = *request.replicates;
    file.precision = 0;
  }
  join_exposures(file);
  std::string evidence;
  if (file.conclusion) {
    const OpenedEvidence opened = open_evidence(request.data);
    join_published(file, opened.base);
    evidence = opened.base.sha256;
  }
  std::vector<InputFile> inputs{{file.path.filename().string(), file.sha256}};
  if (file.assurance && !file.assurance->from.empty())
    inputs.push_back({file.assurance->from, file.assurance->sha256});
  const TrialOutcome outcome = run_trial(file, with_checkpoint(request, file));
  return {.result_json = trial_json(file, outcome),
          .text = trial_text(file, outcome),
          .csv = trial_csv(file, outcome),
          .reservations = reservations_of(file, outcome),
          .inputs = inputs,
          .evidence_sha256 = evidence,
          .document = trial_document(file, outcome)};
}

}  // namespace entact
