#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entact/base/date.h"
#include "entact/base/error.h"

namespace entact {

/// One table of a TOML document, the document itself included. Every key that is asked for counts
/// as known; refuse_unknown then finds what was written but never asked for, so that a misspelt
/// option is an error instead of a default.
///
/// Getters with a fallback return it if the key is absent; those without one need the key. All
/// throw Error "io.toml.missing" (no such key) or "io.toml.type" (a value of another type) with
/// file, line, column, key, rule and value. A value is a view of the document and keeps it alive.
class TomlTable {
 public:
  [[nodiscard]] bool has(std::string_view key) const;
  /// The keys of this table in the order of the file; asking does not make them known.
  [[nodiscard]] std::vector<std::string> keys() const;

  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] std::string text(std::string_view key, std::string fallback) const;
  /// Integers count as numbers; nan and inf do not.
  [[nodiscard]] double number(std::string_view key) const;
  [[nodiscard]] double number(std::string_view key, double fallback) const;
  [[nodiscard]] std::int64_t integer(std::string_view key) const;
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t fallback) const;
  [[nodiscard]] bool flag(std::string_view key) const;
  [[nodiscard]] bool flag(std::string_view key, bool fallback) const;
  /// A TOML date, or text YYYY, YYYY-MM or YYYY-MM-DD.
  [[nodiscard]] Date date(std::string_view key) const;
  /// Lists; absent with a fallback only.
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key,
                                               std::vector<std::string> fallback) const;
  [[nodiscard]] std::vector<double> numbers(std::string_view key) const;
  [[nodiscard]] std::vector<double> numbers(std::string_view key,
                                            std::vector<double> fallback) const;

  /// [key]
  [[nodiscard]] TomlTable table(std::string_view key) const;
  [[nodiscard]] std::optional<TomlTable> optional_table(std::string_view key) const;
  /// [[key]]; none if absent
  [[nodiscard]] std::vector<TomlTable> tables(std::string_view key) const;

  /// Full name of a key, as messages say it: "primary.estimand", "analysis[2].formula".
  [[nodiscard]] std::string path(std::string_view key) const;
  /// "PLAN.toml:12:1": file, line and column of the key's value, or of this table if it is absent.
  [[nodiscard]] std::string place(std::string_view key) const;
  /// An Error "io.toml.value" on the key's value with its place, for rules of the reader's own:
  /// `throw plan.fault("alpha", "alpha is between 0 and 1", "Write a level such as 0.05")`.
  [[nodiscard]] Error fault(std::string_view key, const std::string& rule,
                            const std::string& remedy) const;

  /// Keys below this table that nobody asked for, with place and the nearest known key; those of a
  /// table that nobody asked for are not listed one by one. Code "io.toml.unknown".
  [[nodiscard]] std::vector<Issue> unknown_keys() const;
  /// @throws Error "io.toml.unknown" with the first of unknown_keys, if there is one
  void refuse_unknown() const;

  struct Node;  ///< of the .cpp file

 private:
  friend TomlTable read_toml(std::string_view text, const std::string& file);
  explicit TomlTable(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  std::shared_ptr<const Node> node_;  // shared by all tables of a document: they keep it alive
};

/// The document that the text holds.
///
/// @param file  name for messages
/// @throws Error "io.toml.syntax" with line and column if the text is no TOML 1.0
TomlTable read_toml(std::string_view text, const std::string& file = {});

/// As read_toml; messages name the path.
/// @throws as read_toml and read_file
TomlTable read_toml_file(const std::filesystem::path& path);

}  // namespace entact
