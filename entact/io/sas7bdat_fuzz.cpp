// Any bytes, most of them after the mark of the format, are refused with an Error of ours or give a
// table whose columns have one length.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "entact/base/error.h"
#include "entact/io/sas7bdat.h"

namespace {

using namespace std::string_view_literals;

constexpr std::string_view mark =
    "\0\0\0\0\0\0\0\0\0\0\0\0\xC2\xEA\x81\x60\xB3\x14\x11\xCF\xBD\x92\x08\0\x09\xC7\x31\x8C\x18\x1F"
    "\x10\x11"sv;

void read(std::string_view bytes) {
  try {
    const entact::Table table = entact::read_sas7bdat(bytes, "f").table;
    for (const entact::Column& column : table.columns)
      if (column.size() != table.rows()) std::abort();
  } catch (const entact::Error& error) {
    if (error.code().rfind("io.sas7bdat.", 0) != 0) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  read(std::string(mark) + std::string(bytes));
  return 0;
}
