// Any bytes are refused with an Error of ours or give a table; one that can be written again comes
// back the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "entact/io/dataset_json.h"

namespace {

void round_trip(const entact::Table& table) {
  const std::string written = entact::write_dataset_json(table, {.name = "T"});
  const entact::Table again = entact::read_dataset_json(written).table;
  if (again.rows() != table.rows() && !table.columns.empty()) std::abort();
  if (entact::write_dataset_json(again, {.name = "T"}) != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    round_trip(entact::read_dataset_json(bytes, "f").table);
  } catch (const entact::Error& error) {
    const std::string_view code = error.code();
    if (code.substr(0, 10) != "io.dataset") std::abort();
  }
  return 0;
}
