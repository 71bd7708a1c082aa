#pragma once

// Values of TOML tables under rules that several files share; each throws TomlTable::fault().

#include <string>
#include <vector>

#include "entact/io/toml.h"

namespace entact {

/// A whole number from `least` to a million.
int toml_count(const TomlTable& table, const std::string& key, int fallback, int least);
/// Between 0 and 1.
double toml_probability(const TomlTable& table, const std::string& key, double fallback);
/// One of the words allowed.
std::string toml_word(const TomlTable& table, const std::string& key,
                      const std::vector<std::string>& allowed);
/// A number, or a list of them.
std::vector<double> toml_numbers(const TomlTable& table, const std::string& key,
                                 std::vector<double> fallback);
/// A word, or a list of them.
std::vector<std::string> toml_texts(const TomlTable& table, const std::string& key,
                                    std::vector<std::string> fallback);

}  // namespace entact
