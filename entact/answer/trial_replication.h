#pragma once

#include <cstdint>
#include <string>

#include "entact/answer/answer.h"
#include "entact/answer/trial_run.h"

namespace entact {

/// What `entact trial --replicate STUDY` is asked.
struct ReplicationRequest {
  std::string study{};  ///< MAPP1, MAPP2
  std::string data{};   ///< folder of the evidence base; empty: the usual places
  std::int64_t replicates = 2000;
  std::uint64_t seed = 1;
  TrialMachinery machinery{};
  std::string checkpoint{};  ///< file that keeps the results; empty: none
  int rank = 0;              ///< of several processes that share the work
};

/// A published trial simulated from part of what it published, beside the rest.
/// @throws as open_evidence and replicate_trial
Answer replication_answer(const ReplicationRequest& request);

}  // namespace entact
