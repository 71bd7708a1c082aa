#pragma once

#include <functional>
#include <optional>
#include <string>

#include "entact/answer/answer.h"
#include "entact/answer/trial_run.h"

namespace entact {

/// What `entact trial` is asked.
struct TrialRequest {
  std::string file{};  ///< TRIAL.toml
  std::string data{};  ///< folder of the evidence base; empty: the usual places
  std::optional<std::uint64_t> seed{};
  std::optional<std::int64_t> replicates{};
  TrialMachinery machinery{};
  std::string checkpoint{};  ///< file that results are kept in; empty: none
  int rank = 0;              ///< of several processes that run this command together
};

/// Operating characteristics of a virtual trial, its sample size and its assurance where the file
/// asks for them, with a Document that compares designs and scenarios.
///
/// @throws as read_trial and Checkpoint; "answer.trial.replicates" (usage)
Answer trial_answer(const TrialRequest& request);

}  // namespace entact
