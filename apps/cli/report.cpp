#include "entact/answer/report.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "commands.h"
#include "entact/answer/installed_files.h"
#include "entact/answer/opened_evidence.h"
#include "entact/base/error.h"
#include "entact/io/file.h"
#include "entact/report/document_json.h"
#include "output.h"

namespace entact::cli {
namespace {

struct ReportArguments {
  std::string data{};
  std::string as_of{};
  std::string compare_with{};
  std::vector<std::string> include{};
  std::string format{};
  std::vector<std::string> out{};
  bool quiet = false;
};

std::string rendered(const Document& document, const std::string& format) {
  if (format == "json") return to_json(document) + "\n";
  if (format == "html") return html_of(document, read_file(find_web_template()));
  throw Error("cli.report.format", "report is written as html or json; saw '" + format + "'",
              ErrorKind::usage);
}

std::string report_format_by_extension(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension().string();
  return extension.empty() ? "" : extension.substr(1);
}

void run(const ReportArguments& arguments) {
  const ReportOptions options{.as_of = day_of(arguments.as_of),
                              .include_recalled = !arguments.include.empty(),
                              .models = find_data(arguments.data).string(),
                              .compare_with = day_of(arguments.compare_with)};
  for (const std::string& path : arguments.out)
    require(
        report_format_by_extension(path) == "html" || report_format_by_extension(path) == "json",
        "cli.report.format", "--out must end in .html or .json; saw '" + path + "'",
        ErrorKind::usage);
  const OpenedEvidence evidence = open_evidence(arguments.data);
  for (const std::string& note : evidence.notes)
    if (!arguments.quiet) std::fprintf(stderr, "note: %s\n", note.c_str());
  const Document document = make_report(evidence.base, options, evidence.notes);
  for (const std::string& path : arguments.out) {
    write_file_atomically(path, rendered(document, report_format_by_extension(path)));
    if (!arguments.quiet) std::fprintf(stderr, "wrote %s\n", path.c_str());
  }
  if (arguments.out.empty() || !arguments.format.empty())
    std::fputs(rendered(document, arguments.format.empty() ? "json" : arguments.format).c_str(),
               stdout);
}

}  // namespace

void add_report(CLI::App& app) {
  auto* command = app.add_subcommand(
      "report", "the living evidence report as one HTML file, and the same as JSON");
  const auto arguments =
      std::make_shared<ReportArguments>();  // shared by the parser and the callback
  command->add_option("--data", arguments->data, "folder of the evidence base");
  command->add_option("--as-of", arguments->as_of,
                      "replay what was known on this day (YYYY-MM-DD)");
  command->add_option("--compare-with", arguments->compare_with,
                      "day of the what-changed line; default: a year before");
  command->add_option("--include", arguments->include, "also pool rows of this verification")
      ->check(CLI::IsMember({"recalled"}));
  command->add_option("--format", arguments->format, "html or json, to standard output");
  command->add_option("--out", arguments->out, "file to write, .html or .json; may be repeated");
  command->add_flag("--quiet", arguments->quiet, "no messages on standard error");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace entact::cli
