#pragma once

#include <cstdint>
#include <vector>

#include "entact/base/parallel.h"

namespace entact {

/// How one simulated trial ended; a part of the simulators.
struct SimulatedStop {
  std::size_t look = 0;  ///< from 0
  int side = 0;          ///< 1 rejects for the upper side, -1 for the lower, 0 not
  double size = 0;
};

/// Counts of many ends. Merged in the order of blocks, the sums are the same on any number of
/// threads.
struct SimulationTally {
  explicit SimulationTally(std::size_t looks = 0) : upper(looks), lower(looks), none(looks) {}
  void add(const SimulatedStop& stop);
  void add(const SimulationTally& other);

  std::vector<std::int64_t> upper;
  std::vector<std::int64_t> lower;
  std::vector<std::int64_t> none;
  std::int64_t replicates = 0;
  double size = 0;
  double size_squared = 0;
};

/// Runs body(first, count) over blocks of 4096 replicates and gives the results in order.
template <class Result, class Body>
std::vector<Result> in_blocks(std::int64_t replicates, int threads, Body&& body) {
  constexpr std::int64_t block = 4096;
  const std::int64_t blocks = (replicates + block - 1) / block;
  std::vector<Result> results(static_cast<std::size_t>(blocks));
  parallel_for(blocks, threads, [&](std::ptrdiff_t b) {
    const std::int64_t first = b * block;
    const std::int64_t count = replicates - first < block ? replicates - first : block;
    results[static_cast<std::size_t>(b)] = body(first, count);
  });
  return results;
}

}  // namespace entact
