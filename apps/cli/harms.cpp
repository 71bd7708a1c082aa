#include <memory>
#include <string>
#include <vector>

#include "commands.h"
#include "entact/answer/harms_command.h"
#include "entact/answer/installed_files.h"
#include "entact/evidence/as_of.h"
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
  const auto day = parse_date(arguments.as_of);
  require(day.has_value(), "cli.harms.as_of",
          "--as-of must be YYYY, YYYY-MM or YYYY-MM-DD; saw '" + arguments.as_of + "'",
          ErrorKind::usage);
  EvidenceBase base = std::move(load_evidence(find_data(arguments.data)).base);
  if (day->known()) base = known_by(base, *day);
  arguments.output.print(harms_answer(base, {.include_recalled = !arguments.include.empty()}),
                         typed);
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
