#include "entact/answer/value_set.h"

#include <fmt/format.h>

#include <algorithm>

#include "entact/base/error.h"
#include "entact/io/number.h"

namespace entact {
namespace {

std::size_t field(const CsvTable& csv, const char* name) {
  const std::ptrdiff_t at = csv.find(name);
  require(at >= 0, "answer.score.value_set",
          fmt::format("{}: a value set has the columns profile and value; there is no '{}'",
                      csv.file, name));
  return static_cast<std::size_t>(at);
}

[[noreturn]] void refuse(const CsvTable& csv, std::size_t row, std::size_t at, const char* name,
                         const char* rule) {
  throw Error("answer.score.value_set", to_text(Issue{.file = csv.file,
                                                      .line = csv.lines[row],
                                                      .column = static_cast<long>(at) + 1,
                                                      .name = name,
                                                      .rule = rule,
                                                      .value = csv.rows[row][at]}));
}

bool is_profile(const std::string& text, std::size_t length) {
  return !text.empty() && text.size() < 16 && text.size() == length &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '1' && c <= '9'; });
}

}  // namespace

ValueSet read_value_set(const CsvTable& csv) {
  const std::size_t profile = field(csv, "profile"), value = field(csv, "value");
  require(!csv.rows.empty(), "answer.score.value_set", csv.file + ": the value set has no rows");
  ValueSet set{.name = csv.file};
  const std::size_t length = csv.rows.front()[profile].size();
  for (std::size_t row = 0; row < csv.rows.size(); ++row) {
    const std::string& digits = csv.rows[row][profile];
    if (!is_profile(digits, length))
      refuse(csv, row, profile, "profile", "a profile is a row of digits, the same number in each");
    const auto worth = parse_number(csv.rows[row][value]);
    if (!worth || !(*worth <= 1))
      refuse(csv, row, value, "value", "a value is a number, at most 1 for full health");
    if (!set.value.emplace(std::stol(digits), *worth).second)
      refuse(csv, row, profile, "profile", "a profile stands once in a value set");
  }
  return set;
}

}  // namespace entact
