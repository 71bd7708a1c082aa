#include "entact/answer/checkpoint.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <new>

#include "entact/base/error.h"
#include "entact/base/random.h"

namespace entact {
namespace {

namespace fs = std::filesystem;

std::string fresh(const std::string& name) {
  const fs::path folder = fs::path(testing::TempDir()) / "entact_checkpoint";
  fs::create_directories(folder);
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().starts_with(name)) fs::remove(entry.path());
  return (folder / name).string();
}

/// Three numbers of the replicate's own stream, one of them no number; counts what it computes.
Replicates counted(std::atomic<int>& count, const std::string& name = "run") {
  return {.name = name, .width = 3, .result = [&count](std::int64_t replicate) {
            RandomStream random({.seed = 9, .replicate = static_cast<std::uint32_t>(replicate)});
            const std::vector<double> values{random.normal(), std::nan(""), random.uniform()};
            ++count;
            return values;
          }};
}

double sum_of(const Replicates& run, std::int64_t n, int threads = 1) {
  double sum = 0;
  run_replicates(run, {0, n}, {.compute = on_threads(threads), .block = 16},
                 [&](std::int64_t, const std::vector<double>& r) { sum += r[0] / 3 + r[2]; });
  return sum;
}

TEST(Checkpoint, a_resumed_run_computes_only_what_is_missing) {
  const std::string file = fresh("missing");
  std::atomic<int> count = 0;
  const double whole = sum_of(counted(count), 100);
  count = 0;
  sum_of(Checkpoint(file, "f").around(counted(count)), 60, 2);
  EXPECT_EQ(count, 60);
  const Checkpoint again(file, "f");
  EXPECT_EQ(again.found(), 60);
  EXPECT_EQ(sum_of(again.around(counted(count)), 100, 2), whole);
  EXPECT_EQ(count, 100);
}

TEST(Checkpoint, runs_of_other_names_have_results_of_their_own) {
  const std::string file = fresh("names");
  std::atomic<int> count = 0;
  const Checkpoint store(file, "f");
  sum_of(store.around(counted(count, "a")), 5);
  sum_of(store.around(counted(count, "b")), 5);
  EXPECT_EQ(count, 10);
  EXPECT_EQ(Checkpoint(file, "f").found(), 10);
}

TEST(Checkpoint, what_was_torn_at_the_end_is_computed_again) {
  std::atomic<int> count = 0;
  const double whole = sum_of(counted(count), 10);
  for (const int torn : {1, 8, 30, 55}) {
    const std::string file = fresh("torn");
    sum_of(Checkpoint(file, "f").around(counted(count)), 10);
    fs::resize_file(file, fs::file_size(file) - static_cast<std::uintmax_t>(torn));
    count = 0;
    EXPECT_EQ(sum_of(Checkpoint(file, "f").around(counted(count)), 10), whole);
    EXPECT_EQ(count, 1) << torn;
    EXPECT_EQ(Checkpoint(file, "f").found(), 10);
  }
}

TEST(Checkpoint, a_torn_header_starts_anew) {
  const std::string file = fresh("header");
  std::ofstream(file) << "entact chec";
  std::atomic<int> count = 0;
  sum_of(Checkpoint(file, "f").around(counted(count)), 3);
  EXPECT_EQ(Checkpoint(file, "f").found(), 3);
}

TEST(Checkpoint, ranks_write_their_own_files_and_read_all) {
  const std::string file = fresh("ranks");
  std::atomic<int> count = 0;
  const auto some = [&](int rank, std::int64_t first) {
    const Replicates run = Checkpoint(file, "f", rank).around(counted(count));
    for (std::int64_t i = first; i < 12; i += 3) run.result(i);
  };
  for (const int rank : {0, 1, 2}) some(rank, rank);
  EXPECT_EQ(count, 12);
  EXPECT_EQ(Checkpoint(file, "f").found(), 12);
  EXPECT_EQ(Checkpoint(file, "f", 1).found(), 12);
}

// A process that is killed while it computes has lost at most the replicate it was at.
TEST(Checkpoint, kill_loses_only_the_replicate_in_flight) {
  const std::string file = fresh("kill");
  void* shared = mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto* count = new (shared) std::atomic<int>(0);
  const pid_t child = fork();
  if (child == 0) {
    sum_of(Checkpoint(file, "f").around(counted(*count)), 100'000'000);
    _exit(0);
  }
  ASSERT_GT(child, 0);
  while (*count < 200) usleep(100);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  const int computed = *count;
  const Checkpoint left(file, "f");
  EXPECT_GE(left.found(), computed - 1);
  EXPECT_LE(left.found(), computed);
  std::atomic<int> more = 0;
  const double resumed = sum_of(left.around(counted(more)), computed + 50);
  EXPECT_LE(more, 51);
  EXPECT_EQ(resumed, sum_of(counted(more), computed + 50));
  munmap(shared, sizeof(std::atomic<int>));
}

TEST(Checkpoint, refuses_files_of_other_runs) {
  const auto code = [](const std::string& file, const std::string& fingerprint) {
    try {
      const Checkpoint store(file, fingerprint);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string();
  };
  const std::string file = fresh("other");
  EXPECT_EQ(code(file, "seed 1"), "");
  EXPECT_EQ(code(file, "seed 2"), "answer.checkpoint.other");
  std::ofstream(file) << "a shopping list, which nobody wants to lose";
  EXPECT_EQ(code(file, "seed 1"), "answer.checkpoint.other");
  EXPECT_EQ(code(file + "/in/no/folder", "seed 1"), "answer.checkpoint.write");
}

}  // namespace
}  // namespace entact
