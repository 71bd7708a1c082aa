#include "entact/io/parquet.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/io/duckdb.h"
#include "entact/io/file.h"
#include "entact/io/ndjson.h"

namespace entact {
namespace {

namespace fs = std::filesystem;

/// A path in the folder of the tests; the file is removed at the end of the scope.
class Path {
 public:
  explicit Path(const std::string& name) : path(fs::path(testing::TempDir()) / name) {}
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;
  ~Path() { fs::remove(path); }
  const fs::path path;
};

template <typename Work>
std::string refusal(Work work, const std::string& words = "") {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    return error.code();
  }
  return "none";
}

TEST(Duckdb, gives_back_rows_over_many_chunks) {
  Table table;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  for (int k = 0; k < 10000; ++k) {  // a chunk has 2048 rows
    numbers.push_back(k % 3 == 0 ? std::nan("") : k);
    texts.push_back(std::string(static_cast<std::size_t>(k % 40), 'x') + std::to_string(k));
  }
  table.add({.name = "N", .values = numbers});
  table.add({.name = "T", .values = texts});
  Database database;
  database.add("t", table);
  const Table read = database.query("SELECT * FROM t");
  EXPECT_EQ(read.text("T"), texts);
  for (std::size_t k = 0; k < numbers.size(); ++k)
    ASSERT_TRUE(read.numbers("N")[k] == numbers[k] ||
                (std::isnan(numbers[k]) && std::isnan(read.numbers("N")[k])));
  // sum of 0..9999 without the multiples of 3: 49995000 - 3 * 5556111
  EXPECT_EQ(database.query("SELECT sum(N) AS s FROM t").numbers("s")[0], 33326667.0);
}

TEST(Duckdb, says_what_is_wrong_with_a_statement_without_repeating_it) {
  Database database;
  EXPECT_EQ(refusal([&] { database.run("SELECT nothing FROM nowhere"); }, "nowhere"),
            "io.duckdb.query");
  EXPECT_EQ(refusal([&] { (void)database.query("SELECT 1::INTEGER AS a"); }, "must be cast"),
            "io.duckdb.query");
}

TEST(Duckdb, quotes_text_names_and_paths) {
  EXPECT_EQ(sql_text("it's"), "'it''s'");
  EXPECT_EQ(sql_name("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(sql_path("a*b?c[d]"), "'a[*]b[?]c[[]d]'");
}

TEST(Parquet, reads_each_type_that_other_programs_write) {
  const Path file("entact-types.parquet");
  Database().run(
      "COPY (SELECT true AS b, 7::TINYINT AS i, 9007199254740993::BIGINT AS big, 1.5::FLOAT AS f, "
      "12.34::DECIMAL(9,2) AS d, 'x' AS t, DATE '2018-11-29' AS day, "
      "TIMESTAMP '2018-11-29 08:30:00.25' AS ts, TIME '08:30:00' AS tm, NULL::INTEGER AS n, "
      "DATE '12018-01-01' AS far) TO " +
      sql_text(file.path.string()) + " (FORMAT parquet)");
  const Reading reading = read_parquet(file.path);
  const Table& table = reading.table;
  EXPECT_EQ(table.numbers("b")[0], 1.0);
  EXPECT_EQ(table.numbers("i")[0], 7.0);
  EXPECT_EQ(table.numbers("f")[0], 1.5);
  EXPECT_EQ(table.numbers("d")[0], 12.34);
  EXPECT_EQ(table.text("t")[0], "x");
  EXPECT_EQ(table.dates("day")[0], (Date{2018, 11, 29}));
  EXPECT_EQ(table.text("ts")[0], "2018-11-29T08:30:00.25");
  EXPECT_EQ(table.text("tm")[0], "08:30:00");
  EXPECT_TRUE(std::isnan(table.numbers("n")[0]));
  EXPECT_EQ(table.text("far")[0], "12018-01-01");  // no Date holds it
  ASSERT_EQ(reading.issues.size(), 1U);
  EXPECT_EQ(reading.issues[0].code, "io.parquet.integer");
  EXPECT_EQ(reading.issues[0].name, "big");
}

TEST(Parquet, refuses_columns_of_lists) {
  const Path file("entact-list.parquet");
  Database().run("COPY (SELECT 1 AS a, [1, 2] AS l) TO " + sql_text(file.path.string()) +
                 " (FORMAT parquet)");
  EXPECT_EQ(refusal([&] { (void)read_parquet(file.path); }, ":2 (l)"), "io.parquet.type");
}

TEST(Parquet, refuses_what_is_no_whole_parquet_file) {
  const Path file("entact-bad.parquet");
  const auto code = [&](const std::string& bytes) {
    write_file_atomically(file.path, bytes);
    return refusal([&] { (void)read_parquet(file.path); }, file.path.string());
  };
  EXPECT_EQ(code(""), "io.parquet.empty");
  EXPECT_EQ(code("A,B\n1,2\n"), "io.parquet.magic");
  EXPECT_EQ(code("PAR1"), "io.parquet.truncated");
  Table table;
  table.add({.name = "A", .values = std::vector<double>{1.0, 2.0}});
  write_parquet(file.path, table);
  const std::string whole = read_file(file.path);
  EXPECT_EQ(code(whole.substr(0, whole.size() / 2)), "io.parquet.truncated");
  std::string damaged = whole;
  damaged.replace(whole.size() - 8, 4, "\xFF\xFF\xFF\x7F");  // the length of the footer
  EXPECT_EQ(code(damaged), "io.parquet.damaged");
}

TEST(Parquet, takes_a_path_with_the_signs_of_a_pattern_for_one_file) {
  const Path file("entact-[a]*?'.parquet");
  Table table;
  table.add({.name = "A", .values = std::vector<double>{3.0}});
  write_parquet(file.path, table);
  EXPECT_EQ(read_parquet(file.path).table.numbers("A")[0], 3.0);
}

TEST(Parquet, passes_over_metadata_that_is_not_ours) {
  const Path file("entact-meta.parquet");
  for (const char* metadata :
       {"{", "[]", "[{\"name\":\"B\"}]", "[1]", "[{\"name\":\"A\",\"unit\":3}]"}) {
    Database().run("COPY (SELECT 1.0::DOUBLE AS A) TO " + sql_text(file.path.string()) +
                   " (FORMAT parquet, KV_METADATA {entact: " + sql_text(metadata) + "})");
    EXPECT_EQ(read_parquet(file.path).table.column("A").unit, "") << metadata;
  }
}

TEST(Parquet, refuses_names_that_differ_only_in_case) {
  const Path file("entact-case.parquet");
  Table table;
  table.add({.name = "a", .values = std::vector<double>{1.0}});
  table.add({.name = "A", .values = std::vector<double>{1.0}});
  EXPECT_EQ(refusal([&] { write_parquet(file.path, table); }, "column 'A'"), "io.parquet.columns");
  EXPECT_EQ(refusal([&] { write_parquet(file.path, Table{}); }), "io.parquet.columns");
  EXPECT_FALSE(fs::exists(file.path));
}

TEST(Ndjson, reads_lines_with_absent_keys_and_each_type) {
  const Path file("entact-lines.ndjson");
  write_file_atomically(file.path,
                        R"({"n":1,"d":"2018-11-29","b":true,"ts":"2018-11-29T08:30:00","t":"x"})"
                        "\n\n"
                        R"({"n":2.5,"d":null,"b":false,"id":"007"})"
                        "\n");
  const Table table = read_ndjson(file.path).table;
  EXPECT_EQ(table.numbers("n"), (std::vector<double>{1.0, 2.5}));
  EXPECT_EQ(table.dates("d"), (std::vector<Date>{{2018, 11, 29}, {}}));
  EXPECT_EQ(table.numbers("b"), (std::vector<double>{1.0, 0.0}));
  EXPECT_EQ(table.text("ts")[0], "2018-11-29T08:30:00");
  EXPECT_EQ(table.text("t"), (std::vector<std::string>{"x", ""}));
  EXPECT_EQ(table.text("id"), (std::vector<std::string>{"", "007"}));
}

TEST(Ndjson, refuses_what_is_no_line_of_json_and_names_it) {
  const Path file("entact-bad.ndjson");
  const auto code = [&](const std::string& text, const std::string& words) {
    write_file_atomically(file.path, text);
    return refusal([&] { (void)read_ndjson(file.path); }, words);
  };
  EXPECT_EQ(code("", ""), "io.ndjson.empty");
  EXPECT_EQ(code("{\"a\":1}\n{\"a\":\n", ".ndjson:2: "), "io.ndjson.damaged");
  EXPECT_EQ(code("{\"a\":1}\nxx\n", ".ndjson:2: "), "io.ndjson.damaged");
  EXPECT_EQ(code("[1, 2]\n", ".ndjson:1: "), "io.ndjson.damaged");
  EXPECT_EQ(code("{\"a\":[1]}\n", "(a)"), "io.ndjson.type");
  EXPECT_EQ(code("{\"a\":{\"b\":1}}\n", "(a)"), "io.ndjson.type");
}

}  // namespace
}  // namespace entact
