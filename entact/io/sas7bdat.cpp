#include "entact/io/sas7bdat.h"

#include <utility>

#include "entact/base/error.h"
#include "entact/io/sas_file.h"
#include "entact/io/utf8.h"

namespace entact {
namespace {

using namespace std::string_view_literals;

/// The first 32 bytes of every sas7bdat file.
constexpr std::string_view magic =
    "\0\0\0\0\0\0\0\0\0\0\0\0\xC2\xEA\x81\x60\xB3\x14\x11\xCF\xBD\x92\x08\0\x09\xC7\x31\x8C\x18\x1F"
    "\x10\x11"sv;

[[noreturn]] void refuse(const std::string& file, const std::string& code, const std::string& rule,
                         const std::string& value, const std::string& remedy) {
  throw Error(
      code,
      to_text(Issue{.code = code, .file = file, .rule = rule, .value = value, .remedy = remedy}));
}

void check_start(std::string_view bytes, const std::string& file) {
  if (bytes.empty())
    refuse(file, "io.sas7bdat.empty", "a SAS dataset begins with a header, this one has 0 bytes",
           "", "Get the file again; it was not written");
  if (bytes.substr(0, magic.size()) == magic) return;
  if (magic.substr(0, bytes.size()) == bytes)
    refuse(file, "io.sas7bdat.truncated", "a SAS dataset has a whole header, this one ends in it",
           std::to_string(bytes.size()) + " bytes", "Get the file again; it was cut");
  refuse(file, "io.sas7bdat.magic", "a SAS dataset begins with its mark, this one does not",
         shown(bytes.substr(0, 40)), "Check the format of the file");
}

Issue encoding_issue(const std::string& file) {
  return {.severity = Issue::Severity::warning,
          .code = "io.sas7bdat.encoding",
          .file = file,
          .rule = "text that is not in the file's encoding is read as Windows-1252",
          .remedy = "Check the letters beyond ASCII, or write the file in UTF-8"};
}

}  // namespace

Reading read_sas7bdat(std::string_view bytes, const std::string& file) {
  check_start(bytes, file);
  SasFile read = read_sas_bytes(bytes, SasFileKind::sas7bdat, file);
  if (read.bad_text) {
    read = read_sas_bytes(bytes, SasFileKind::sas7bdat, file, "WINDOWS-1252");
    read.reading.issues.push_back(encoding_issue(file));
  }
  if (read.truncated)
    refuse(file, "io.sas7bdat.truncated", "a SAS dataset has all the pages that its header counts",
           std::to_string(bytes.size()) + " bytes", "Get the file again; it was cut");
  if (!read.fault.empty())
    refuse(file, "io.sas7bdat.damaged", "the pages of the file must be sound; ReadStat stopped",
           read.fault, "Get the file again; an encrypted one needs its password in SAS");
  return std::move(read.reading);
}

}  // namespace entact
