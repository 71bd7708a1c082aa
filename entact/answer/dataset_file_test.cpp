#include "entact/answer/dataset_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "entact/base/error.h"
#include "entact/io/dataset.h"

namespace entact {
namespace {

std::string temporary(const std::string& name) {
  return (std::filesystem::temp_directory_path() / ("entact_dataset_file_" + name)).string();
}

TEST(DatasetFile, reads_what_r_and_sas_write_as_missing_and_keeps_names) {
  const std::string path = temporary("a.csv");
  std::ofstream(path) << "USUBJID,PARAMCD,AVAL,SEX\n007,NA,NA,F\n008,K,.,NA\n009,K,1.5,M\n";
  const DatasetFile file = read_dataset_file(path);
  EXPECT_EQ(file.table.text("USUBJID")[0], "007");
  EXPECT_EQ(file.table.text("PARAMCD")[0], "NA");  // sodium
  EXPECT_TRUE(std::isnan(file.table.numbers("AVAL")[0]));
  EXPECT_TRUE(std::isnan(file.table.numbers("AVAL")[1]));
  EXPECT_EQ(file.table.text("SEX")[1], "");
  EXPECT_EQ(file.lines, (std::vector<long>{2, 3, 4}));
  EXPECT_EQ(file.input.sha256.size(), 64U);
}

TEST(DatasetFile, gives_one_table_whatever_the_format) {
  Table table;
  table.add({.name = "USUBJID", .values = std::vector<std::string>{"P1", "P2"}});
  table.add({.name = "AVAL", .values = std::vector<double>{1.25, std::nan("")}});
  for (const char* name : {"b.csv", "b.xpt", "b.json", "b.parquet"}) {
    const std::string path = temporary(name);
    write_dataset(path, table, {.name = "B"});
    const DatasetFile file = read_dataset_file(path);
    EXPECT_EQ(file.table.text("USUBJID"), table.text("USUBJID")) << name;
    EXPECT_EQ(file.table.numbers("AVAL")[0], 1.25) << name;
    EXPECT_TRUE(std::isnan(file.table.numbers("AVAL")[1])) << name;
    EXPECT_EQ(file.lines.size(), 2U);
  }
  EXPECT_THROW(read_dataset_file(temporary("none.csv")), Error);
}

}  // namespace
}  // namespace entact
