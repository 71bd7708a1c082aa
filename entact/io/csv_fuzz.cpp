// The reader either refuses with its own Error or gives a table that it can write and read again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "entact/base/error.h"
#include "entact/io/csv.h"
#include "entact/io/csv_table.h"

namespace {

constexpr std::string_view separators = ",;\t|";

void round_trip(std::string_view text, char separator) {
  const entact::CsvOptions options{.separator = separator, .max_field_bytes = 4096};
  const entact::CsvTable table = entact::read_csv(text, options);
  const std::string written = entact::write_csv(table.header, table.rows, separator);
  const entact::CsvTable again = entact::read_csv(written, options);
  if (again.header != table.header || again.rows != table.rows) std::abort();
  if (entact::to_table(table, {.missing = {"", "NA"}}).table.rows() != table.rows.size())
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    round_trip(text, separators[data[0] % separators.size()]);
  } catch (const entact::Error& error) {
    if (error.code().rfind("io.csv.", 0) != 0) std::abort();
  }
  return 0;
}
