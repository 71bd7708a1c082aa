#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/base/date.h"

namespace entact::cli {

/// The options that every command takes, and how its Answer is printed by them.
struct Output {
  std::string format = "text";
  std::vector<std::string> out{};
  bool quiet = false;

  void add_to(CLI::App& command);
  /// Prints to standard output unless files were named; reservations go to standard error.
  /// @throws Error "cli.output.format" (usage) if the command lacks the format; "cli.output.write"
  ///         if standard output cannot be written in full
  void print(const Answer& answer, const std::string& canonical_command) const;
};

/// A check of options that count: what is wrong with a negative number, or nothing. CLI11 would
/// take -1 for the largest there is.
std::string not_negative(const std::string& text);

/// The day of --as-of; no date for empty text.
/// @throws Error "cli.as_of" (usage)
Date day_of(const std::string& text);

/// The command as typed, without the options that do not change the answer, quoted where a shell
/// needs it.
std::string canonical(int argc, const char* const* argv);

}  // namespace entact::cli
