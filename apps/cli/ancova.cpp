#include "entact/answer/ancova_command.h"

#include <memory>

#include "commands.h"
#include "output.h"

namespace entact::cli {
namespace {

struct AncovaArguments {
  std::string file{};
  AncovaRequest request{};
  Output output{};
};

}  // namespace

void add_ancova(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "ancova", "analysis of covariance of a trial's outcome, at once or at each visit");
  const auto arguments =
      std::make_shared<AncovaArguments>();  // shared by the parser and the callback
  AncovaRequest& request = arguments->request;
  command->add_option("file", arguments->file, "the study's dataset, a row for each observation")
      ->required();
  command->add_option("--formula", request.formula, "model in R's syntax, e.g. 'CHG ~ BASE + ARM'")
      ->required();
  command->add_option("--by", request.by, "column, usually AVISIT: a model for each of its levels");
  command->add_option("--visit", request.visits, "only these visits");
  command->add_option("--arm", request.arm, "column of the arms; default ARM, TRT01P, TRTP, ...");
  command->add_option("--reference", request.reference,
                      "level to compare with: PLACEBO for the arm, SEX=F for another factor");
  command->add_option("--factor", request.factors, "numeric column to treat as a factor");
  command->add_option("--interaction", request.interaction,
                      "column of subgroups: F test of whether the differences between arms depend "
                      "on it");
  command
      ->add_option("--cluster", request.cluster,
                   "column of clusters, e.g. SITEID; two for two-way clustering")
      ->expected(1, 2);
  command->add_option("--vcov", request.vcov,
                      "classical, hc0, hc1, hc2, hc3; with --cluster cr0, cr1, cr1s, cr2. Default: "
                      "classical; cr2 with one way of clustering, cr1 with two");
  command->add_option("--weights", request.weights, "column of weights");
  command
      ->add_option("--margins", request.margins,
                   "weights of least-squares means: equal, observed or counterfactual")
      ->capture_default_str();
  command->add_option("--level", request.level, "level of the intervals")->capture_default_str();
  command->add_option("--where", request.where, "only rows with COLUMN=VALUE, e.g. FASFL=Y");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] {
    arguments->output.print(ancova_file(arguments->file, arguments->request), typed);
  });
}

}  // namespace entact::cli
