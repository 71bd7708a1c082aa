#include "entact/answer/toml_values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "entact/base/error.h"

namespace entact {
namespace {

/// One value in place of a list of one.
template <class Value>
std::vector<Value> one_or_more(const TomlTable& table, const std::string& key,
                               std::vector<Value> fallback,
                               Value (*one)(const TomlTable&, const std::string&),
                               std::vector<Value> (*more)(const TomlTable&, const std::string&)) {
  if (!table.has(key)) return fallback;
  try {
    return {one(table, key)};
  } catch (const Error& error) {
    if (error.code() != "io.toml.type") throw;
  }
  return more(table, key);
}

}  // namespace

int toml_count(const TomlTable& table, const std::string& key, int fallback, int least) {
  const std::int64_t count = table.integer(key, fallback);
  if (count < least || count > 1000000)
    throw table.fault(key, fmt::format("a whole number from {} to 1000000", least), "Mend it");
  return static_cast<int>(count);
}

double toml_probability(const TomlTable& table, const std::string& key, double fallback) {
  const double p = table.number(key, fallback);
  if (!(p >= 0 && p <= 1))
    throw table.fault(key, "a probability is between 0 and 1", "Write 0.25 for 25%");
  return p;
}

std::string toml_word(const TomlTable& table, const std::string& key,
                      const std::vector<std::string>& allowed) {
  const std::string word = table.text(key);
  if (std::find(allowed.begin(), allowed.end(), word) == allowed.end())
    throw table.fault(key, fmt::format("it is one of: {}", fmt::join(allowed, ", ")),
                      "Choose one of them");
  return word;
}

std::vector<double> toml_numbers(const TomlTable& table, const std::string& key,
                                 std::vector<double> fallback) {
  return one_or_more<double>(
      table, key, std::move(fallback),
      [](const TomlTable& in, const std::string& name) { return in.number(name); },
      [](const TomlTable& in, const std::string& name) { return in.numbers(name); });
}

std::vector<std::string> toml_texts(const TomlTable& table, const std::string& key,
                                    std::vector<std::string> fallback) {
  return one_or_more<std::string>(
      table, key, std::move(fallback),
      [](const TomlTable& in, const std::string& name) { return in.text(name); },
      [](const TomlTable& in, const std::string& name) { return in.texts(name); });
}

}  // namespace entact
