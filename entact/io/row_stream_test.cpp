#include "entact/io/row_stream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <iterator>

#include "entact/base/error.h"
#include "entact/io/file.h"
#include "entact/io/parquet.h"

namespace entact {
namespace {

namespace fs = std::filesystem;

/// A folder of one test; removed at the end of its scope.
struct Folder {
  fs::path path = fs::path(testing::TempDir()) / "entact-rows";
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  [[nodiscard]] std::ptrdiff_t entries() const {
    return std::distance(fs::directory_iterator(path), fs::directory_iterator());
  }
};

Table columns() {
  Table table;
  table.columns = {{.name = "case", .values = std::vector<std::string>()},
                   {.name = "t_h", .values = std::vector<double>()},
                   {.name = "amount", .unit = "mg", .values = std::vector<double>(), .label = "a"}};
  return table;
}

/// Rows first .. first + n - 1 of a table without end.
Table rows(std::size_t first, std::size_t n) {
  Table table = columns();
  for (std::size_t i = first; i < first + n; ++i) {
    const auto x = static_cast<double>(i);
    std::get<0>(table.columns[1].values).push_back(x / 4);
    std::get<0>(table.columns[2].values).push_back(i % 5 == 0 ? std::nan("") : std::sqrt(x));
    std::get<1>(table.columns[0].values).push_back(i % 2 == 0 ? "80@0, \"PM\"" : "80@0");
  }
  return table;
}

TEST(RowStream, reads_back_as_it_was_written_in_many_parts) {
  const Folder folder;
  const fs::path path = folder.path / "rows.parquet";
  RowStream stream(path, columns());
  const std::size_t n = 400'000;  // a part and a rest
  for (std::size_t first = 0; first < n; first += 80'000) stream.add(rows(first, 80'000));
  EXPECT_FALSE(fs::exists(path));
  stream.finish();
  const Table table = read_parquet(path).table;
  ASSERT_EQ(table.rows(), n);
  EXPECT_EQ(table.column("amount").unit, "mg");
  EXPECT_EQ(table.column("amount").label, "a");
  const Table truth = rows(0, n);
  EXPECT_EQ(table.text("case"), truth.text("case"));
  EXPECT_EQ(table.numbers("t_h"), truth.numbers("t_h"));
  for (std::size_t i = 0; i < n; ++i) {
    const double value = table.numbers("amount")[i], wanted = truth.numbers("amount")[i];
    if (!(value == wanted || (std::isnan(value) && std::isnan(wanted)))) FAIL() << i;
  }
}

TEST(RowStream, writes_a_table_without_rows) {
  const Folder folder;
  RowStream(folder.path / "rows.parquet", columns()).finish();
  EXPECT_EQ(read_parquet(folder.path / "rows.parquet").table.rows(), 0U);
  EXPECT_EQ(folder.entries(), 1);
}

TEST(RowStream, writes_csv_with_units_quotes_and_gaps) {
  const Folder folder;
  RowStream stream(folder.path / "rows.csv", columns());
  stream.add(rows(4, 1)), stream.add(rows(5, 2));
  stream.finish();
  EXPECT_EQ(read_file(folder.path / "rows.csv"),
            "case,t_h,amount (mg)\n\"80@0, \"\"PM\"\"\",1,2\n80@0,1.25,\n"
            "\"80@0, \"\"PM\"\"\",1.5,2.449489742783178\n");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(RowStream, leaves_the_old_file_and_nothing_else_if_it_is_not_finished) {
  const Folder folder;
  for (const char* name : {"rows.csv", "rows.parquet"}) {
    write_file_atomically(folder.path / name, "old");
    {
      RowStream stream(folder.path / name, columns());
      stream.add(rows(0, 340'000));
    }
    EXPECT_EQ(read_file(folder.path / name), "old");
  }
  EXPECT_EQ(folder.entries(), 2);
}

TEST(RowStream, refuses_other_formats_and_what_is_no_file) {
  const Folder folder;
  const auto code_of = [](const fs::path& path) {
    try {
      RowStream(path, columns()).finish();
    } catch (const Error& error) {
      return error.code();
    }
    return std::string();
  };
  EXPECT_EQ(code_of(folder.path / "rows.xlsx"), "io.rows.format");
  EXPECT_EQ(code_of(folder.path / "missing" / "rows.csv"), "io.file.write");
  fs::create_directories(folder.path / "folder.csv");
  EXPECT_EQ(code_of(folder.path / "folder.csv"), "io.file.write");
}

}  // namespace
}  // namespace entact
