#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "entact/answer/model_file.h"
#include "entact/io/toml.h"

namespace entact {

/// Text that must not be empty.
std::string filled(const TomlTable& table, std::string_view key);

/// One parameter: id, unit, label, value, status, source, locator, verified, why, low, high,
/// between_sd. Rules as read_model says.
/// @throws Error io.toml.*
ModelParameter read_parameter(const TomlTable& table);

/// What a setting makes of one parameter; `parameter` is left to the caller.
/// @throws Error io.toml.*
ParameterChange read_change(const TomlTable& table);

/// One state or output: id, unit, label, hypothesis.
/// @throws Error io.toml.*
ModelQuantity read_quantity(const TomlTable& table);

/// @throws Error(code) that names the place of the key
[[noreturn]] void refuse_entry(const TomlTable& table, std::string_view key, const char* code,
                               const std::string& rule, const std::string& value,
                               const std::string& remedy);

/// Place of the entry with this id, or -1.
template <class Entry>
int index_of(const std::vector<Entry>& entries, std::string_view id) {
  for (std::size_t k = 0; k < entries.size(); ++k)
    if (entries[k].id == id) return static_cast<int>(k);
  return -1;
}

}  // namespace entact
