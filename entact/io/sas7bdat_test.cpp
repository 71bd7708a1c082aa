#include "entact/io/sas7bdat.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/io/file.h"
#include "entact/io/sas_format.h"
#include "entact/io/special_missing.h"

namespace entact {
namespace {

std::string reference(const std::string& name) {
  return read_file(std::string(ENTACT_SOURCE_DIR) + "/reference/io/" + name);
}

double number_at(const nlohmann::json& hexadecimal) {
  return std::strtod(hexadecimal.get<std::string>().c_str(), nullptr);
}

std::string refusal(std::string_view bytes) {
  try {
    (void)read_sas7bdat(bytes, "t.sas7bdat");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_EQ(std::string(error.what()).substr(0, 10), "t.sas7bdat");
    return error.code();
  }
  return "none";
}

// reference/io/visits.json is what pandas, whose reader shares no code with ReadStat, read.
TEST(Sas7bdat, reads_the_values_that_an_independent_reader_reads) {
  const Reading reading = read_sas7bdat(reference("visits.sas7bdat"));
  const auto read = nlohmann::json::parse(reference("visits.json"));
  const Table& table = reading.table;
  ASSERT_EQ(table.rows(), 3U);
  for (const char* name : {"AVAL", "VISITN", "RESN"})
    for (std::size_t row = 0; row < 3; ++row) {
      const double value = table.numbers(name)[row];
      const auto& cell = read[name][row];
      if (cell.is_null())
        EXPECT_TRUE(std::isnan(value)) << name << row;
      else
        EXPECT_EQ(number_at(cell), value) << name << row;
    }
  EXPECT_EQ(table.text("USUBJID")[2], read["USUBJID"][2].get<std::string>());
  EXPECT_EQ(table.text("NOTE")[0], read["NOTE"][0].get<std::string>());
  EXPECT_EQ(table.text("NOTE")[2], read["NOTE"][2].get<std::string>());
  EXPECT_EQ(*sas_days_of(table.dates("ADT")[0]), number_at(read["ADT"][0]));
  EXPECT_EQ(*sas_seconds_of(table.text("ADTM")[0], SasKind::datetime), number_at(read["ADTM"][0]));
}

TEST(Sas7bdat, keeps_labels_formats_and_special_missing_values) {
  const Reading reading = read_sas7bdat(reference("visits.sas7bdat"));
  EXPECT_EQ(reading.table.column("USUBJID").label, "Unique Subject Identifier");
  EXPECT_EQ(reading.table.column("AVAL").format, "8.2");
  EXPECT_EQ(missing_letter(reading.table.numbers("RESN")[1]), 'A');
  ASSERT_EQ(reading.issues.size(), 1U);
  EXPECT_EQ(reading.issues[0].code, "io.sas.special_missing");
  EXPECT_EQ(reading.issues[0].name, "RESN");
}

TEST(Sas7bdat, refuses_what_is_no_sas_dataset) {
  EXPECT_EQ(refusal(""), "io.sas7bdat.empty");
  EXPECT_EQ(refusal("USUBJID,AVAL\n1,2\n"), "io.sas7bdat.magic");
  EXPECT_EQ(refusal(std::string(4096, 'x')), "io.sas7bdat.magic");
}

TEST(Sas7bdat, refuses_a_file_cut_anywhere) {
  const std::string bytes = reference("visits.sas7bdat");
  for (std::size_t size = 1; size < bytes.size(); size += 97) {
    const std::string code = refusal(bytes.substr(0, size));
    EXPECT_TRUE(code == "io.sas7bdat.truncated" || code == "io.sas7bdat.damaged") << size << code;
  }
  EXPECT_EQ(refusal(bytes.substr(0, 20)), "io.sas7bdat.truncated");
  EXPECT_EQ(refusal(bytes.substr(0, bytes.size() - 1)), "io.sas7bdat.truncated");
}

TEST(Sas7bdat, refuses_a_damaged_header) {
  std::string bytes = reference("visits.sas7bdat");
  bytes.replace(196, 60, std::string(60, '\xFF'));  // lengths of header and pages
  EXPECT_EQ(refusal(bytes), "io.sas7bdat.damaged");
}

}  // namespace
}  // namespace entact
