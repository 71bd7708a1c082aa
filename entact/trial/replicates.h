#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace entact {

/// A simulation as what it is: a pure function of the replicate's number. Threads, ranks, a
/// checkpoint and the rerun of one replicate are different callers of the same function, so none
/// of them can change an answer.
///
/// A replicate that fails (a fit that does not converge) says so in its values; what it throws is
/// a fault of the run and ends it.
struct Replicates {
  std::string name{};  ///< of the run within a command; a checkpoint finds its results by it
  std::int64_t width = 0;
  std::function<std::vector<double>(std::int64_t replicate)> result{};  ///< length width, pure
};

/// Replicates first .. first + count - 1.
struct ReplicateRange {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

/// How a block is computed: all its results in replicate order. Who computes which is its own.
using ComputeBlock =
    std::function<std::vector<std::vector<double>>(const Replicates& run, ReplicateRange range)>;

/// On the threads of this machine.
/// @param threads  as parallel_for()
ComputeBlock on_threads(int threads);

struct ReplicateOptions {
  ComputeBlock compute = on_threads(1);
  std::int64_t block = 256;  ///< results in memory at once
  /// Hears after each block how many of the range are done; false: stop here.
  std::function<bool(std::int64_t done)> progress{};
};

/// Runs the replicates of a range block by block and hands each result to `take`, in order, on the
/// calling thread. Sums taken there are the same for any number of threads or ranks.
///
/// @return how many were handed on: range.count unless `progress` stopped
/// @throws Error "trial.replicates.width" if a result is not of the run's width; what the first
///         failing replicate of a block threw
/// @cost   memory O(block x width), whatever the count
std::int64_t run_replicates(
    const Replicates& run, ReplicateRange range, const ReplicateOptions& how,
    const std::function<void(std::int64_t replicate, const std::vector<double>& result)>& take);

}  // namespace entact
