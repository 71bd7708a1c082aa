#include <unistd.h>

#include <cstdio>
#include <memory>

#include "commands.h"
#include "entact/answer/trial_command.h"
#include "output.h"

namespace entact::cli {
namespace {

struct TrialArguments {
  TrialRequest request{};
  std::uint64_t seed = 1;
  std::int64_t replicates = 0;
  int threads = 0;
  Output output{};
};

void show_progress(std::int64_t done, std::int64_t whole) {
  std::fprintf(stderr, "\r%lld of %lld trials", static_cast<long long>(done),
               static_cast<long long>(whole));
  if (done >= whole) std::fputc('\n', stderr);
}

}  // namespace

void add_trial(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "trial", "virtual trials: how often a design tells the truth, and what it would take");
  const auto arguments = std::make_shared<TrialArguments>();  // shared by the parser and callback
  command->add_option("file", arguments->request.file, "the trial, TOML")->required();
  auto* seed =
      command->add_option("--seed", arguments->seed, "of the random numbers, before the file's");
  auto* replicates = command->add_option("--replicates", arguments->replicates,
                                         "trials for each case, before the file's");
  command->add_option("--threads", arguments->threads, "0: as many as the machine has")
      ->capture_default_str();
  arguments->output.add_to(*command);
  command->callback([arguments, typed, seed, replicates] {
    TrialRequest& request = arguments->request;
    if (seed->count() > 0) request.seed = arguments->seed;
    if (replicates->count() > 0) request.replicates = arguments->replicates;
    request.machinery.compute = on_threads(arguments->threads);
    if (!arguments->output.quiet && isatty(fileno(stderr)) != 0)
      request.machinery.progress = show_progress;
    arguments->output.print(trial_answer(request), typed);
  });
}

}  // namespace entact::cli
