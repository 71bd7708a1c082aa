#include <memory>

#include "commands.h"
#include "entact/answer/mmrm_command.h"
#include "output.h"

namespace entact::cli {
namespace {

struct MmrmArguments {
  std::string file{};
  MmrmRequest request{};
  Output output{};
};

}  // namespace

void add_mmrm(CLI::App& app, const std::string& typed) {
  auto* command =
      app.add_subcommand("mmrm", "mixed model for repeated measures of a trial's outcome");
  const auto arguments = std::make_shared<MmrmArguments>();  // shared by the parser and callback
  MmrmRequest& request = arguments->request;
  command->add_option("file", arguments->file, "the study's dataset, a row for each observation")
      ->required();
  command
      ->add_option("--formula", request.formula,
                   "model as R's mmrm writes it: 'CHG ~ BASE*AVISIT + ARM*AVISIT + us(AVISIT | "
                   "USUBJID)'; structures us, cs, csh, ar1, ar1h, toep, toeph, ad, adh, sp_exp, "
                   "un@ar1, un@cs")
      ->required();
  command
      ->add_option("--df", request.df,
                   "satterthwaite, kenward-roger, kenward-roger-linear, between-within, residual")
      ->capture_default_str();
  command->add_option("--vcov", request.vcov, "model, or robust by participant: cr0, cr2, cr3")
      ->capture_default_str();
  command->add_flag("--ml", request.ml, "maximum likelihood instead of REML");
  command->add_option("--param", request.parameter, "PARAMCD to analyse");
  command->add_option("--where", request.where, "only rows with COLUMN=VALUE, e.g. FASFL=Y");
  command->add_option("--arm", request.arm, "column of the arms; default ARM, TRT01P, TRTP, ...");
  command->add_option("--reference", request.reference,
                      "level to compare with: PLACEBO for the arm, SEX=F for another factor");
  command->add_option("--factor", request.factors, "numeric column to treat as a factor");
  command->add_option("--weights", request.weights, "column of weights");
  command
      ->add_option("--margins", request.margins,
                   "weights of least-squares means: equal, observed or counterfactual")
      ->capture_default_str();
  command
      ->add_option("--fallback", request.fallback,
                   "structures to try in this order if the formula's does not converge: toeph,cs")
      ->delimiter(',');
  command->add_option("--compare", request.compare, "structures to compare by AIC, BIC and ratio")
      ->delimiter(',');
  command->add_option("--contrast", request.contrasts,
                      "'NAME = 0.5 MDMA@W12 + 0.5 MDMA@W18 - PBO@W18'; may be repeated");
  command->add_option("--slope", request.slope,
                      "numeric column of the formula: its slopes by arm and their differences");
  command->add_option("--slope-from", request.slope_from,
                      "only rows at or after this value of --slope: the slope beyond an endpoint");
  command->add_option("--interaction", request.interaction,
                      "column of subgroups: F test, in one model, of whether the differences "
                      "between arms depend on it");
  command->add_flag("--residuals", request.residuals, "list residuals in the JSON result");
  command->add_option("--level", request.level, "level of the intervals")->capture_default_str();
  arguments->output.add_to(*command);
  command->callback([arguments, typed] {
    arguments->output.print(mmrm_file(arguments->file, arguments->request), typed);
  });
}

}  // namespace entact::cli
