// Any bytes are refused with an Error of ours or give a table whose columns have one length; what
// can be written again comes back the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "entact/io/xport.h"

namespace {

constexpr std::string_view header =
    "HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000000000000000000000000000000  ";

/// A good table from the bytes, so that the header is sound and the records are varied.
void round_trip(std::string_view bytes) {
  entact::Table table;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  for (std::size_t k = 0; k + 4 <= bytes.size(); k += 4) {
    numbers.push_back(static_cast<double>(static_cast<unsigned char>(bytes[k])) / 7.0);
    texts.emplace_back(bytes.substr(k, 4));
  }
  table.add({.name = "N", .values = numbers});
  table.add({.name = "T", .values = texts});
  const std::string written = entact::write_xport(table, {.name = "T"});
  const entact::Table again = entact::read_xport(written).table;
  if (again.numbers("N") != numbers || again.text("T") != texts) std::abort();
}

void read(std::string_view bytes) {
  try {
    (void)entact::read_xport(bytes, {.file = "f"});
  } catch (const entact::Error& error) {
    if (error.code().rfind("io.xport.", 0) != 0) std::abort();
  }
}

}  // namespace

/// ReadStat 1.1.8 loses the variable (2 kB) whose name or label it cannot convert.
extern "C" const char* __lsan_default_suppressions() { return "leak:libreadstat"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  read(std::string(header) + std::string(bytes));
  try {
    round_trip(bytes);
  } catch (const entact::Error& error) {
    if (error.code() != "io.xport.text" && error.code() != "io.dataset.text") std::abort();
  }
  return 0;
}
