#pragma once

#include <memory>

#include "entact/trial/replicates.h"

namespace entact::cli {

/// The processes that run one command together. Every rank runs the whole command and so comes to
/// every decision by itself, from the same results; a block of replicates is shared out among them
/// and its results go to all. Only rank 0 prints.
///
/// Two files define it: ranks_one.cpp for `entact`, ranks_mpi.cpp for `entact-mpi`.
class Ranks {
 public:
  /// `entact` started by mpirun becomes the `entact-mpi` beside it, if there is one.
  /// @throws Error "cli.ranks.none" (usage) if there is none
  Ranks(int& argc, char**& argv);
  ~Ranks();
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  /// The last thing that a rank does, with its exit code and after it has told of its error: an
  /// error that all ranks have met ends all of them together, one of a single rank ends the others.
  void part(int code) const;

  [[nodiscard]] int rank() const;
  [[nodiscard]] int size() const;
  /// Blocks shared out by replicate number, on this many threads a rank.
  /// The first replicate that throws ends the block on all ranks with its error.
  [[nodiscard]] ComputeBlock compute(int threads) const;
};

}  // namespace entact::cli
