#include <memory>

#include "commands.h"
#include "entact/answer/trial_command.h"
#include "entact/answer/trial_datasets.h"
#include "entact/answer/trial_replication.h"
#include "entact/base/error.h"
#include "output.h"
#include "progress.h"
#include "ranks.h"

namespace entact::cli {
namespace {

struct TrialArguments {
  RerunRequest rerun{};  ///< the trial in it
  std::string replicate{};
  std::uint64_t seed = 1;
  std::int64_t replicates = 0;
  std::optional<int> threads{};
  Output output{};
  CLI::App* command = nullptr;
};

bool asked(const TrialArguments& arguments, const char* option) {
  return arguments.command->count(option) > 0;
}

bool reruns(const TrialArguments& arguments) {
  return asked(arguments, "--rerun") || asked(arguments, "--keep");
}

Answer replication(TrialArguments& arguments) {
  ReplicationRequest request{.study = arguments.replicate,
                             .data = arguments.rerun.data,
                             .machinery = arguments.rerun.trial.machinery,
                             .checkpoint = arguments.rerun.trial.checkpoint,
                             .rank = arguments.rerun.trial.rank};
  if (asked(arguments, "--seed")) request.seed = arguments.seed;
  if (asked(arguments, "--replicates")) request.replicates = arguments.replicates;
  return replication_answer(request);
}

Answer answer_of(TrialArguments& arguments, const Ranks& ranks) {
  TrialRequest& request = arguments.rerun.trial;
  require(request.file.empty() != arguments.replicate.empty(), "cli.trial.input",
          "name a TRIAL.toml, or a study with --replicate", ErrorKind::usage);
  require(!asked(arguments, "--replicates") || arguments.replicates >= 2, "answer.trial.replicates",
          "--replicates: at least 2", ErrorKind::usage);
  request.rank = ranks.rank();
  request.machinery.compute = ranks.compute(arguments.threads.value_or(ranks.size() > 1 ? 1 : 0));
  if (!arguments.output.quiet && on_terminal()) request.machinery.progress = Progress("trials");
  if (!arguments.replicate.empty()) return replication(arguments);
  if (asked(arguments, "--seed")) request.seed = arguments.seed;
  if (asked(arguments, "--replicates")) request.replicates = arguments.replicates;
  if (reruns(arguments)) return rerun_answer(arguments.rerun);
  request.data = arguments.rerun.data;
  return trial_answer(request);
}

}  // namespace

void add_trial(CLI::App& app, const std::string& typed, const Ranks& ranks) {
  auto* command = app.add_subcommand(
      "trial", "virtual trials: how often a design tells the truth, and what it would take");
  const auto arguments = std::make_shared<TrialArguments>();  // shared by the parser and callback
  arguments->command = command;
  RerunRequest& rerun = arguments->rerun;
  command->add_option("file", rerun.trial.file,
                      "the trial: a TOML file, or a name in data/trials (mapp3)");
  command->add_option("--replicate", arguments->replicate,
                      "simulate a published trial instead: MAPP1, MAPP2");
  command->add_option("--seed", arguments->seed, "of the random numbers, before the file's")
      ->check(not_negative);
  command->add_option("--replicates", arguments->replicates,
                      "trials for each case, before the file's");
  command->add_option("--rerun", rerun.replicate, "only this replicate, exactly as in the run");
  command->add_option("--case", rerun.at, "of --rerun: which case, from 0")->capture_default_str();
  command->add_option("--keep", rerun.folder,
                      "folder for the datasets of the replicate of --rerun, 0 unless it is given");
  command->add_option("--dataset", rerun.format, "of --keep: csv, xpt, parquet, json, ndjson")
      ->capture_default_str();
  command->add_flag("--items", rerun.items, "of --keep: answers to the instrument's items too");
  command->add_option("--data", rerun.data, "folder of the evidence base");
  command->add_option("--threads", arguments->threads,
                      "0: as many as the machine has, as without it; under mpirun 1 a rank");
  command->add_option("--checkpoint", rerun.trial.checkpoint,
                      "file to keep results in, so that a run that is killed can go on");
  arguments->output.add_to(*command);
  command->callback([arguments, typed, &ranks] {
    // One replicate is not shared out, and only one rank may write its files.
    if (ranks.rank() > 0 && reruns(*arguments)) return;
    const Answer answer = answer_of(*arguments, ranks);
    if (ranks.rank() == 0) arguments->output.print(answer, typed);
  });
}

}  // namespace entact::cli
