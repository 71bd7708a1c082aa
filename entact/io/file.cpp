// Whole files in and out. POSIX calls, because the standard library can neither flush to disk nor
// say why a write failed.
#include "entact/io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "entact/base/error.h"

namespace entact {
namespace {

namespace fs = std::filesystem;

/// An open file; closed at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { (void)close(); }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool open() const { return number_ >= 0; }
  bool close() {
    const int number = std::exchange(number_, -1);
    return number < 0 || ::close(number) == 0;
  }

 private:
  int number_;
};

std::string reason(int code) { return std::generic_category().message(code); }

[[noreturn]] void refuse_read(const fs::path& path, int code) {
  throw Error("io.file.read", path.string() + ": the file cannot be read: " + reason(code));
}

[[noreturn]] void refuse_write(const fs::path& path, int code) {
  refuse_to_write(path, reason(code));
}

/// As write(2), until all is written; false with errno set if the system refuses.
bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(file, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

struct Temporary {
  Descriptor file;
  fs::path path{};
};

/// A new file beside `path` that nobody else has.
Temporary create_beside(const fs::path& path) {
  const std::string stem = path.string() + ".part-" + std::to_string(::getpid()) + "-";
  for (int k = 0; k < 1000; ++k) {
    const fs::path name = stem + std::to_string(k);
    Descriptor file(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file.open()) return {std::move(file), name};
    if (errno != EEXIST) refuse_write(path, errno);
  }
  refuse_write(path, EEXIST);
}

/// So that the rename itself survives a crash; not every file system offers it, so no error.
void flush_folder(const fs::path& folder) {
  const Descriptor open_folder(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (open_folder.open()) (void)::fsync(open_folder.number());
}

void write_directly(const fs::path& path, std::string_view bytes) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.open() || !write_all(file.number(), bytes) || !file.close()) refuse_write(path, errno);
}

void replace(const fs::path& path, std::string_view bytes) {
  Temporary temporary = create_beside(path);
  struct stat old {};
  const bool keep_mode = ::stat(path.c_str(), &old) == 0;
  const int file = temporary.file.number();
  const bool written = (!keep_mode || ::fchmod(file, old.st_mode & 07777U) == 0) &&
                       write_all(file, bytes) && ::fsync(file) == 0 && temporary.file.close() &&
                       ::rename(temporary.path.c_str(), path.c_str()) == 0;
  if (!written) {
    const int code = errno;
    (void)::unlink(temporary.path.c_str());
    refuse_write(path, code);
  }
  flush_folder(path.parent_path());
}

}  // namespace

void refuse_to_write(const fs::path& path, std::string_view reason) {
  throw Error("io.file.write", path.string() +
                                   ": the file cannot be written: " + std::string(reason) +
                                   ". Check the folder, its permissions and the space left");
}

std::string read_file(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open() && (errno == ENOENT || errno == ENOTDIR))
    throw Error("io.file.missing", path.string() + ": no such file. Check the spelling");
  struct stat info {};
  if (!file.open() || ::fstat(file.number(), &info) != 0) refuse_read(path, errno);
  if (S_ISDIR(info.st_mode))
    throw Error("io.file.directory", path.string() + ": a file is needed, this is a folder");
  std::string bytes(static_cast<std::size_t>(info.st_size) + 1, '\0');
  std::size_t size = 0;
  while (true) {
    if (size == bytes.size()) bytes.resize(size + 65536);
    const ssize_t got = ::read(file.number(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse_read(path, errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  std::error_code fault;
  const fs::file_status status = fs::status(path, fault);
  if (fs::exists(status) && !fs::is_regular_file(status)) return write_directly(path, bytes);
  const fs::path target = fs::is_symlink(path, fault) ? fs::weakly_canonical(path, fault) : path;
  replace(target.empty() ? path : target, bytes);
}

}  // namespace entact
