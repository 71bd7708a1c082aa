// Layout: a line "entact checkpoint 1 FINGERPRINT", then records of 8-byte words in the machine's
// order: hash of the run's name, replicate, width, the values, checksum of all before it.
#include "entact/answer/checkpoint.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "entact/base/error.h"

namespace entact {
namespace {

using Words = std::vector<std::uint64_t>;

/// FNV-1a.
std::uint64_t hash_of(std::span<const unsigned char> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const unsigned char byte : bytes) hash = (hash ^ byte) * 0x100000001b3U;
  return hash;
}

std::uint64_t hash_of(const std::string& text) {
  return hash_of({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

std::uint64_t hash_of(std::span<const std::uint64_t> words) {
  return hash_of({reinterpret_cast<const unsigned char*>(words.data()), words.size_bytes()});
}

std::string rank_file(const std::string& file, int rank) {
  return rank == 0 ? file : file + "." + std::to_string(rank);
}

[[noreturn]] void other_run(const std::string& file, const std::string& what) {
  throw Error("answer.checkpoint.other",
              file + ": " + what + ". Name another file, or remove this one", ErrorKind::usage);
}

/// Reads the records that are whole, from behind the header; stops at the first that is not.
class Records {
 public:
  explicit Records(const std::string& file, std::uintmax_t behind)
      : in_(file, std::ios::binary), end_(behind) {
    in_.seekg(static_cast<std::streamoff>(behind));
  }
  /// The next record's words without the checksum; none at the end.
  std::optional<Words> next() {
    Words words(3);
    if (!read(words, 0) || words[2] > (1U << 24U)) return std::nullopt;
    words.resize(3 + static_cast<std::size_t>(words[2]) + 1);
    if (!read(words, 3)) return std::nullopt;
    const std::uint64_t sum = words.back();
    words.pop_back();
    if (hash_of(std::span<const std::uint64_t>(words)) != sum) return std::nullopt;
    end_ += (words.size() + 1) * sizeof(std::uint64_t);
    return words;
  }
  /// Where the last whole record ends.
  [[nodiscard]] std::uintmax_t end() const { return end_; }

 private:
  bool read(Words& words, std::size_t from) {
    const auto bytes = static_cast<std::streamsize>((words.size() - from) * sizeof(words[0]));
    in_.read(reinterpret_cast<char*>(words.data() + from), bytes);
    return in_.gcount() == bytes;
  }
  std::ifstream in_;
  std::uintmax_t end_;
};

}  // namespace

class Checkpoint::File {
 public:
  File(const std::string& file, const std::string& fingerprint, int rank)
      : header_("entact checkpoint 1 " + fingerprint + "\n"), own_(rank_file(file, rank)) {
    std::uintmax_t end = 0;
    for (int r = 0; r <= rank || std::filesystem::exists(rank_file(file, r)); ++r) {
      const std::uintmax_t read_to = read(rank_file(file, r));
      if (r == rank) end = read_to;
    }
    open_to_write(end);
  }
  ~File() { ::close(handle_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] std::int64_t found() const { return static_cast<std::int64_t>(known_.size()); }

  [[nodiscard]] const std::vector<double>* known(std::uint64_t run, std::int64_t replicate) const {
    const auto at = known_.find({run, replicate});
    return at == known_.end() ? nullptr : &at->second;
  }

  void write(std::uint64_t run, std::int64_t replicate, const std::vector<double>& result) {
    Words words{run, static_cast<std::uint64_t>(replicate), result.size()};
    for (const double value : result) words.push_back(std::bit_cast<std::uint64_t>(value));
    words.push_back(hash_of(std::span<const std::uint64_t>(words)));
    append(words.data(), words.size() * sizeof(words[0]));
  }

 private:
  /// Takes what a file has; gives where its last whole record ends, 0 without a header.
  std::uintmax_t read(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::string start(header_.size(), '\0');
    in.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(in.gcount()));
    if (start.size() < header_.size() && header_.starts_with(start)) return 0;
    if (start != header_)
      other_run(file, start.starts_with("entact checkpoint ")
                          ? "a checkpoint of another trial, seed or version"
                          : "no checkpoint");
    Records records(file, header_.size());
    while (const std::optional<Words> words = records.next()) {
      std::vector<double> values;
      for (std::size_t i = 3; i < words->size(); ++i)
        values.push_back(std::bit_cast<double>((*words)[i]));
      known_.insert_or_assign({(*words)[0], static_cast<std::int64_t>((*words)[1])},
                              std::move(values));
    }
    return records.end();
  }

  void open_to_write(std::uintmax_t end) {
    handle_ = ::open(own_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (handle_ < 0 || ::ftruncate(handle_, static_cast<off_t>(end)) != 0) cannot_write();
    if (end == 0) append(header_.data(), header_.size());
  }

  void append(const void* data, std::size_t bytes) {
    const std::lock_guard guard(lock_);
    if (::write(handle_, data, bytes) != static_cast<ssize_t>(bytes)) cannot_write();
  }

  [[noreturn]] void cannot_write() const {
    throw Error("answer.checkpoint.write", own_ + ": cannot be written: " + std::strerror(errno));
  }

  std::string header_, own_;
  std::map<std::pair<std::uint64_t, std::int64_t>, std::vector<double>> known_{};
  std::mutex lock_{};
  int handle_ = -1;
};

Checkpoint::Checkpoint(const std::string& file, const std::string& fingerprint, int rank)
    : file_(std::make_shared<File>(file, fingerprint, rank)) {}

Checkpoint::~Checkpoint() = default;

std::int64_t Checkpoint::found() const { return file_->found(); }

Replicates Checkpoint::around(const Replicates& run) const {
  const std::uint64_t name = hash_of(run.name + " " + std::to_string(run.width));
  return {.name = run.name,
          .width = run.width,
          .result = [file = file_, name, result = run.result](std::int64_t replicate) {
            if (const std::vector<double>* known = file->known(name, replicate)) return *known;
            std::vector<double> values = result(replicate);
            file->write(name, replicate, values);
            return values;
          }};
}

std::function<Replicates(const Replicates&)> kept_in(const std::string& file,
                                                     const std::string& fingerprint, int rank) {
  if (file.empty()) return {};
  const auto store = std::make_shared<Checkpoint>(  // shared with the function that uses it
      file, std::string("entact ") + ENTACT_VERSION + " " + fingerprint, rank);
  return [store](const Replicates& run) { return store->around(run); };
}

}  // namespace entact
