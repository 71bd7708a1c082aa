#include <memory>

#include "commands.h"
#include "entact/answer/blinding_command.h"
#include "output.h"

namespace entact::cli {
namespace {

struct BlindingArguments {
  std::string file{};
  BlindingRequest request{};
  Output output{};
};

}  // namespace

void add_blinding(CLI::App& app, const std::string& typed) {
  auto* command =
      app.add_subcommand("blinding", "blinding indices of James and Bang from guesses of the arm");
  const auto arguments =
      std::make_shared<BlindingArguments>();  // shared by the parser and the callback
  BlindingRequest& request = arguments->request;
  command->add_option("file", arguments->file, "the study's dataset, a row for each participant")
      ->required();
  command->add_option("--guess", request.guess, "column of the arm guessed")->required();
  command->add_option("--arm", request.arm, "column of the arms; default ARM, TRT01P, TRTP, ...");
  command->add_option("--unknown", request.unknown, "words that mean \"do not know\"");
  command->add_option("--outcome", request.outcome,
                      "column to describe by guess: description only, no effect of guessing");
  command->add_option("--visit", request.visits, "only these visits");
  command->add_option("--level", request.level, "level of the intervals")->capture_default_str();
  command->add_option("--where", request.where, "only rows with COLUMN=VALUE, e.g. FASFL=Y");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] {
    arguments->output.print(blinding_file(arguments->file, arguments->request), typed);
  });
}

}  // namespace entact::cli
