#include "entact/io/csv_dataset.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/io/file.h"

namespace entact {
namespace {

namespace fs = std::filesystem;

/// A CSV file in the folder of the tests, and perhaps its metadata; removed at the end of the
/// scope.
class CsvFile {
 public:
  explicit CsvFile(const std::string& text, const std::string& metadata = {}) {
    if (!text.empty()) write_file_atomically(path, text);
    if (!metadata.empty()) write_file_atomically(metadata_path, metadata);
  }
  CsvFile(const CsvFile&) = delete;
  CsvFile& operator=(const CsvFile&) = delete;
  ~CsvFile() {
    fs::remove(path);
    fs::remove(metadata_path);
  }
  const fs::path path = fs::path(testing::TempDir()) / "entact-csv-dataset.csv";
  const fs::path metadata_path = path.string() + "-metadata.json";
};

std::string refusal(const std::string& text, const std::string& metadata) {
  const CsvFile file(text, metadata);
  try {
    (void)read_csv_dataset(file.path);
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("-metadata.json"), std::string::npos);
    return error.code();
  }
  return "none";
}

std::string described(const std::string& columns) {
  return R"({"@context":"http://www.w3.org/ns/csvw","tableSchema":{"columns":[)" + columns + "]}}";
}

TEST(CsvDataset, takes_na_and_a_point_as_missing_where_numbers_are) {
  const CsvFile file("N,D,T,ALL\n1,2018-11-29,NA,NA\nNA,.,x,.\n.,NA,.,\n");
  const Table table = read_csv_dataset(file.path).table;
  EXPECT_EQ(table.numbers("N")[0], 1.0);
  EXPECT_TRUE(std::isnan(table.numbers("N")[1]));
  EXPECT_TRUE(std::isnan(table.numbers("N")[2]));
  EXPECT_EQ(table.dates("D"), (std::vector<Date>{{2018, 11, 29}, {}, {}}));
  EXPECT_EQ(table.text("T"), (std::vector<std::string>{"NA", "x", "."}));  // Namibia stays
  EXPECT_TRUE(std::isnan(table.numbers("ALL")[0]));
  const Table plain = read_csv_dataset(file.path, {.trial_missing = false}).table;
  EXPECT_EQ(plain.text("N")[1], "NA");
}

TEST(CsvDataset, takes_types_from_the_caller_first) {
  const CsvFile file("ID,A\n1,2\n");
  EXPECT_EQ(read_csv_dataset(file.path, {.types = {{"ID", ColumnType::text}}}).table.text("ID")[0],
            "1");
}

TEST(CsvDataset, takes_types_labels_units_and_formats_from_the_metadata) {
  const CsvFile file("ID,A\n1,2\n",
                     described(R"({"titles":"ID","datatype":"string","dc:title":"Subject"},
                                  {"titles":"A","datatype":"integer","schema:unitText":"mg",
                                   "dc:format":"8.2"})"));
  const Table table = read_csv_dataset(file.path).table;
  EXPECT_EQ(table.text("ID")[0], "1");
  EXPECT_EQ(table.column("ID").label, "Subject");
  EXPECT_EQ(table.numbers("A")[0], 2.0);  // a type of CSVW that is not ours: inferred
  EXPECT_EQ(table.column("A").unit, "mg");
  EXPECT_EQ(table.column("A").format, "8.2");
}

TEST(CsvDataset, tells_of_a_cell_that_is_not_of_the_described_type) {
  const CsvFile file("A\n1\nx\n", described(R"({"titles":"A","datatype":"number"})"));
  const Reading reading = read_csv_dataset(file.path);
  ASSERT_EQ(reading.issues.size(), 1U);
  EXPECT_EQ(reading.issues[0].code, "io.table.number");
  EXPECT_EQ(reading.issues[0].line, 3);
}

TEST(CsvDataset, refuses_metadata_of_other_columns) {
  EXPECT_EQ(refusal("A\n1\n", "{"), "io.csv.metadata");
  EXPECT_EQ(refusal("A\n1\n", "[]"), "io.csv.metadata");
  EXPECT_EQ(refusal("A\n1\n", R"({"tableSchema":[]})"), "io.csv.metadata");
  EXPECT_EQ(refusal("A\n1\n", described("1")), "io.csv.metadata");
  EXPECT_EQ(refusal("A\n1\n", described(R"({"titles":"B"})")), "io.csv.metadata");
  EXPECT_EQ(refusal("A,B\n1,2\n", described(R"({"titles":"A"})")), "io.csv.metadata");
  EXPECT_EQ(refusal("A\n1\n", described(R"({"titles":"A"},{"titles":"B"})")), "io.csv.metadata");
}

TEST(CsvDataset, writes_metadata_only_where_csv_says_too_little) {
  const CsvFile file("");
  Table table;
  table.add({.name = "N", .values = std::vector<double>{0.1, 2.0}});
  table.add({.name = "T", .values = std::vector<std::string>{"x", "007"}});
  write_csv_dataset(file.path, table);
  EXPECT_EQ(read_file(file.path), "N,T\n0.1,x\n2,007\n");
  EXPECT_FALSE(fs::exists(file.metadata_path));
  table.add({.name = "ID", .values = std::vector<std::string>{"1", "2"}});  // would be numbers
  write_csv_dataset(file.path, table);
  EXPECT_TRUE(fs::exists(file.metadata_path));
  EXPECT_EQ(read_csv_dataset(file.path).table.text("ID")[1], "2");
}

TEST(CsvDataset, replaces_metadata_that_an_earlier_table_left) {
  const CsvFile file("", described(R"({"titles":"OLD","datatype":"string"})"));
  Table table;
  table.add({.name = "N", .values = std::vector<double>{1.0}});
  write_csv_dataset(file.path, table);
  EXPECT_EQ(read_csv_dataset(file.path).table.numbers("N")[0], 1.0);
}

TEST(CsvDataset, refuses_to_write_what_it_could_not_give_back) {
  const CsvFile file("");
  const auto code = [&](std::vector<Column> columns) {
    try {
      write_csv_dataset(file.path, Table{std::move(columns)});
    } catch (const Error& error) {
      return error.code();
    }
    return std::string("none");
  };
  const Column a{.name = "A", .values = std::vector<double>{1.0}};
  EXPECT_EQ(code({a, a}), "io.csv.write");
  EXPECT_EQ(code({}), "io.csv.write");
  EXPECT_EQ(code({{.name = "", .values = std::vector<double>{1.0}}}), "io.csv.write");
  EXPECT_EQ(code({{.name = "A", .values = std::vector<double>{-HUGE_VAL}}}), "io.dataset.infinite");
  EXPECT_EQ(code({{.name = "A", .values = std::vector<std::string>{std::string(1200000, 'x')}}}),
            "io.csv.write");
  EXPECT_FALSE(fs::exists(file.path));
}

}  // namespace
}  // namespace entact
