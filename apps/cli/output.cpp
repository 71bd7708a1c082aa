#include "output.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <set>

#include "entact/answer/installed_files.h"
#include "entact/answer/report.h"
#include "entact/answer/shell_words.h"
#include "entact/base/error.h"
#include "entact/io/file.h"

namespace entact::cli {
namespace {

std::string rendered(const Answer& answer, const std::string& format, const std::string& command) {
  if (format == "json") return envelope(answer, command) + "\n";
  if (format == "html" && answer.document)
    return html_of(document_of(answer, command), read_file(find_web_template()));
  const std::string& text = format == "csv" ? answer.csv : answer.text;
  require((format == "text" || format == "csv") && !text.empty(), "cli.output.format",
          "this command is not written as '" + format + "'", ErrorKind::usage);
  return text;
}

/// A full disk or a closed pipe is an error, not an empty answer.
void print_all(const std::string& text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  require(
      written, "cli.output.write",
      "standard output could not be written in full; check the space left, or write with --out");
}

std::string format_by_extension(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension().string();
  return extension == ".txt" || extension.empty() ? "text" : extension.substr(1);
}

}  // namespace

void Output::add_to(CLI::App& command) {
  command.add_option("--format", format, "text, json, csv or html")
      ->check(CLI::IsMember({"text", "json", "csv", "html"}))
      ->capture_default_str();
  command.add_option(
      "--out", out,
      "file to write, format by extension (.json, .csv, .txt, .html); may be repeated");
  command.add_flag("--quiet", quiet, "no messages on standard error");
}

void Output::print(const Answer& answer, const std::string& canonical_command) const {
  std::vector<std::string> texts;
  for (const std::string& path : out)
    texts.push_back(rendered(answer, format_by_extension(path), canonical_command));
  for (std::size_t i = 0; i < out.size(); ++i) write_file_atomically(out[i], texts[i]);
  if (out.empty()) print_all(rendered(answer, format, canonical_command));
  if (quiet) return;
  for (const std::string& sentence : answer.reservations)
    std::fprintf(stderr, "note: %s\n", sentence.c_str());
}

std::string not_negative(const std::string& text) {
  return text.starts_with('-') ? "is 0 or more; saw " + text : "";
}

Date day_of(const std::string& text) {
  const auto day = parse_date(text);
  require(day.has_value(), "cli.as_of",
          "--as-of must be YYYY, YYYY-MM or YYYY-MM-DD; saw '" + text + "'", ErrorKind::usage);
  return *day;
}

std::string canonical(int argc, const char* const* argv) {
  static const std::set<std::string> with_value{"--format", "--out",     "--threads",
                                                "--data",   "--csv-dir", "--checkpoint"};
  std::string command = "entact";
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const std::string name = word.substr(0, word.find('='));
    if (name == "--quiet") continue;
    if (with_value.contains(name)) {
      if (name == word) ++i;
      continue;
    }
    command += " " + shell_word(word);
  }
  return command;
}

}  // namespace entact::cli
