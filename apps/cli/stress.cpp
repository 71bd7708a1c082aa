#include <memory>

#include "commands.h"
#include "entact/answer/opened_evidence.h"
#include "entact/answer/stress.h"
#include "entact/base/error.h"
#include "output.h"

namespace entact::cli {
namespace {

struct StressArguments {
  std::string analysis{};
  std::string data{};
  std::string as_of{};
  std::vector<std::string> include{};
  Output output{};
};

Answer run(const StressArguments& arguments) {
  const ReportOptions options{.as_of = day_of(arguments.as_of),
                              .include_recalled = !arguments.include.empty()};
  const OpenedEvidence evidence = open_evidence(arguments.data, options.as_of);
  const auto pooled =
      pooled_answer(evidence.base, arguments.analysis, policy_of(options), {}, options);
  require(pooled.has_value(), "stats.pool.few",
          "no study enters the analysis '" + arguments.analysis + "'", ErrorKind::unanswerable);
  return with_notes(stress_answer(evidence.base, *pooled), evidence);
}

}  // namespace

void add_stress(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand("stress",
                                     "how much expectancy bias, or how different dropouts, would "
                                     "undo a pooled difference of means");
  const auto arguments =
      std::make_shared<StressArguments>();  // shared by the parser and the callback
  command->add_option("--analysis", arguments->analysis, "a named analysis of the evidence base")
      ->required();
  command->add_option("--include", arguments->include, "facts that stay out by default")
      ->check(CLI::IsMember({"recalled"}));
  command->add_option("--as-of", arguments->as_of, "what was known on this day");
  command->add_option("--data", arguments->data, "folder of the evidence base");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] { arguments->output.print(run(*arguments), typed); });
}

}  // namespace entact::cli
