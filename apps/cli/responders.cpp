#include <memory>

#include "commands.h"
#include "entact/answer/responders_command.h"
#include "output.h"

namespace entact::cli {
namespace {

struct RespondersArguments {
  std::string file{};
  RespondersRequest request{};
  Output output{};
};

}  // namespace

void add_responders(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "responders", "responders by arm: crude, stratified and standardised differences");
  const auto arguments =
      std::make_shared<RespondersArguments>();  // shared by the parser and the callback
  RespondersRequest& request = arguments->request;
  command->add_option("file", arguments->file, "the study's dataset, a row for each participant")
      ->required();
  command->add_option("--response", request.response, "column of 0 and 1");
  command->add_option("--threshold", request.threshold,
                      "response where this holds, e.g. 'CHG<=-10'; instead of --response");
  command->add_option("--arm", request.arm, "column of the arms; default ARM, TRT01P, TRTP, ...");
  command->add_option("--reference", request.reference, "arm to compare with");
  command->add_option("--strata", request.strata, "column of strata, e.g. SITEID");
  command->add_option("--covariates", request.covariates,
                      "terms of a logistic regression beside the arm, e.g. 'BASE + SEX'");
  command->add_option("--visit", request.visits, "only these visits");
  command->add_option("--by", request.by, "column of the visits; default AVISIT");
  command
      ->add_option("--missing", request.missing,
                   "a missing response: exclude, or nonresponse to count it as none")
      ->capture_default_str();
  command
      ->add_option("--estimation", request.estimation,
                   "ml, firth, or auto: firth only where ml would be infinite")
      ->capture_default_str();
  command
      ->add_option("--variance", request.variance,
                   "of standardised risks: robust (Ye) or delta (Ge)")
      ->capture_default_str();
  command->add_option("--level", request.level, "level of the intervals")->capture_default_str();
  command->add_option("--where", request.where, "only rows with COLUMN=VALUE, e.g. FASFL=Y");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] {
    arguments->output.print(responders_file(arguments->file, arguments->request), typed);
  });
}

}  // namespace entact::cli
