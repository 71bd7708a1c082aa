// Any text is a document or an Error of ours; every value of a document can be asked for.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "entact/io/toml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;  // toml++ needs time that grows with the square of nesting
  try {
    const entact::TomlTable root =
        entact::read_toml({reinterpret_cast<const char*>(data), size}, "f");
    for (const std::string& key : root.keys()) {
      try {
        (void)root.number(key);
      } catch (const entact::Error& error) {
        if (error.code() != "io.toml.type") std::abort();
      }
    }
    root.refuse_unknown();
  } catch (const entact::Error& error) {
    if (error.code().rfind("io.toml.", 0) != 0) std::abort();
  }
  return 0;
}
