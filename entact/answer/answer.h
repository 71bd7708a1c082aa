#pragma once

// What every command gives back. A command is a function: options in, Answer out; apps/cli parses,
// calls and prints.

#include <optional>
#include <string>
#include <vector>

#include "entact/report/document.h"

namespace entact {

/// The answer of one command in the forms that it can be printed in; a form that the command lacks
/// is empty.
struct Answer {
  std::string result_json{};                ///< the value of `result` in the JSON output
  std::string text{};                       ///< for people
  std::string csv{};                        ///< rows, where the result has rows
  std::vector<std::string> reservations{};  ///< sentences; also printed on standard error
  std::vector<InputFile> inputs{};          ///< files that were read
  std::string evidence_sha256{};            ///< of the evidence base, if it was read
  std::optional<Document> document{};       ///< as a page; what document_of adds is left empty
};

/// The answer's Document with the provenance of this run. A number that has a pointer and neither
/// facts nor a command stands in the JSON output of this same command: it gets `command --format
/// json`.
///
/// @param command  canonical, as for envelope()
/// @throws Error "answer.document.none" (usage) if the command makes no Document
Document document_of(const Answer& answer, const std::string& command);

/// The JSON output: `{entact: {version, command, inputs, evidence_sha256}, result, issues,
/// document}`, the last where the command makes one.
///
/// @param command  canonical: without threads, quiet, out and format
std::string envelope(const Answer& answer, const std::string& command);

/// The version of this build: "0.1.0".
std::string version();

}  // namespace entact
