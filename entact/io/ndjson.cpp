#include "entact/io/ndjson.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "entact/base/error.h"
#include "entact/io/duckdb_columns.h"
#include "entact/io/file.h"
#include "entact/io/utf8.h"

namespace entact {
namespace {

[[noreturn]] void refuse(const std::string& file, long line, const std::string& code,
                         const std::string& rule, const std::string& value,
                         const std::string& remedy) {
  throw Error(code, to_text(Issue{.code = code,
                                  .file = file,
                                  .line = line,
                                  .rule = rule,
                                  .value = value,
                                  .remedy = remedy}));
}

/// DuckDB miscounts lines, so the first that is no JSON object is looked for here.
[[noreturn]] void refuse_damaged(std::string_view text, const std::string& file,
                                 const std::string& said) {
  constexpr const char* remedy = "Mend the line; the file may have been cut";
  long line = 0;
  while (!text.empty()) {
    ++line;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (one.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (!nlohmann::json::parse(one.begin(), one.end(), nullptr, false).is_object())
      refuse(file, line, "io.ndjson.damaged", "every line is a JSON object", shown(one), remedy);
  }
  refuse(file, 0, "io.ndjson.damaged", "DuckDB must be able to read the lines", said, remedy);
}

}  // namespace

Reading read_ndjson(const std::filesystem::path& path, const std::string& file) {
  const std::string name = file.empty() ? path.string() : file;
  const std::string text = read_file(path);
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    refuse(name, 0, "io.ndjson.empty", "a dataset has at least one line, this file is empty", "",
           "Get the file again; it was not written");
  try {
    Database database;
    return read_columns(database, {"read_json(" + sql_path(path.string()) +
                                       ", format = 'newline_delimited', records = true, "
                                       "sample_size = -1, maximum_object_size = 67108864)",
                                   name, "io.ndjson."});
  } catch (const Error& error) {
    if (error.code() != "io.duckdb.query") throw;
    refuse_damaged(text, name, error.what());
  }
}

}  // namespace entact
