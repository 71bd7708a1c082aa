#include <cstdio>
#include <filesystem>
#include <memory>

#include "commands.h"
#include "entact/answer/analyze_command.h"
#include "entact/base/error.h"
#include "entact/io/file.h"
#include "output.h"
#include "progress.h"

namespace entact::cli {
namespace {

struct AnalyzeArguments {
  AnalyzeRequest request{};
  std::string csv_dir{};
  Output output{};
};

void write_tables(const Answer& answer, const std::string& folder) {
  std::error_code fault;
  std::filesystem::create_directories(folder, fault);
  require(!fault, "cli.analyze.folder",
          "--csv-dir: cannot make the folder '" + folder + "': " + fault.message());
  for (const auto& [name, csv] : document_tables(*answer.document))
    write_file_atomically(std::filesystem::path(folder) / name, csv);
}

void run(AnalyzeArguments& arguments, const std::string& typed) {
  const bool told = !arguments.output.quiet && on_terminal();
  if (told)
    arguments.request.progress = [](const std::string& title) {
      std::fprintf(stderr, "%s ...\n", title.c_str());
    };
  const Answer answer = analyze_answer(arguments.request);
  if (!arguments.csv_dir.empty()) write_tables(answer, arguments.csv_dir);
  arguments.output.print(answer, typed);
}

}  // namespace

void add_analyze(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "analyze", "a whole statistical analysis plan on a study's datasets, as one document");
  const auto arguments =
      std::make_shared<AnalyzeArguments>();  // shared by the parser and the callback
  command->add_option("plan", arguments->request.plan, "the plan, TOML")->required();
  command->add_option("--csv-dir", arguments->csv_dir,
                      "folder to write every table of the document to, as CSV");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] { run(*arguments, typed); });
}

}  // namespace entact::cli
