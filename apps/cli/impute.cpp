#include "entact/answer/impute_command.h"

#include <memory>

#include "commands.h"
#include "output.h"

namespace entact::cli {
namespace {

struct ImputeArguments {
  std::string file{};
  ImputeRequest request{};
  Output output{};
};

void add_model_options(CLI::App& command, ImputeRequest& request) {
  command
      .add_option("--formula", request.formula,
                  "imputation model: 'CHG ~ BASE*AVISIT + ARM*AVISIT + us(AVISIT | USUBJID)'")
      ->required();
  command
      .add_option("--analysis", request.analysis,
                  "of each completed data set: 'ancova: CHG ~ BASE + ARM', 'responders <= -10: CHG "
                  "~ BASE + ARM' or 'mmrm: CHG ~ BASE*AVISIT + ARM*AVISIT + us(AVISIT | USUBJID)'")
      ->required();
  command.add_flag("--binary", request.binary,
                   "the outcome is 0 or 1: a latent normal model, analysed by 'responders >= 1: "
                   "RESP ~ BASE + ARM'");
  command.add_option("--exposure", request.exposure,
                     "of 'counts: EVENTS ~ BASE + ARM' (negative binomial) and 'poisson: ...': "
                     "column of the time observed");
  command.add_option("--planned", request.planned,
                     "of counts: the time planned, a number or a column");
  command
      .add_option("--df", request.df,
                  "degrees of freedom of an mmrm analysis: satterthwaite, kenward-roger, "
                  "kenward-roger-linear, between-within, residual")
      ->capture_default_str();
  command.add_option("--arm", request.arm, "column of the arms; default ARM, TRT01P or TRTP");
  command
      .add_option("--reference", request.reference,
                  "arm that strategies copy and others are compared with")
      ->required();
  command.add_option("--visits", request.visits, "visits in order of time, separated by commas")
      ->delimiter(',');
  command.add_option("--ice", request.ice,
                     "CSV of intercurrent events: participant, first visit affected, STRATEGY and "
                     "REASON. Without it dropout is the event");
  command.add_option(
      "--strategy", request.strategy,
      "MAR, JR, CR, CIR, LMCF, COMPOSITE, ON-TREATMENT or RETRIEVED (with ARM:POSTICE "
      "or ARM:SINCEICE in the formula); REASON=STRATEGY for the events of one "
      "reason. May be repeated");
  command.add_option("--fallback", request.fallback,
                     "strategy of an arm in which RETRIEVED has too few followed");
  command
      .add_option("--least-retrieved", request.least_retrieved,
                  "participants of an arm followed after their event that are not too few")
      ->capture_default_str();
  command.add_option("--failure", request.failure, "the outcome under COMPOSITE")
      ->capture_default_str();
  command.add_option("--estimand", request.estimand,
                     "what E9(R1) calls it, if not as the strategies imply");
}

void add_method_options(CLI::App& command, ImputeRequest& request) {
  command
      .add_option("--method", request.method,
                  "bayes or approxbayes (with Rubin's rules), condmean (with --resample)")
      ->capture_default_str();
  command.add_option("--resample", request.resample,
                     "of condmean: jackknife (default), bootstrap, bootstrap-normal");
  command.add_option("--draws", request.draws, "data sets, or bootstrap samples")
      ->capture_default_str();
  command.add_option("--seed", request.seed, "of the random numbers")
      ->check(not_negative)
      ->capture_default_str();
  command.add_option("--burn-in", request.burn_in, "of bayes: sweeps thrown away, each chain")
      ->capture_default_str();
  command.add_option("--burn-between", request.burn_between, "of bayes: sweeps between draws")
      ->capture_default_str();
  command.add_option("--chains", request.chains, "of bayes")->capture_default_str();
  command.add_option("--level", request.level, "level of the intervals")->capture_default_str();
  command.add_option("--threads", request.threads, "0: all; the answer does not depend on it")
      ->capture_default_str();
}

}  // namespace

void add_impute(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "impute", "impute a trial's missing outcomes under stated assumptions, analyse and pool");
  const auto arguments =
      std::make_shared<ImputeArguments>();  // shared by the parser and the callback
  ImputeRequest& request = arguments->request;
  command->add_option("file", arguments->file, "CSV with a row a participant and visit")
      ->required();
  add_model_options(*command, request);
  add_method_options(*command, request);
  command->add_option("--delta", request.delta,
                      "shift of imputed values (with --binary of their log odds): ARM=3, "
                      "ARM@VISIT=3, or a CSV with DELTA by participant and visit; of counts "
                      "ARM=1.5, a factor of its later rate. May be repeated");
  command->add_option(
      "--tipping", request.tipping,
      "grid of shifts of an arm, ARM=FROM:TO:STEP; of counts of factors of its later "
      "rate; twice for two arms");
  command->add_option("--at", request.at, "visit of the tipping-point grid; default the last");
  command->add_option("--where", request.where, "only rows with COLUMN=VALUE, e.g. FASFL=Y");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] {
    arguments->output.print(impute_file(arguments->file, arguments->request), typed);
  });
}

}  // namespace entact::cli
