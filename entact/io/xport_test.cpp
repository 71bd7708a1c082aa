#include "entact/io/xport.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "entact/io/file.h"
#include "entact/io/special_missing.h"

namespace entact {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::string reference(const std::string& name) {
  return read_file(std::string(ENTACT_SOURCE_DIR) + "/reference/io/" + name);
}

Column numbers(const std::string& name, std::vector<double> values) {
  return {.name = name, .values = std::move(values)};
}

Column texts(const std::string& name, std::vector<std::string> values) {
  return {.name = name, .values = std::move(values)};
}

Table table_of(std::vector<Column> columns) {
  Table table;
  for (Column& column : columns) table.add(std::move(column));
  return table;
}

/// Numbers at the edges of what an IBM number holds, and every kind of column.
Table extremes() {
  const double most = std::nextafter(std::ldexp(1.0, 249), 0.0);
  Table table =
      table_of({numbers("AVAL", {1.0, -118.625, 0.1, 1.0 / 3.0, std::ldexp(1.0, -260), most, -most,
                                 9007199254740993.0, 166.544, missing, 0.0, 8.55}),
                texts("NOTE", {"", "x", std::string(200, 'y'), "  leads", "\xC3\x9C", "a,b",
                               "\"q\"", "NA", ".", "tab\there", "0", "last"})});
  table.columns[0].label = "Analysis Value";
  table.columns[0].format = "8.2";
  std::vector<Date> dates(12);
  dates[0] = {2018, 11, 29};
  dates[1] = {1582, 10, 15};
  dates[2] = {9999, 12, 31};
  table.add({.name = "ADT", .values = dates, .label = "Analysis Date", .format = "DATE9."});
  std::vector<std::string> times(12);
  times[0] = "2018-11-29T08:30:00";
  times[11] = "1959-12-31T23:59:59";
  table.add(
      {.name = "ADTM", .values = times, .label = "Analysis Datetime", .format = "E8601DT19."});
  return table;
}

std::string write(const Table& table) { return write_xport(table, {.name = "TEST"}); }

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

void expect_same(const Table& a, const Table& b) {
  ASSERT_EQ(a.columns.size(), b.columns.size());
  for (std::size_t k = 0; k < a.columns.size(); ++k) {
    const Column& x = a.columns[k];
    const Column& y = b.columns[k];
    EXPECT_EQ(x.name, y.name);
    EXPECT_EQ(x.label, y.label) << x.name;
    EXPECT_EQ(x.format, y.format) << x.name;
    ASSERT_EQ(x.values.index(), y.values.index()) << x.name;
    if (const auto* values = std::get_if<std::vector<double>>(&x.values))
      for (std::size_t row = 0; row < values->size(); ++row)
        EXPECT_TRUE(same_bits((*values)[row], b.numbers(y.name)[row])) << x.name << " " << row;
    else
      EXPECT_TRUE(x.values == y.values) << x.name;
  }
}

struct Refusal {
  std::string code = "none";
  std::string message{};
};

template <typename Work>
Refusal refusal(Work work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    return {error.code(), error.what()};
  }
  return {};
}

Refusal refused(const std::string& bytes, const XportOptions& options = {.file = "t.xpt"}) {
  return refusal([&] { (void)read_xport(bytes, options); });
}

Refusal refused(const Table& table) {
  return refusal([&] { (void)write(table); });
}

bool says(const Refusal& seen, std::string_view words) {
  return seen.message.find(words) != std::string::npos;
}

/// The values that reference/io/make.R put into its files.
void expect_visits(const Reading& reading) {
  const Table& table = reading.table;
  EXPECT_EQ(table.text("USUBJID"), (std::vector<std::string>{"01-001", "01-002", "01-003"}));
  EXPECT_EQ(table.column("USUBJID").label, "Unique Subject Identifier");
  EXPECT_EQ(table.numbers("AVAL")[0], -1.5);
  EXPECT_EQ(table.numbers("AVAL")[1], 0.1);
  EXPECT_TRUE(std::isnan(table.numbers("AVAL")[2]));
  EXPECT_EQ(table.column("AVAL").format, "8.2");
  EXPECT_EQ(table.text("NOTE"), (std::vector<std::string>{"\xC3\x9C"
                                                          "belkeit, 2 Tage",
                                                          "", "  two leading blanks"}));
  EXPECT_EQ(table.dates("ADT"), (std::vector<Date>{{2018, 11, 29}, {}, {1959, 12, 31}}));
  EXPECT_EQ(table.column("ADT").format, "DATE9.");
  EXPECT_EQ(table.text("ADTM"),
            (std::vector<std::string>{"2018-11-29T08:30:00", "", "1960-01-01T00:00:00"}));
  EXPECT_EQ(missing_letter(table.numbers("RESN")[1]), 'A');
  EXPECT_EQ(missing_letter(table.numbers("RESN")[2]), 'Z');
  ASSERT_EQ(reading.issues.size(), 1U);
  EXPECT_EQ(reading.issues[0].code, "io.sas.special_missing");
  EXPECT_EQ(reading.issues[0].value, "1 x .A, 1 x .Z");
}

TEST(Xport, reads_what_haven_wrote_in_version_5_and_8) {
  expect_visits(read_xport(reference("visits_v5.xpt")));
  expect_visits(read_xport(reference("visits_v8.xpt")));
}

TEST(Xport, reads_long_names_and_labels_of_version_8) {
  const Table table = read_xport(reference("long_v8.xpt")).table;
  EXPECT_EQ(table.column("A_NAME_OF_MORE_THAN_8").label,
            "A label of more than forty characters, which only version 8 can hold");
}

TEST(Xport, reads_columns_without_rows) {
  const Table table = read_xport(reference("empty_v5.xpt")).table;
  EXPECT_EQ(table.columns.size(), 7U);
  EXPECT_EQ(table.rows(), 0U);
}

TEST(Xport, reads_back_what_it_writes) {
  const Reading reading = read_xport(write(extremes()));
  EXPECT_TRUE(reading.issues.empty());
  expect_same(extremes(), reading.table);
}

// reference/io/written.json is what R's foreign, whose reader shares no code with ReadStat, read.
TEST(Xport, writes_what_an_independent_reader_reads) {
  EXPECT_EQ(write(extremes()), reference("written.xpt"));
  const auto read = nlohmann::json::parse(reference("written.json"));
  const Table table = extremes();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double value = table.numbers("AVAL")[row];
    const auto& cell = read["AVAL"][row];
    if (std::isnan(value))
      EXPECT_TRUE(cell.is_null()) << row;
    else
      EXPECT_EQ(std::strtod(cell.get<std::string>().c_str(), nullptr), value) << row;
    EXPECT_EQ(read["NOTE"][row], table.text("NOTE")[row]) << row;
  }
  // days from 1960-01-01 by Python's datetime: (date(2018,11,29)-date(1960,1,1)).days
  EXPECT_EQ(std::strtod(read["ADT"][0].get<std::string>().c_str(), nullptr), 21517.0);
  EXPECT_EQ(std::strtod(read["ADTM"][11].get<std::string>().c_str(), nullptr), -1.0);
}

// 53 bits of a double fit into the 56 of an IBM number, so nothing may change in its range.
TEST(Xport, keeps_every_bit_of_a_hundred_thousand_doubles) {
  std::mt19937_64 random(1);
  std::vector<double> values;
  while (values.size() < 100000) {
    const double value = std::bit_cast<double>(random());
    const double size = std::fabs(value);
    if (size >= std::ldexp(1.0, -260) && size < std::ldexp(1.0, 249)) values.push_back(value);
  }
  const std::vector<double> read =
      read_xport(write(table_of({numbers("X", values)}))).table.numbers("X");
  ASSERT_EQ(read.size(), values.size());
  for (std::size_t k = 0; k < read.size(); ++k) ASSERT_TRUE(same_bits(read[k], values[k])) << k;
}

TEST(Xport, keeps_the_letters_of_special_missing_values) {
  const std::vector<double> values{special_missing('A'), special_missing('Z'), special_missing('_'),
                                   missing};
  const Reading reading = read_xport(write(table_of({numbers("X", values)})));
  const std::vector<double>& read = reading.table.numbers("X");
  EXPECT_EQ(missing_letter(read[0]), 'A');
  EXPECT_EQ(missing_letter(read[1]), 'Z');
  EXPECT_EQ(missing_letter(read[2]), '_');
  EXPECT_EQ(missing_letter(read[3]), 0);
  EXPECT_TRUE(std::isnan(read[3]));
  EXPECT_EQ(reading.issues.at(0).value, "1 x .A, 1 x .Z, 1 x ._");
}

TEST(Xport, keeps_numbers_with_a_date_format_that_are_no_whole_days) {
  Table table = table_of({numbers("X", {21517.5, 1.0})});
  table.columns[0].format = "DATE9.";
  expect_same(table, read_xport(write(table)).table);
}

TEST(Xport, gives_the_same_bytes_for_the_same_table) {
  EXPECT_EQ(write(extremes()), write(extremes()));
  const std::string bytes =
      write_xport(extremes(), {.name = "T", .created = "2024-05-06T07:08:09"});
  EXPECT_NE(bytes.find("06MAY24:07:08:09"), std::string::npos);
  EXPECT_EQ(bytes.size() % 80, 0U);
}

TEST(Xport, gives_a_date_column_without_a_format_one) {
  const Table table = table_of({{.name = "D", .values = std::vector<Date>{{2020, 2, 29}}}});
  EXPECT_EQ(read_xport(write(table)).table.column("D").format, "DATE9.");
}

TEST(Xport, refuses_what_is_no_transport_file) {
  EXPECT_EQ(refused("").code, "io.xport.empty");
  EXPECT_EQ(refused("STUDYID,USUBJID\n1,2\n").code, "io.xport.magic");
  EXPECT_EQ(refused(std::string(1000, '\0')).code, "io.xport.magic");
  EXPECT_TRUE(says(refused("**COMPRESSED** **COMPRESSED**"), "CPORT"));
  EXPECT_EQ(refused("").message.substr(0, 7), "t.xpt: ");
}

TEST(Xport, refuses_a_file_cut_inside_a_header_or_row) {
  const std::string bytes = reference("visits_v5.xpt");
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const Refusal seen = refused(bytes.substr(0, size));
    if (seen.code == "none") {  // cut between two rows: nothing but its length tells
      const Reading reading = read_xport(bytes.substr(0, size));
      const bool said =
          reading.issues.size() > 0 && reading.issues.back().code == "io.xport.length";
      EXPECT_TRUE(said || size % 80 == 0) << size;
    } else {
      EXPECT_EQ(seen.code, "io.xport.truncated") << size << seen.message;
    }
  }
}

TEST(Xport, refuses_damaged_records) {
  std::string bytes = reference("visits_v5.xpt");
  bytes.replace(7 * 80, 20, "HEADER RECARD*******");
  EXPECT_EQ(refused(bytes).code, "io.xport.damaged");
}

/// Both datasets in one library.
std::string two_members() {
  const std::string second = write_xport(table_of({numbers("B", {7.0})}), {.name = "TWO"});
  return write_xport(table_of({numbers("A", {1.0, 2.0})}), {.name = "ONE"}) + second.substr(240);
}

TEST(Xport, reads_the_chosen_dataset_of_a_library) {
  EXPECT_EQ(read_xport(two_members(), {.member = "ONE"}).table.numbers("A").size(), 2U);
  EXPECT_EQ(read_xport(two_members(), {.member = "TWO"}).table.numbers("B")[0], 7.0);
  const Refusal seen = refused(two_members());
  EXPECT_EQ(seen.code, "io.xport.members");
  EXPECT_TRUE(says(seen, "2 datasets (ONE, TWO)"));
  EXPECT_EQ(refused(two_members(), {.member = "THREE"}).code, "io.xport.members");
}

TEST(Xport, reads_windows_1252_with_a_warning) {
  std::string bytes = write(table_of({texts("T", {"caf__", "x"})}));
  bytes.replace(bytes.find("caf__"), 5, "caf\xE9 ");
  const Reading reading = read_xport(bytes);
  EXPECT_EQ(reading.table.text("T")[0], "caf\xC3\xA9");
  ASSERT_EQ(reading.issues.size(), 1U);
  EXPECT_EQ(reading.issues[0].code, "io.xport.encoding");
}

TEST(Xport, refuses_to_write_outside_the_limits_and_names_column_and_row) {
  const auto labelled = [](std::string label) {
    Table table = table_of({numbers("X", {1.0})});
    table.columns[0].label = std::move(label);
    return table;
  };
  EXPECT_EQ(refused(labelled(std::string(40, 'l'))).code, "none");
  EXPECT_EQ(refused(labelled(std::string(41, 'l'))).code, "io.xport.label");
  EXPECT_EQ(refused(labelled("blank ")).code, "io.xport.label");
  EXPECT_EQ(refused(table_of({numbers("NINECHARS", {1.0})})).code, "io.xport.name");
  EXPECT_EQ(refused(table_of({numbers("1A", {1.0})})).code, "io.xport.name");
  EXPECT_EQ(refused(table_of({numbers("A B", {1.0})})).code, "io.xport.name");
  EXPECT_EQ(refused(table_of({numbers("_N_", {1.0})})).code, "io.xport.name");
  EXPECT_EQ(refused(table_of({numbers("A", {1.0}), numbers("a", {1.0})})).code, "io.xport.name");
  const Refusal text = refused(table_of({texts("T", {"x", std::string(201, 'y')})}));
  EXPECT_EQ(text.code, "io.xport.text");
  EXPECT_TRUE(says(text, "column 'T', row 2: a text has at most 200 bytes, this one has 201"));
  EXPECT_EQ(refused(table_of({texts("T", {"x "})})).code, "io.xport.text");
  EXPECT_EQ(refused(table_of({texts("T", {"x", ""})})).code, "io.xport.rows");
  EXPECT_EQ(refused(table_of({texts("T", {"x", ""}), numbers("N", {1.0, missing})})).code, "none");
  EXPECT_EQ(refused(Table{}).code, "io.xport.columns");
}

TEST(Xport, refuses_numbers_that_no_ibm_number_holds) {
  const auto code = [](double value) { return refused(table_of({numbers("X", {value})})).code; };
  EXPECT_EQ(code(std::ldexp(1.0, -260)), "none");
  EXPECT_EQ(code(std::nextafter(std::ldexp(1.0, -260), 0.0)), "io.xport.number");
  EXPECT_EQ(code(std::ldexp(1.0, 249)), "io.xport.number");
  EXPECT_EQ(code(-1e300), "io.xport.number");
  EXPECT_EQ(code(5e-324), "io.xport.number");
  EXPECT_EQ(code(std::numeric_limits<double>::infinity()), "io.dataset.infinite");
  EXPECT_TRUE(says(refused(table_of({numbers("X", {1.0, 1e300})})), "column 'X', row 2"));
}

TEST(Xport, refuses_dates_and_times_that_it_could_not_give_back) {
  const Refusal month =
      refused(table_of({{.name = "D", .values = std::vector<Date>{{2018, 11, 0}}}}));
  EXPECT_EQ(month.code, "io.xport.date");
  EXPECT_TRUE(says(month, "saw \"2018-11\""));
  Table table = table_of({texts("T", {"2018-11-29"})});
  table.columns[0].format = "DATETIME20.";
  EXPECT_EQ(refused(table).code, "io.xport.date");
}

TEST(Xport, refuses_formats_of_another_type) {
  const auto code = [](Column column, const char* format) {
    column.format = format;
    return refused(table_of({std::move(column)})).code;
  };
  for (const char* format : {"8.2", "BEST12.", "E8601DA10.", "DOLLAR12.2", ""})
    EXPECT_EQ(code(numbers("X", {1.0}), format), "none") << format;
  for (const char* format : {"$20.", "TOOLONGNAME8.", "8.2.1", "A-B.", "F99999."})
    EXPECT_EQ(code(numbers("X", {1.0}), format), "io.xport.format") << format;
  EXPECT_EQ(code(texts("X", {"a"}), "$CHAR20."), "none");
  EXPECT_EQ(code(texts("X", {"a"}), "8."), "io.xport.format");
  EXPECT_EQ(code({.name = "D", .values = std::vector<Date>{{2018, 1, 1}}}, "8."),
            "io.xport.format");
}

TEST(Xport, refuses_names_of_a_dataset_outside_the_limits) {
  const auto code = [](const DatasetNames& names) {
    return refusal([&] { (void)write_xport(table_of({numbers("X", {1.0})}), names); }).code;
  };
  EXPECT_EQ(code({}), "io.xport.dataset");
  EXPECT_EQ(code({.name = "NINECHARS"}), "io.xport.dataset");
  EXPECT_EQ(code({.name = "A", .label = std::string(41, 'x')}), "io.xport.dataset");
  EXPECT_EQ(code({.name = "A", .created = "yesterday"}), "io.xport.dataset");
}

}  // namespace
}  // namespace entact
