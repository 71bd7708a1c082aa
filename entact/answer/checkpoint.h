#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "entact/trial/replicates.h"

namespace entact {

/// A file that every replicate's result is written to as soon as it is there, so that a run that is
/// killed loses only the replicates in flight and goes on where it was.
///
/// One write a result, each with a checksum; what a kill has torn at the end is cut off. Reading it
/// back gives the doubles bit for bit, so a resumed answer is the same as an uninterrupted one.
/// Ranks of one run write files of their own beside it (`FILE.1`, ...) and read all of them, so
/// that a run may be resumed on another number of ranks.
///
/// @cost  a write of some hundred bytes a replicate; memory: the results read back
class Checkpoint {
 public:
  /// @param file         made if there is none
  /// @param fingerprint  one line that says of which run the results are: everything that they
  ///                     depend on beyond a run's name and a replicate's number
  /// @param rank         0 writes to `file`, others to `file.rank`
  /// @throws Error "answer.checkpoint.other" (usage) if the file is of another run, or none of
  /// ours;
  ///         "answer.checkpoint.write" if it cannot be written
  Checkpoint(const std::string& file, const std::string& fingerprint, int rank = 0);
  ~Checkpoint();
  Checkpoint(const Checkpoint&) = delete;
  Checkpoint& operator=(const Checkpoint&) = delete;

  /// Results that were in the file when it was opened.
  [[nodiscard]] std::int64_t found() const;

  /// The same run, whose results are read where the file has them, else computed and written.
  /// @throws (when a result is asked for) Error "answer.checkpoint.write"
  [[nodiscard]] Replicates around(const Replicates& run) const;

 private:
  class File;
  std::shared_ptr<File> file_;  // shared with the runs it was put around, which may outlive it
};

/// What TrialMachinery::wrap takes: runs that keep their results in this file; empty without a
/// name.
/// @param fingerprint  of what the results depend on beside the program's version
/// @throws as Checkpoint()
std::function<Replicates(const Replicates&)> kept_in(const std::string& file,
                                                     const std::string& fingerprint, int rank);

}  // namespace entact
