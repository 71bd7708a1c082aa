#include "entact/trial/replicates.h"

#include <algorithm>

#include "entact/base/error.h"
#include "entact/base/parallel.h"

namespace entact {

ComputeBlock on_threads(int threads) {
  return [threads](const Replicates& run, ReplicateRange range) {
    std::vector<std::vector<double>> results(static_cast<std::size_t>(range.count));
    parallel_for(range.count, threads, [&](std::ptrdiff_t i) {
      results[static_cast<std::size_t>(i)] = run.result(range.first + i);
    });
    return results;
  };
}

std::int64_t run_replicates(
    const Replicates& run, ReplicateRange range, const ReplicateOptions& how,
    const std::function<void(std::int64_t replicate, const std::vector<double>& result)>& take) {
  std::int64_t done = 0;
  while (done < range.count) {
    const ReplicateRange block{range.first + done, std::min(how.block, range.count - done)};
    const std::vector<std::vector<double>> results = how.compute(run, block);
    for (const std::vector<double>& result : results) {
      require(static_cast<std::int64_t>(result.size()) == run.width, "trial.replicates.width",
              "replicate " + std::to_string(range.first + done) + " of run '" + run.name +
                  "' must give " + std::to_string(run.width) + " values; saw " +
                  std::to_string(result.size()));
      take(range.first + done, result);
      ++done;
    }
    if (how.progress && !how.progress(done)) break;
  }
  return done;
}

}  // namespace entact
