#pragma once

#include <cstdint>
#include <string>

#include "entact/answer/trial_command.h"

namespace entact {

/// One replicate of one case again, exactly.
struct RerunRequest {
  TrialRequest trial{};
  std::int64_t replicate = 0;
  std::int64_t at = 0;        ///< the case, in the order of the result
  std::string folder{};       ///< for its datasets; empty: not written
  std::string format{"csv"};  ///< ending of the files
  bool items = false;         ///< answers to the instrument's items too
  std::string data{};         ///< evidence base, for the items
};

/// What that replicate's analyses said, with adsl, adqs, adae and items written to the folder.
///
/// @throws as read_trial and write_dataset; "answer.trial.rerun" (usage) if there is no such case
///         or the replicate's number is negative; "answer.trial.items" if the design names no
///         instrument or has scores that are not whole; "answer.trial.folder" if it cannot be made
Answer rerun_answer(const RerunRequest& request);

}  // namespace entact
