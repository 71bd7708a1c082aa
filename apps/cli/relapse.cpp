#include <memory>

#include "commands.h"
#include "entact/answer/adverse_analysis.h"
#include "entact/answer/relapse_command.h"
#include "entact/base/error.h"
#include "output.h"

namespace entact::cli {
namespace {

struct RelapseArguments {
  std::string file{}, share{};
  std::vector<std::string> reference{};
  RelapseRequest request{};
  Output output{};
};

void add_rule(CLI::App& command, RelapseArguments& arguments) {
  ResponseRule& rule = arguments.request.rule;
  command.add_option("--at-most", rule.at_most, "response: the score is at most this");
  command.add_option("--change", rule.change, "response: better than baseline by these points");
  command.add_option("--share", arguments.share,
                     "response: better than baseline by this share of it: 50% or 0.5");
  command.add_option("--lost-from", rule.lost_from,
                     "score that must be reached for response to be lost");
  command.add_option("--confirmed", rule.confirmed, "assessments in a row that show the loss")
      ->capture_default_str();
  command.add_flag("--higher-is-better", rule.higher_is_better, "the score rises as people mend");
}

void add_times(CLI::App& command, RelapseArguments& arguments) {
  SurvivalRequest& survival = arguments.request.survival;
  command.add_option("--covariates", survival.covariates, "right side of a formula: 'ARM + AGE'");
  command.add_option("--by", survival.by, "groups of curves and tests");
  command.add_option("--strata", survival.strata, "strata of tests and model: 'SITE + SEX'");
  command.add_option("--reference", arguments.reference, "level to compare with: ARM=PLACEBO");
  command.add_option("--ties", survival.ties, "efron, breslow, exact (as SAS), discrete")
      ->check(CLI::IsMember({"efron", "breslow", "exact", "discrete"}))
      ->capture_default_str();
  command.add_option("--rmst", survival.rmst, "restricted mean time up to this time");
  command.add_option("--test", survival.test, "logrank or fh(rho,gamma)")->capture_default_str();
  command.add_option("--trend", survival.trend, "scores of the groups in order, or order");
  command.add_option("--at", survival.times, "times since response at which curves are printed")
      ->delimiter(',');
  command.add_option("--level", survival.level, "level of the intervals")->capture_default_str();
  command.add_option("--where", survival.where, "only rows with COLUMN=VALUE, e.g. FASFL=Y");
  command.add_option("--participant", survival.columns.participant,
                     "column that names participants. Default: USUBJID, SUBJID, id");
}

Answer run(RelapseArguments& arguments) {
  if (!arguments.share.empty()) arguments.request.rule.share = share_of(arguments.share);
  for (const std::string& pair : arguments.reference) {
    const auto at = pair.find('=');
    require(at != std::string::npos, "cli.survival.reference",
            "--reference is written VARIABLE=LEVEL, saw '" + pair + "'", ErrorKind::usage);
    arguments.request.survival.reference[pair.substr(0, at)] = pair.substr(at + 1);
  }
  return relapse_file(arguments.file, arguments.request);
}

}  // namespace

void add_relapse(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "relapse", "how long response lasts: time from first response to its loss");
  const auto arguments =
      std::make_shared<RelapseArguments>();  // shared by the parser and the callback
  RelapseRequest& request = arguments->request;
  request.survival.ties = "exact";
  command->add_option("file", arguments->file, "the study's dataset, a row a visit")->required();
  command->add_option("--param", request.parameter, "PARAMCD to analyse");
  command->add_option("--score", request.score, "column of the score")->capture_default_str();
  command->add_option("--baseline", request.baseline, "column of its baseline")
      ->capture_default_str();
  command->add_option("--time", request.time, "column with the time of each assessment")
      ->capture_default_str();
  add_rule(*command, *arguments);
  add_times(*command, *arguments);
  arguments->output.add_to(*command);
  command->callback([arguments, typed] { arguments->output.print(run(*arguments), typed); });
}

}  // namespace entact::cli
