#include "entact/io/csv.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "entact/base/error.h"
#include "entact/io/file.h"

namespace entact {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// The refusal of a text: its code and message.
struct Refusal {
  std::string code = "none";
  std::string message{};
};

Refusal refusal(std::string_view text, const CsvOptions& options = {.file = "t.csv"}) {
  try {
    (void)read_csv(text, options);
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  return {};
}

void expect_refused(std::string_view text, std::string_view code, std::string_view place) {
  const Refusal seen = refusal(text);
  EXPECT_EQ(seen.code, code) << text;
  EXPECT_EQ(seen.message.substr(0, place.size()), place) << seen.message;
}

bool says(const Refusal& seen, std::string_view words) {
  return seen.message.find(words) != std::string::npos;
}

TEST(Csv, reads_header_rows_and_the_line_of_each) {
  const CsvTable table = read_csv("id,arm\n1,mdma\n2,placebo\n", {.file = "t.csv"});
  EXPECT_EQ(table.file, "t.csv");
  EXPECT_EQ(table.header, (std::vector<std::string>{"id", "arm"}));
  EXPECT_EQ(table.rows, (Rows{{"1", "mdma"}, {"2", "placebo"}}));
  EXPECT_EQ(table.lines, (std::vector<long>{2, 3}));
  EXPECT_EQ(table.find("arm"), 1);
  EXPECT_EQ(table.find("week"), -1);
}

TEST(Csv, reads_the_same_with_lf_crlf_both_mark_or_no_last_line_end) {
  const Rows rows{{"1", "2"}, {"3", "4"}};
  for (const char* text : {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r\n1,2\n3,4",
                           "\xEF\xBB\xBF"
                           "a,b\n1,2\n3,4\n"}) {
    const CsvTable table = read_csv(text);
    EXPECT_EQ(table.header, (std::vector<std::string>{"a", "b"})) << text;
    EXPECT_EQ(table.rows, rows) << text;
  }
}

TEST(Csv, reads_quotes_doubled_quotes_and_embedded_line_ends) {
  const CsvTable table =
      read_csv("a,b\n\"x,y\",\"say \"\"no\"\"\"\n\"two\r\nlines\n\",\"\"\n3,4\n");
  EXPECT_EQ(table.rows, (Rows{{"x,y", "say \"no\""}, {"two\r\nlines\n", ""}, {"3", "4"}}));
  EXPECT_EQ(table.lines, (std::vector<long>{2, 3, 6}));  // the second row spans lines 3 to 5
}

TEST(Csv, keeps_blanks_empty_fields_and_non_ascii_text) {
  const CsvTable table = read_csv(
      "a,b,c\n x ,,Ot\xE2\x80\x99"
      "alora\n,,\n");
  EXPECT_EQ(table.rows, (Rows{{" x ", "",
                               "Ot\xE2\x80\x99"
                               "alora"},
                              {"", "", ""}}));
}

TEST(Csv, reads_a_header_without_rows) {
  EXPECT_TRUE(read_csv("a,b").rows.empty());
  EXPECT_TRUE(read_csv("a,b\n").rows.empty());
}

TEST(Csv, reads_a_blank_line_of_one_column_as_an_empty_field) {
  EXPECT_EQ(read_csv("a\n\n1\n").rows, (Rows{{""}, {"1"}}));
}

TEST(Csv, reads_other_separators) {
  EXPECT_EQ(read_csv("a;b\n1,5;2\n", {.separator = ';'}).rows, (Rows{{"1,5", "2"}}));
  EXPECT_EQ(read_csv("a\tb\n1\t2\n", {.separator = '\t'}).rows, (Rows{{"1", "2"}}));
  for (const char bad : {'"', '\n', '\r', '\0', '\xE9'})
    EXPECT_EQ(refusal("a\n", {.separator = bad}).code, "io.csv.separator");
}

TEST(Csv, refuses_an_empty_file) {
  expect_refused("", "io.csv.empty", "t.csv:1: ");
  expect_refused("\xEF\xBB\xBF", "io.csv.empty", "t.csv:1: ");
}

TEST(Csv, refuses_headers_without_a_name_or_with_one_twice) {
  expect_refused("a,,c\n", "io.csv.header_empty", "t.csv:1:2: ");
  expect_refused("\n", "io.csv.header_empty", "t.csv:1:1: ");
  expect_refused("a,b,a\n", "io.csv.header_duplicate", "t.csv:1:3: ");
  EXPECT_TRUE(says(refusal("a,b,a\n"), "saw \"a\""));
}

TEST(Csv, takes_row_names_only_when_asked) {
  expect_refused(",b\n1,2\n", "io.csv.header_empty", "t.csv:1:1: ");
  EXPECT_EQ(read_csv("\"\",b\n1,2\n", {.row_names = true}).header[0], "");
  EXPECT_EQ(refusal("a,\n", {.row_names = true}).code, "io.csv.header_empty");
}

TEST(Csv, refuses_rows_unlike_the_header) {
  expect_refused("a,b\n1,2\n3\n", "io.csv.few_fields", "t.csv:3:1: ");
  expect_refused("a,b\n1,2,9\n", "io.csv.many_fields", "t.csv:2:3: ");
  EXPECT_TRUE(says(refusal("a,b\n1,2,9\n"), "saw \"9\""));
}

TEST(Csv, says_that_a_blank_line_is_one) {
  EXPECT_TRUE(says(refusal("a,b\n1,2\n\n"), "Remove the blank line"));
  EXPECT_FALSE(says(refusal("a,b\n1,2\n3\n"), "Remove the blank line"));
}

TEST(Csv, refuses_a_file_cut_short_inside_a_row_or_a_quote) {
  expect_refused("a,b\n1,2\n3", "io.csv.few_fields", "t.csv:3:1: ");
  expect_refused("a,b\n1,2\n3,\"fo", "io.csv.unterminated", "t.csv:3:2: ");
  expect_refused("a,b\n1,\"x\ny\n", "io.csv.unterminated", "t.csv:2:2: ");
  expect_refused("a,b\n1,2\r", "io.csv.carriage_return", "t.csv:2:2: ");
}

TEST(Csv, refuses_quotes_out_of_place) {
  expect_refused("a,b\n1,\"x\"y\n", "io.csv.after_quote", "t.csv:2:2: ");
  expect_refused("a,b\n1,x\"y\"\n", "io.csv.stray_quote", "t.csv:2:2: ");
  expect_refused("a,b\n1, \"x\"\n", "io.csv.stray_quote", "t.csv:2:2: ");
}

TEST(Csv, refuses_a_lone_carriage_return_outside_quotes) {
  expect_refused("a,b\r1,2\r", "io.csv.carriage_return", "t.csv:1:2: ");
  expect_refused("a,b\n\"x\"\r,2\n", "io.csv.carriage_return", "t.csv:2:1: ");
  EXPECT_EQ(read_csv("a\n\"x\ry\"\n").rows, (Rows{{"x\ry"}}));
}

TEST(Csv, refuses_zero_bytes_and_text_that_is_not_utf8_with_the_byte_offset) {
  using namespace std::string_view_literals;
  expect_refused("a,b\n1,x\0y\n"sv, "io.csv.nul", "t.csv:2:2: ");
  EXPECT_TRUE(says(refusal("a,b\n1,x\0y\n"sv), "byte offset 7"));
  expect_refused("a,b\n1,2\nOehen,caf\xE9\n", "io.csv.utf8", "t.csv:3:2: ");
  EXPECT_TRUE(says(refusal("a,b\n1,2\nOehen,caf\xE9\n"), "byte offset 17"));
  expect_refused(
      "\xFF\xFE"
      "a\0,\0b\0"sv,
      "io.csv.utf8", "t.csv:1:1: ");                                  // UTF-16
  expect_refused("a\n\"x\n\xC3(\"\n", "io.csv.utf8", "t.csv:3:1: ");  // the line of the byte
  expect_refused("a,b\n1,\xE2\x82", "io.csv.utf8", "t.csv:2:2: ");    // cut inside a character
}

TEST(Csv, refuses_a_field_over_the_limit_quoted_or_not) {
  const CsvOptions options{.file = "t.csv", .max_field_bytes = 4};
  EXPECT_EQ(read_csv("a,b\n1234,\"12\"\"4\"\n", options).rows, (Rows{{"1234", "12\"4"}}));
  EXPECT_EQ(refusal("a,b\n1,12345\n", options).code, "io.csv.field_size");
  EXPECT_EQ(refusal("a,b\n1,\"12345\"\n", options).code, "io.csv.field_size");
  EXPECT_EQ(refusal("a,b\n1,\"12\"\"45\"\n", options).code, "io.csv.field_size");
  expect_refused("a,b\n1," + std::string(2U << 20U, 'x') + "\n", "io.csv.field_size",
                 "t.csv:2:2: ");
}

TEST(Csv, refuses_a_million_columns_in_header_and_row) {
  const std::string commas(1000000, ',');
  expect_refused("a" + commas, "io.csv.columns", "t.csv:1:100001: ");
  expect_refused("a,b\n" + commas + "\n", "io.csv.many_fields", "t.csv:2:3: ");
}

TEST(Csv, hints_at_the_separator_that_the_header_was_written_with) {
  expect_refused("study;week\nA;1\n", "io.csv.delimiter", "t.csv:1:1: ");
  EXPECT_TRUE(says(refusal("study;week\n"), "Set the separator to ';'"));
  EXPECT_TRUE(says(refusal("study\tweek\n"), "Set the separator to a tab"));
  expect_refused("\"study\";\"week\"\n", "io.csv.delimiter", "t.csv:1:1: ");
  EXPECT_EQ(refusal("study,week\n", {.separator = ';'}).code, "io.csv.delimiter");
  EXPECT_EQ(read_csv("\"a;b\"\n1\n").header[0], "a;b");  // quoted: meant so
}

TEST(Csv, shows_values_short_and_printable) {
  const Refusal seen = refusal("a\n\"x\"\x01" + std::string(500, 'y') + "\n");
  EXPECT_EQ(seen.code, "io.csv.after_quote");
  EXPECT_TRUE(says(seen, "\\x01yyy"));
  EXPECT_LT(seen.message.size(), 250U);
}

TEST(Csv, quotes_a_field_only_if_it_must) {
  EXPECT_EQ(csv_field("plain text"), "plain text");
  EXPECT_EQ(csv_field("1,5"), "\"1,5\"");
  EXPECT_EQ(csv_field("1,5", ';'), "1,5");
  EXPECT_EQ(csv_field("say \"no\""), "\"say \"\"no\"\"\"");
  EXPECT_EQ(csv_field("a\nb"), "\"a\nb\"");
  EXPECT_EQ(csv_field("a\rb"), "\"a\rb\"");
}

TEST(Csv, reads_back_what_it_writes) {
  const std::vector<std::string> header{"\xEF\xBB\xBFmarked", "with,comma", "c"};
  const Rows rows{{"", "", ""}, {"a\"b", "x\r\ny", " "}, {"\r", "\"", ";"}};
  for (const char separator : {',', ';', '\t'}) {
    const CsvTable table = read_csv(write_csv(header, rows, separator), {.separator = separator});
    EXPECT_EQ(table.header, header);
    EXPECT_EQ(table.rows, rows);
  }
  const CsvTable single = read_csv(write_csv({"a;b"}, {{""}, {"x"}, {""}}));
  EXPECT_EQ(single.rows, (Rows{{""}, {"x"}, {""}}));
}

TEST(Csv, refuses_to_write_rows_unlike_the_header) {
  EXPECT_THROW(write_csv({"a", "b"}, {{"1"}}), Error);
}

TEST(Csv, names_the_path_of_a_file) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "entact-csv.csv";
  write_file_atomically(path, "a,b\n1\n");
  try {
    (void)read_csv_file(path);
    FAIL() << "a short row was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "io.csv.few_fields");
    EXPECT_EQ(std::string(error.what()).substr(0, path.string().size() + 5),
              path.string() + ":2:1:");
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace entact
