#include <memory>

#include "commands.h"
#include "entact/answer/survival_command.h"
#include "entact/base/error.h"
#include "output.h"

namespace entact::cli {
namespace {

struct SurvivalArguments {
  std::string file{};
  std::vector<std::string> reference{};
  SurvivalRequest request{};
  Output output{};
};

Answer run(SurvivalArguments& arguments) {
  for (const std::string& pair : arguments.reference) {
    const auto at = pair.find('=');
    require(at != std::string::npos, "cli.survival.reference",
            "--reference is written VARIABLE=LEVEL, saw '" + pair + "'", ErrorKind::usage);
    arguments.request.reference[pair.substr(0, at)] = pair.substr(at + 1);
  }
  return survival_file(arguments.file, arguments.request);
}

}  // namespace

void add_survival(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "survival", "time to event: curves, medians, restricted means, log-rank tests, Cox models");
  const auto arguments =
      std::make_shared<SurvivalArguments>();  // shared by the parser and the callback
  SurvivalRequest& request = arguments->request;
  command->add_option("file", arguments->file, "CSV with one row a participant or interval")
      ->required();
  command->add_option("--formula", request.formula,
                      "R's: 'Surv(time, status) ~ arm + age + strata(site) + cluster(id)'; the "
                      "event may be a comparison: CNSR == 0");
  command->add_option("--time", request.time, "column with the time, instead of a formula");
  command->add_option("--start", request.start, "column with the time of entry");
  command->add_option("--event", request.event,
                      "column with the event; CNSR is read as CDISC defines it (0 event, above 0 "
                      "censored), any other as R does (1 event, 0 censored)");
  command->add_option("--censored", request.censored, "value of that column that means censored");
  command->add_option("--covariates", request.covariates, "right side of a formula: 'ARM + AGE'");
  command->add_option("--by", request.by,
                      "groups of curves and tests. Default: the first term, if it is a category");
  command->add_option("--strata", request.strata, "strata of tests and model: 'SITE + SEX'");
  command->add_option("--cluster", request.cluster,
                      "rows of one cluster depend on one another; implies --robust");
  command->add_option("--participant", request.columns.participant,
                      "column that names participants. Default: USUBJID, SUBJID, id");
  command->add_option("--weight", request.columns.weight, "column with case weights");
  command->add_option("--reference", arguments->reference, "level to compare with: ARM=PLACEBO");
  command->add_option("--ties", request.ties, "efron, breslow, exact (as SAS), discrete")
      ->check(CLI::IsMember({"efron", "breslow", "exact", "discrete"}))
      ->capture_default_str();
  command->add_flag("--robust", request.robust,
                    "robust standard errors, by cluster or participant");
  command->add_option("--conf-type", request.conf_type, "interval of the curves")
      ->check(CLI::IsMember({"log-log", "log", "plain", "logit"}))
      ->capture_default_str();
  command->add_option("--level", request.level, "level of the intervals")->capture_default_str();
  command->add_option("--rmst", request.rmst, "restricted mean time up to this time");
  command->add_option("--test", request.test, "logrank or fh(rho,gamma)")->capture_default_str();
  command->add_option("--trend", request.trend,
                      "test for a trend over the groups: their scores in order, e.g. 0,40,80, or "
                      "order for 1, 2, ...");
  command->add_option("--at", request.times, "times at which the curves are printed")
      ->delimiter(',');
  command->add_flag("--competing", request.competing,
                    "the event column holds causes: 0 censored, 1, 2, ...");
  command->add_option("--cause", request.cause, "the cause that the hazard ratio is of")
      ->capture_default_str();
  command
      ->add_option("--model", request.model,
                   "cox, or fine-gray for the incidence of --cause (needs --competing)")
      ->check(CLI::IsMember({"cox", "fine-gray"}))
      ->capture_default_str();
  command->add_flag("--recurrent", request.recurrent,
                    "participants may have the event again: mean number of events, Andersen-Gill");
  command->add_option("--where", request.where, "only rows with COLUMN=VALUE, e.g. FASFL=Y");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] { arguments->output.print(run(*arguments), typed); });
}

}  // namespace entact::cli
