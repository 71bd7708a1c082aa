#include <memory>
#include <string>

#include "commands.h"
#include "entact/answer/effect_command.h"
#include "output.h"

namespace entact::cli {
namespace {

struct EffectArguments {
  EffectRequest request{};
  double risk = 0;
  Output output{};
};

void run(const EffectArguments& arguments) {
  arguments.output.print(effect_answer(arguments.request),
                         canonical_command(completed(arguments.request)));
}

void add_lists(CLI::App& command, EffectRequest& request) {
  const auto list = [&](const char* name, std::vector<double>& into, const char* what) {
    command.add_option(name, into, what)->delimiter(',');
  };
  list("--ai", request.ai, "events, treatment arm");
  list("--ci", request.ci, "events, control arm");
  list("--n1i", request.n1i, "persons, treatment arm");
  list("--n2i", request.n2i, "persons, control arm");
  list("--m1i", request.m1i, "mean, treatment arm");
  list("--sd1i", request.sd1i, "standard deviation, treatment arm");
  list("--m2i", request.m2i, "mean, control arm");
  list("--sd2i", request.sd2i, "standard deviation, control arm");
  list("--xi", request.xi, "events of one arm");
  list("--ni", request.ni, "persons of one arm");
}

}  // namespace

void add_effect(CLI::App& app) {
  auto* command = app.add_subcommand(
      "effect", "effect of two arms, or a proportion, from summary numbers, with its interval");
  const auto arguments =
      std::make_shared<EffectArguments>();  // shared by the parser and the callback
  EffectRequest& request = arguments->request;
  command->add_option("--measure", request.measure, "MD, SMD, RD, RR, OR, PR or SEE")->required();
  command->add_option("--interval", request.interval,
                      "wald; RD, RR, OR: mn (default); RD: newcombe; PR: exact (default), wilson, "
                      "jeffreys, upper");
  command->add_option("--pool", request.pool,
                      "several studies as comma-separated lists: mh (RD, RR, OR) or sum (PR, SEE)");
  command->add_option("--level", request.level, "level of the interval")->capture_default_str();
  add_lists(*command, request);
  auto* risk = command->add_option(
      "--risk", arguments->risk, "SEE: would a harm of this risk per person show in --ni persons");
  arguments->output.add_to(*command);
  command->callback([arguments, risk] {
    if (risk->count() > 0) arguments->request.risk = arguments->risk;
    run(*arguments);
  });
}

}  // namespace entact::cli
