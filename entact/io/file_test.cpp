#include "entact/io/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "entact/base/error.h"

namespace entact {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for every test.
class File : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder = fs::path(testing::TempDir()) / ("entact-file-" + name);
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  void TearDown() override { fs::remove_all(folder); }
  [[nodiscard]] std::ptrdiff_t entries() const {
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
  }
  fs::path folder{};
};

std::string code_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST_F(File, reads_back_every_byte_it_wrote) {
  std::string bytes;
  for (int k = 0; k < 300000; ++k) bytes += static_cast<char>(k % 256);
  for (const std::string& content : {bytes, std::string(), std::string("x")}) {
    write_file_atomically(folder / "a", content);
    EXPECT_EQ(read_file(folder / "a"), content);
  }
  EXPECT_EQ(entries(), 1);
}

TEST_F(File, reads_files_whose_size_the_system_does_not_tell) {
  EXPECT_FALSE(read_file("/proc/self/status").empty());
}

TEST_F(File, refuses_to_read_what_is_missing_a_folder_or_unreadable) {
  EXPECT_EQ(code_of([&] { (void)read_file(folder / "none"); }), "io.file.missing");
  write_file_atomically(folder / "a", "x");
  EXPECT_EQ(code_of([&] { (void)read_file(folder / "a" / "b"); }), "io.file.missing");
  EXPECT_EQ(code_of([&] { (void)read_file(folder); }), "io.file.directory");
  EXPECT_EQ(code_of([&] { (void)read_file("/proc/self/mem"); }), "io.file.read");
}

TEST_F(File, keeps_permissions_and_follows_links) {
  write_file_atomically(folder / "a", "old");
  fs::permissions(folder / "a", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("a", folder / "link");
  write_file_atomically(folder / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(read_file(folder / "a"), "new");
  EXPECT_EQ(fs::status(folder / "a").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(File, refuses_to_write_without_a_folder_or_over_one) {
  EXPECT_EQ(code_of([&] { write_file_atomically(folder / "no" / "a", "x"); }), "io.file.write");
  EXPECT_EQ(code_of([&] { write_file_atomically(folder, "x"); }), "io.file.write");
  EXPECT_EQ(entries(), 0);
}

// A pipe of the test's own stands for terminals and devices: a fault here must not replace those.
TEST_F(File, writes_directly_to_what_is_no_file) {
  const fs::path pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  write_file_atomically(pipe, "x");
  char got = 0;
  EXPECT_EQ(read(reader, &got, 1), 1);
  close(reader);
  EXPECT_EQ(got, 'x');
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_EQ(entries(), 1);
}

// The size limit of the process stands for the full disk: write(2) takes a part, then fails.
TEST_F(File, leaves_the_old_file_and_no_temporary_when_the_write_fails) {
  write_file_atomically(folder / "a", "old");
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit tight{.rlim_cur = 1000, .rlim_max = limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  const std::string code =
      code_of([&] { write_file_atomically(folder / "a", std::string(5000, 'x')); });
  setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(code, "io.file.write");
  EXPECT_EQ(read_file(folder / "a"), "old");
  EXPECT_EQ(entries(), 1);
}

}  // namespace
}  // namespace entact
