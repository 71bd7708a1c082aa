#include "entact/io/row_stream.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include "entact/base/error.h"
#include "entact/io/csv.h"
#include "entact/io/duckdb.h"
#include "entact/io/file.h"
#include "entact/io/number.h"
#include "entact/io/parquet.h"

namespace entact {

namespace fs = std::filesystem;

/// Rows into files of the folder; `whole` says which of them is the table.
class RowStream::Format {
 public:
  virtual ~Format() = default;
  virtual void add(const Table& rows) = 0;
  virtual fs::path whole() = 0;
};

namespace {

constexpr std::size_t most_values = 1'000'000;  ///< that wait in memory

void append(Column& to, const Column& from) {
  std::visit(
      [&](auto& values) {
        const auto& more = std::get<std::decay_t<decltype(values)>>(from.values);
        values.insert(values.end(), more.begin(), more.end());
      },
      to.values);
}

void clear(Table& table) {
  for (Column& column : table.columns)
    std::visit([](auto& values) { values.clear(); }, column.values);
}

class ParquetRows : public RowStream::Format {
 public:
  ParquetRows(fs::path folder, Table columns)
      : folder_(std::move(folder)), waiting_(std::move(columns)) {}

  void add(const Table& rows) override {
    for (std::size_t k = 0; k < waiting_.columns.size(); ++k)
      append(waiting_.columns[k], rows.columns.at(k));
    if (waiting_.rows() * waiting_.columns.size() >= most_values) write_part();
  }

  fs::path whole() override {
    if (waiting_.rows() > 0 || n_parts_ == 0) write_part();
    if (n_parts_ == 1) return part(0);
    std::string parts;
    for (int k = 0; k < n_parts_; ++k) parts += (k == 0 ? "" : ", ") + sql_path(part(k).string());
    copy("(SELECT * FROM read_parquet([" + parts + "]))", folder_ / "whole.parquet");
    return folder_ / "whole.parquet";
  }

 private:
  [[nodiscard]] fs::path part(int k) const {
    return folder_ / ("part" + std::to_string(k) + ".parquet");
  }
  void copy(const std::string& from, const fs::path& to) {
    database_.run("COPY " + from + " TO " + sql_text(to.string()) +
                  " (FORMAT parquet, KV_METADATA {entact: " + sql_text(parquet_metadata(waiting_)) +
                  "})");
  }
  void write_part() {
    database_.add("dataset", waiting_);
    copy("dataset", part(n_parts_++));
    database_.run("DROP TABLE dataset");
    clear(waiting_);
  }

  fs::path folder_;
  Table waiting_;
  Database database_{};
  int n_parts_ = 0;
};

/// Numbers with the fewest digits that give them back.
class CsvRows : public RowStream::Format {
 public:
  CsvRows(const fs::path& folder, const Table& columns)
      : path_(folder / "whole.csv"), file_(path_, std::ios::binary) {
    for (std::size_t k = 0; k < columns.columns.size(); ++k) {
      const Column& column = columns.columns[k];
      put(k, column.unit.empty() ? column.name : column.name + " (" + column.unit + ")");
    }
    end_line();
    add(columns);
  }

  void add(const Table& rows) override {
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      for (std::size_t k = 0; k < rows.columns.size(); ++k) {
        const auto& values = rows.columns[k].values;
        if (const auto* numbers = std::get_if<std::vector<double>>(&values))
          put(k, (*numbers)[row]);
        else if (const auto* texts = std::get_if<std::vector<std::string>>(&values))
          put(k, (*texts)[row]);
        else
          put(k, to_text(std::get<std::vector<Date>>(values)[row]));
      }
      end_line();
    }
    file_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    text_.clear();
    if (!file_) refuse_to_write(path_, "the system takes no more");
  }

  fs::path whole() override {
    file_.close();
    if (!file_) refuse_to_write(path_, "the system takes no more");
    return path_;
  }

 private:
  void put(std::size_t k, double value) { put(k, number_text(value)); }
  void put(std::size_t k, const std::string& word) {
    if (k > 0) text_ += ',';
    text_ += csv_field(word);
  }
  void end_line() { text_ += '\n'; }

  fs::path path_;
  std::ofstream file_;
  std::string text_{};
};

/// A folder beside the path that nobody else has.
fs::path folder_beside(const fs::path& path) {
  std::error_code code;
  const fs::file_status there = fs::status(path, code);
  if (fs::exists(there) && !fs::is_regular_file(there))
    refuse_to_write(path, "it is no plain file");
  std::string name = path.string() + ".part-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr)
    refuse_to_write(path, std::generic_category().message(errno));
  return name;
}

/// So that a crash after the rename leaves no empty file.
void flush(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool flushed = file >= 0 && ::fsync(file) == 0;
  if (file >= 0) (void)::close(file);
  if (!flushed) refuse_to_write(path, std::generic_category().message(errno));
}

}  // namespace

RowStream::RowStream(fs::path path, Table columns) : path_(std::move(path)) {
  const std::string ending = path_.extension().string();
  require(ending == ".parquet" || ending == ".csv", "io.rows.format",
          path_.string() + ": rows are written as Parquet or CSV; end the name in .parquet or .csv",
          ErrorKind::usage);
  folder_ = folder_beside(path_);
  try {
    if (ending == ".csv")
      format_ = std::make_unique<CsvRows>(folder_, columns);
    else
      format_ = std::make_unique<ParquetRows>(folder_, std::move(columns));
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    throw;
  }
}

RowStream::~RowStream() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void RowStream::add(const Table& rows) { format_->add(rows); }

void RowStream::finish() {
  const fs::path whole = format_->whole();
  flush(whole);
  std::error_code code;
  fs::rename(whole, path_, code);
  if (code) refuse_to_write(path_, code.message());
  fs::remove_all(folder_, code);
}

}  // namespace entact
