#include <memory>
#include <string>
#include <vector>

#include "commands.h"
#include "entact/answer/harms_command.h"
#include "entact/answer/opened_evidence.h"
#include "output.h"

namespace entact::cli {
namespace {

struct HarmsArguments {
  std::string data{};
  std::string as_of{};
  std::vector<std::string> include{};
  Output output{};
};

void run(const HarmsArguments& arguments, const std::string& typed) {
  const OpenedEvidence evidence = open_evidence(arguments.data, day_of(arguments.as_of));
  const Selection selection{.include_recalled = !arguments.include.empty()};
  arguments.output.print(with_notes(harms_answer(evidence.base, selection), evidence), typed);
}

}  // namespace

void add_harms(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "harms", "adverse events counted in both arms of trials of MDMA, with their differences");
  const auto arguments =
      std::make_shared<HarmsArguments>();  // shared by the parser and the callback
  command->add_option("--data", arguments->data, "folder of the evidence base");
  command->add_option("--as-of", arguments->as_of,
                      "replay what was known on this day (YYYY-MM-DD)");
  command->add_option("--include", arguments->include, "also use rows of this verification")
      ->check(CLI::IsMember({"recalled"}));
  arguments->output.add_to(*command);
  command->callback([arguments, typed] { run(*arguments, typed); });
}

}  // namespace entact::cli
