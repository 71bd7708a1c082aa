// The one file that includes MPI. Results are gathered and put into replicate order, never reduced
// by MPI, so that sums do not depend on how many ranks there are.
#include <mpi.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "entact/base/error.h"
#include "ranks.h"

namespace entact::cli {
namespace {

constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();

int rank_of() {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int size_of() {
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}

/// What a rank met on its share of a block: values one after the other, or a fault.
struct Share {
  std::vector<double> values{};
  std::int64_t failed = none;  ///< the rank's number, if it has a fault
  std::string code{}, message{};
  int kind = -1;  ///< of an Error; -1: any other exception
};

std::int64_t share_size(std::int64_t count, int rank, int size) {
  return rank < count ? (count - rank - 1) / size + 1 : 0;
}

/// This rank's replicates of the range: every size-th.
Share own_share(const Replicates& run, ReplicateRange range, int threads) {
  const int rank = rank_of(), size = size_of();
  Share share;
  try {
    Replicates mine = run;
    mine.result = [&](std::int64_t j) { return run.result(range.first + rank + j * size); };
    const auto results = on_threads(threads)(mine, {0, share_size(range.count, rank, size)});
    for (const std::vector<double>& result : results) {
      require(static_cast<std::int64_t>(result.size()) == run.width, "trial.replicates.width",
              "a replicate of run '" + run.name + "' must give " + std::to_string(run.width) +
                  " values; saw " + std::to_string(result.size()));
      share.values.insert(share.values.end(), result.begin(), result.end());
    }
  } catch (const Error& error) {
    share = {.failed = rank, .code = error.code(), .message = error.what()};
    share.kind = static_cast<int>(error.kind());
  } catch (const std::exception& error) {
    share = {.failed = rank, .message = error.what()};
  }
  return share;
}

std::string from_rank(std::string text, int root) {
  int length = static_cast<int>(text.size());
  MPI_Bcast(&length, 1, MPI_INT, root, MPI_COMM_WORLD);
  text.resize(static_cast<std::size_t>(length));
  MPI_Bcast(text.data(), length, MPI_CHAR, root, MPI_COMM_WORLD);
  return text;
}

/// If any rank has a fault, all throw that of the lowest.
void agree(const Share& share) {
  std::int64_t first = none;
  MPI_Allreduce(&share.failed, &first, 1, MPI_INT64_T, MPI_MIN, MPI_COMM_WORLD);
  if (first == none) return;
  const int root = static_cast<int>(first);
  int kind = share.kind;
  MPI_Bcast(&kind, 1, MPI_INT, root, MPI_COMM_WORLD);
  const std::string code = from_rank(share.code, root), message = from_rank(share.message, root);
  if (kind >= 0) throw Error(code, message, static_cast<ErrorKind>(kind));
  throw std::runtime_error(message);
}

std::vector<std::vector<double>> compute_together(const Replicates& run, ReplicateRange range,
                                                  int threads) {
  const int size = size_of();
  const Share share = own_share(run, range, threads);
  agree(share);
  std::vector<int> counts, places;
  int before = 0;
  for (int r = 0; r < size; ++r) {
    counts.push_back(static_cast<int>(share_size(range.count, r, size) * run.width));
    places.push_back(before);
    before += counts.back();
  }
  std::vector<double> all(static_cast<std::size_t>(before));
  MPI_Allgatherv(share.values.data(), static_cast<int>(share.values.size()), MPI_DOUBLE, all.data(),
                 counts.data(), places.data(), MPI_DOUBLE, MPI_COMM_WORLD);
  std::vector<std::vector<double>> results;
  for (std::int64_t i = 0; i < range.count; ++i) {
    const auto from =
        all.begin() + places[static_cast<std::size_t>(i % size)] + i / size * run.width;
    results.emplace_back(from, from + run.width);
  }
  return results;
}

/// Have all ranks come to their end? Rank 0, which has told of the error, waits a second for the
/// others; they give it time to tell.
bool all_end() {
  constexpr int tag = 1;
  std::vector<MPI_Request> open;
  for (int other = 0; other < size_of(); ++other) {
    if (other == rank_of()) continue;
    MPI_Isend(nullptr, 0, MPI_INT, other, tag, MPI_COMM_WORLD, &open.emplace_back());
    MPI_Irecv(nullptr, 0, MPI_INT, other, tag, MPI_COMM_WORLD, &open.emplace_back());
  }
  const int tries = rank_of() == 0 ? 100 : 1500;
  int all = 0;
  for (int i = 0; i < tries && all == 0; ++i) {
    MPI_Testall(static_cast<int>(open.size()), open.data(), &all, MPI_STATUSES_IGNORE);
    if (all == 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return all != 0;
}

}  // namespace

Ranks::Ranks(int& argc, char**& argv) {
  int threads = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &threads);
  if (rank_of() == 0) return;
  // The others know all that rank 0 knows, and say nothing.
  if (std::freopen("/dev/null", "w", stdout) == nullptr) MPI_Abort(MPI_COMM_WORLD, 1);
  if (std::freopen("/dev/null", "w", stderr) == nullptr) MPI_Abort(MPI_COMM_WORLD, 1);
}

Ranks::~Ranks() { MPI_Finalize(); }

/// An error of a single rank, whose disk is full say, must not leave the others waiting for it.
void Ranks::part(int code) const {
  if (code != 0 && !all_end()) MPI_Abort(MPI_COMM_WORLD, code);
}

int Ranks::rank() const { return rank_of(); }

int Ranks::size() const { return size_of(); }

ComputeBlock Ranks::compute(int threads) const {
  return [threads](const Replicates& run, ReplicateRange range) {
    return compute_together(run, range, threads);
  };
}

}  // namespace entact::cli
