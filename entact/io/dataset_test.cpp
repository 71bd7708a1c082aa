// Round trips over made tables: what a writer takes, its reader gives back, bit for bit.
#include "entact/io/dataset.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "entact/io/file.h"

namespace entact {
namespace {

namespace fs = std::filesystem;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// What a format can hold.
struct Format {
  const char* extension;
  bool any_name;       ///< else 8 letters and digits
  bool any_text;       ///< else 200 bytes, no blank at the end
  bool any_number;     ///< else the range of IBM numbers, without -0
  bool partial_dates;  ///< else whole days, and dates have a format
  bool units;
  std::uint64_t tables;  ///< how many to try; each costs a flush to disk, Parquet 60 ms more
};

constexpr Format formats[] = {
    {".csv", true, true, true, true, true, 40},    {".parquet", true, true, true, true, true, 12},
    {".json", true, true, true, false, false, 40}, {".ndjson", true, true, true, false, false, 40},
    {".dsjc", true, true, true, false, false, 40}, {".xpt", false, false, false, false, false, 40}};

/// Tables made from a seed.
class Maker {
 public:
  Maker(std::uint64_t seed, const Format& format) : random_(seed), format_(format) {}

  Table table() {
    Table table;
    const std::size_t width = 1 + below(6);
    const std::size_t rows = below(4) == 0 ? 0 : 1 + below(40);
    for (std::size_t k = 0; k < width; ++k) table.add(column(k, rows));
    if (!format_.any_text && rows > 0)  // a last row of blanks only is no row in XPORT
      table.add({.name = "LAST", .values = std::vector<double>(rows, 1.0)});
    return table;
  }

 private:
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }

  Column column(std::size_t place, std::size_t rows) {
    Column column;
    column.name = "V" + std::to_string(place);
    if (format_.any_name) column.name += words_[below(std::size(words_))];
    column.label = below(2) == 0 ? "" : "Label " + std::to_string(below(100)) + " \xC3\xA4\"',";
    if (format_.units && below(2) == 0) column.unit = "mg/\xC2\xB5L";
    const std::size_t kind = below(4);
    if (kind == 0) {
      column.values = filled<double>(rows, [&] { return number(); });
      if (below(2) == 0) column.format = "8.2";
    } else if (kind == 1) {
      column.values = filled<std::string>(rows, [&] { return text(); });
    } else if (kind == 2) {
      column.values = filled<Date>(rows, [&] { return date(); });
      if (!format_.partial_dates || below(2) == 0) column.format = "YYMMDD10.";
    } else {
      column.values = filled<std::string>(rows, [&] { return datetime(); });
      column.format = "DATETIME20.";
    }
    return column;
  }

  template <typename T, typename Make>
  std::vector<T> filled(std::size_t rows, Make make) {
    std::vector<T> values;
    const std::size_t absent = below(5);  // 0: all missing
    for (std::size_t k = 0; k < rows; ++k)
      values.push_back(absent == 0 || below(4) == 0 ? none<T>() : make());
    return values;
  }
  template <typename T>
  static T none() {
    if constexpr (std::is_same_v<T, double>)
      return missing;
    else
      return T{};
  }

  double number() {
    switch (below(4)) {
      case 0:
        return static_cast<double>(below(1000)) - 500.0;
      case 1:
        return static_cast<double>(below(100000)) / 1000.0;
      case 2:
        return format_.any_number ? extremes_[below(std::size(extremes_))] : 9007199254740993.0;
      default:
        return bits();
    }
  }
  double bits() {
    while (true) {
      const double value = std::bit_cast<double>(random_());
      const double size = std::fabs(value);
      if (format_.any_number ? std::isfinite(value)
                             : size >= std::ldexp(1.0, -260) && size < std::ldexp(1.0, 249))
        return value;
    }
  }
  std::string text() {
    const std::size_t kind = below(format_.any_text ? 4 : 3);
    if (kind == 0) return std::to_string(below(100));                   // looks like a number
    if (kind == 1) return "2018-11-" + std::to_string(10 + below(20));  // looks like a date
    std::string out;
    const std::size_t parts = kind == 3 ? below(400) : 1 + below(8);
    for (std::size_t k = 0; k < parts; ++k) out += words_[below(std::size(words_))];
    return format_.any_text ? out : out + "x";
  }
  Date date() {
    Date date{1 + static_cast<int>(below(9999)), 1 + static_cast<int>(below(12)),
              1 + static_cast<int>(below(28))};
    if (format_.partial_dates && below(3) == 0) date.day = 0;
    if (format_.partial_dates && below(5) == 0) date.month = date.day = 0;
    return date;
  }
  std::string datetime() {
    return "20" + std::to_string(10 + below(90)) + "-02-" + std::to_string(10 + below(18)) + "T1" +
           std::to_string(below(10)) + ":00:59";
  }

  static constexpr const char* words_[] = {"a",  "B c", "\xC3\x9C", "\xF0\x9F\x98\x80",
                                           "\"", ",",   "'",        "\\",
                                           ";",  "NA",  ".",        "007",
                                           "\n", "\r",  "\t",       "--",
                                           "%",  "null"};
  static constexpr double extremes_[] = {-0.0,
                                         0.0,
                                         std::numeric_limits<double>::max(),
                                         std::numeric_limits<double>::denorm_min(),
                                         std::numeric_limits<double>::min(),
                                         9007199254740993.0,
                                         -std::numeric_limits<double>::max(),
                                         0.1};
  std::mt19937_64 random_;
  const Format& format_;
};

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

void expect_same_values(const Column& a, const Column& b) {
  ASSERT_EQ(a.values.index(), b.values.index()) << a.name;
  ASSERT_EQ(a.size(), b.size()) << a.name;
  if (const auto* x = std::get_if<std::vector<double>>(&a.values)) {
    const auto& y = std::get<std::vector<double>>(b.values);
    for (std::size_t row = 0; row < x->size(); ++row)
      ASSERT_TRUE(same_bits((*x)[row], y[row])) << a.name << " " << (*x)[row] << " " << y[row];
  } else {
    ASSERT_TRUE(a.values == b.values) << a.name;
  }
}

void expect_same(const Table& a, const Table& b) {
  ASSERT_EQ(a.columns.size(), b.columns.size());
  for (std::size_t k = 0; k < a.columns.size(); ++k) {
    EXPECT_EQ(a.columns[k].name, b.columns[k].name);
    EXPECT_EQ(a.columns[k].unit, b.columns[k].unit);
    EXPECT_EQ(a.columns[k].label, b.columns[k].label);
    EXPECT_EQ(a.columns[k].format, b.columns[k].format);
    expect_same_values(a.columns[k], b.columns[k]);
  }
}

/// An empty folder; removed at the end of its scope.
class Folder {
 public:
  Folder() : path_(fs::path(testing::TempDir()) / ("entact-dataset-" + std::to_string(count_++))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] fs::path file(const std::string& name) const { return path_ / name; }
  [[nodiscard]] bool empty() const { return fs::is_empty(path_); }

 private:
  static inline int count_ = 0;
  fs::path path_;
};

Table small() {
  Table table;
  table.add({.name = "USUBJID", .values = std::vector<std::string>{"01-001", "01-002"}});
  table.add({.name = "AVAL", .unit = "points", .values = std::vector<double>{1.5, missing}});
  return table;
}

template <typename Work>
std::string refusal(Work work, ErrorKind kind = ErrorKind::input) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.code();
  }
  return "none";
}

TEST(Dataset, gives_back_every_table_that_it_writes_in_every_format) {
  const Folder folder;
  for (const Format& format : formats)
    for (std::uint64_t seed = 1; seed <= format.tables; ++seed) {
      SCOPED_TRACE(std::string(format.extension) + " " + std::to_string(seed));
      const fs::path path = folder.file("t" + std::string(format.extension));
      const Table table = Maker(seed, format).table();
      EXPECT_TRUE(write_dataset(path, table).empty());
      const Reading reading = read_dataset(path);
      EXPECT_TRUE(reading.issues.empty());
      expect_same(table, reading.table);
      if (HasFatalFailure()) return;
    }
}

TEST(Dataset, gives_the_same_table_from_every_format) {
  const Folder folder;
  const Table table = Maker(7, formats[5]).table();  // within the limits of XPORT
  for (const Format& format : formats) {
    const fs::path path = folder.file("same" + std::string(format.extension));
    (void)write_dataset(path, table);
    expect_same(table, read_dataset(path).table);
  }
}

TEST(Dataset, takes_the_format_from_the_extension_whatever_its_case) {
  const Folder folder;
  (void)write_dataset(folder.file("ADSL.XPT"), small());
  EXPECT_EQ(read_file(folder.file("ADSL.XPT")).substr(0, 20), "HEADER RECORD*******");
  EXPECT_EQ(read_dataset(folder.file("ADSL.XPT")).table.text("USUBJID")[1], "01-002");
}

TEST(Dataset, names_a_dataset_after_its_file) {
  const Folder folder;
  (void)write_dataset(folder.file("adsl.json"), small());
  EXPECT_NE(read_file(folder.file("adsl.json")).find("\"name\":\"ADSL\""), std::string::npos);
}

TEST(Dataset, warns_of_a_unit_that_the_format_has_no_place_for) {
  const Folder folder;
  for (const char* name : {"t.xpt", "t.json", "t.ndjson"}) {
    const std::vector<Issue> issues = write_dataset(folder.file(name), small());
    ASSERT_EQ(issues.size(), 1U) << name;
    EXPECT_EQ(issues[0].code, "io.dataset.unit");
    EXPECT_EQ(issues[0].name, "AVAL");
    EXPECT_EQ(issues[0].severity, Issue::Severity::warning);
  }
  EXPECT_TRUE(write_dataset(folder.file("t.parquet"), small()).empty());
}

TEST(Dataset, refuses_an_extension_that_it_does_not_know) {
  const Folder folder;
  write_file_atomically(folder.file("a.xlsx"), "x");
  for (const char* name : {"a.xlsx", "a", "a.txt"}) {
    EXPECT_EQ(refusal([&] { (void)read_dataset(folder.file(name)); }, ErrorKind::usage),
              "io.dataset.format");
    EXPECT_EQ(refusal([&] { (void)write_dataset(folder.file(name), small()); }, ErrorKind::usage),
              "io.dataset.format");
  }
  EXPECT_EQ(
      refusal([&] { (void)write_dataset(folder.file("a.sas7bdat"), small()); }, ErrorKind::usage),
      "io.dataset.format");
}

TEST(Dataset, refuses_an_absent_an_empty_and_a_random_file_in_every_format) {
  const Folder folder;
  std::string noise;
  std::mt19937_64 random(3);
  for (int k = 0; k < 5000; ++k) noise += static_cast<char>(random() & 0xFFU);
  for (const char* extension :
       {".csv", ".parquet", ".json", ".ndjson", ".dsjc", ".xpt", ".sas7bdat"}) {
    const fs::path path = folder.file("bad" + std::string(extension));
    EXPECT_EQ(refusal([&] { (void)read_dataset(path); }), "io.file.missing") << extension;
    write_file_atomically(path, "");
    const std::string empty = refusal([&] { (void)read_dataset(path); });
    EXPECT_EQ(empty.substr(empty.size() - 5), "empty") << extension;
    write_file_atomically(path, noise);
    EXPECT_NE(refusal([&] { (void)read_dataset(path); }), "none") << extension;
  }
}

TEST(Dataset, leaves_nothing_half_written) {
  const Folder folder;
  Table table = small();
  table.add({.name = "BAD", .values = std::vector<std::string>{"", "\xFF"}});
  for (const char* name : {"t.csv", "t.parquet", "t.xpt", "t.json"})
    EXPECT_EQ(refusal([&] { (void)write_dataset(folder.file(name), table); }), "io.dataset.text");
  EXPECT_TRUE(folder.empty());
  for (const char* name : {"none/t.csv", "none/t.parquet", "none/t.xpt", "none/t.json"})
    EXPECT_EQ(refusal([&] { (void)write_dataset(folder.file(name), small()); }), "io.file.write");
}

}  // namespace
}  // namespace entact
