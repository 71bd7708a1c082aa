#include <memory>
#include <string>
#include <vector>

#include "commands.h"
#include "entact/answer/claims_command.h"
#include "entact/answer/opened_evidence.h"
#include "output.h"

namespace entact::cli {
namespace {

struct ClaimsArguments {
  std::string data{};
  std::string as_of{};
  std::vector<std::string> include{};
  Output output{};
};

void run(const ClaimsArguments& arguments, const std::string& typed) {
  const ReportOptions options{.as_of = day_of(arguments.as_of),
                              .include_recalled = !arguments.include.empty()};
  const OpenedEvidence evidence = open_evidence(arguments.data, options.as_of);
  arguments.output.print(with_notes(claims_answer(find_all(evidence.base, options)), evidence),
                         typed);
}

}  // namespace

void add_claims(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "claims", "statements often made about the treatment, one verdict each, and what decided it");
  const auto arguments =
      std::make_shared<ClaimsArguments>();  // shared by the parser and the callback
  command->add_option("--data", arguments->data, "folder of the evidence base");
  command->add_option("--as-of", arguments->as_of,
                      "replay what was known on this day (YYYY-MM-DD)");
  command->add_option("--include", arguments->include, "also use rows of this verification")
      ->check(CLI::IsMember({"recalled"}));
  arguments->output.add_to(*command);
  command->callback([arguments, typed] { run(*arguments, typed); });
}

}  // namespace entact::cli
