// ReadStat reads the records; this file checks what it lets pass: a file that ends inside a row,
// and a library of several datasets, whose headers it would read as rows.
#include "entact/io/xport.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "entact/base/error.h"
#include "entact/io/sas_file.h"
#include "entact/io/utf8.h"

namespace entact {
namespace {

constexpr std::size_t record_bytes = 80;
constexpr std::size_t library_bytes = 3 * record_bytes;
constexpr std::string_view header_start = "HEADER RECORD*******";
constexpr std::string_view version_5 = "HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!";
constexpr std::string_view version_8 = "HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!";

[[noreturn]] void refuse(const XportOptions& options, const std::string& code,
                         const std::string& rule, const std::string& value,
                         const std::string& remedy) {
  throw Error(
      code,
      to_text(Issue{
          .code = code, .file = options.file, .rule = rule, .value = value, .remedy = remedy}));
}

bool starts(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t last = text.find_last_not_of(std::string_view(" \0", 2));
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

/// One dataset of the library.
struct Member {
  std::string name{};
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<Member> members_of(std::string_view bytes, bool long_names) {
  const std::string mark =
      std::string(header_start) + (long_names ? "MEMBV8  " : "MEMBER  ") + "HEADER RECORD!!!!!!!";
  std::vector<Member> members;
  for (std::size_t at = library_bytes; at + record_bytes <= bytes.size(); at += record_bytes) {
    if (!starts(bytes.substr(at, record_bytes), mark)) continue;
    if (!members.empty()) members.back().end = at;
    const std::string_view name_record = at + 3 * record_bytes <= bytes.size()
                                             ? bytes.substr(at + 2 * record_bytes, record_bytes)
                                             : std::string_view();
    const std::string_view name =
        name_record.empty() ? name_record : name_record.substr(8, long_names ? 32 : 8);
    members.push_back({std::string(trimmed(name)), at, bytes.size()});
  }
  return members;
}

const Member& chosen(const std::vector<Member>& members, const XportOptions& options) {
  if (members.size() == 1 && options.member.empty()) return members.front();
  const auto found = std::find_if(members.begin(), members.end(), [&](const Member& member) {
    return member.name == options.member;
  });
  if (found != members.end()) return *found;
  std::string names;
  for (const Member& member : members) names += (names.empty() ? "" : ", ") + shown(member.name);
  refuse(options, "io.xport.members",
         options.member.empty() ? "the file holds " + std::to_string(members.size()) +
                                      " datasets (" + names + "), one is read at a time"
                                : "the file holds " + names,
         options.member, "Name one of them");
}

[[noreturn]] void refuse_truncated(const XportOptions& options, std::size_t size) {
  refuse(options, "io.xport.truncated",
         "a transport file is whole records of 80 bytes up to the end of its last row, this one "
         "ends before",
         std::to_string(size) + " bytes", "Get the file again; it was cut or not written out");
}

void check_start(std::string_view bytes, const XportOptions& options) {
  if (bytes.empty())
    refuse(options, "io.xport.empty", "a transport file begins with a header, this one has 0 bytes",
           "", "Get the file again; it was not written");
  if (starts(bytes, version_5) || starts(bytes, version_8)) return;
  if (starts(version_5, bytes) || starts(version_8, bytes)) refuse_truncated(options, bytes.size());
  refuse(options, "io.xport.magic",
         "a transport file begins with the header of a SAS library, this one does not",
         shown(bytes.substr(0, 40)),
         starts(bytes, "**COMPRESSED**")
             ? "It is a CPORT file: write it again with the XPORT engine"
             : "Check the format of the file");
}

/// After the last whole row comes only the padding of its record.
void check_end(std::string_view bytes, const SasFile& read, const XportOptions& options) {
  if (read.row_bytes == 0) return;
  const std::string obs = std::string(header_start) + "OBS";
  std::size_t rows_at = library_bytes;
  while (rows_at < bytes.size() && !starts(bytes.substr(rows_at), obs)) rows_at += record_bytes;
  rows_at = std::min(rows_at + record_bytes, bytes.size());
  const std::string_view rest =
      bytes.substr(bytes.size() - (bytes.size() - rows_at) % read.row_bytes);
  const bool padding = rest.find_first_not_of(std::string_view(" \0", 2)) == std::string_view::npos;
  if (!padding) refuse_truncated(options, bytes.size());
}

Issue length_issue(std::size_t size, const XportOptions& options) {
  return {.severity = Issue::Severity::warning,
          .code = "io.xport.length",
          .file = options.file,
          .rule = "a transport file is whole records of 80 bytes; rows may be missing",
          .value = std::to_string(size) + " bytes",
          .remedy = "Check the number of rows, or get the file again"};
}

Issue encoding_issue(const XportOptions& options) {
  return {.severity = Issue::Severity::warning,
          .code = "io.xport.encoding",
          .file = options.file,
          .rule = "text that is not UTF-8 is read as Windows-1252",
          .remedy = "Check the letters beyond ASCII, or write the file in UTF-8"};
}

SasFile read_any_encoding(std::string_view bytes, const XportOptions& options) {
  SasFile read = read_sas_bytes(bytes, SasFileKind::xport, options.file);
  if (!read.bad_text) return read;
  read = read_sas_bytes(bytes, SasFileKind::xport, options.file, "WINDOWS-1252");
  read.reading.issues.push_back(encoding_issue(options));
  return read;
}

}  // namespace

Reading read_xport(std::string_view bytes, const XportOptions& options) {
  check_start(bytes, options);
  const std::vector<Member> members = members_of(bytes, starts(bytes, version_8));
  if (members.empty()) refuse_truncated(options, bytes.size());
  const Member& member = chosen(members, options);
  const std::string part = std::string(bytes.substr(0, library_bytes)) +
                           std::string(bytes.substr(member.begin, member.end - member.begin));
  SasFile read = read_any_encoding(part, options);
  if (read.truncated) refuse_truncated(options, bytes.size());
  if (!read.fault.empty())
    refuse(options, "io.xport.damaged", "the records of the file must be sound; ReadStat stopped",
           read.fault, "Get the file again, or write it again from its source");
  check_end(part, read, options);
  if (bytes.size() % record_bytes != 0)
    read.reading.issues.push_back(length_issue(bytes.size(), options));
  return std::move(read.reading);
}

}  // namespace entact
