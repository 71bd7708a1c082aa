#include <chrono>
#include <memory>

#include "commands.h"
#include "entact/answer/simulate_command.h"
#include "entact/answer/simulate_sensitivity.h"
#include "entact/answer/validate_command.h"
#include "entact/base/error.h"
#include "output.h"
#include "progress.h"

namespace entact::cli {
namespace {

struct SimulateArguments {
  SimulateRequest request{};
  SensitivityRequest sensitivity{.method = ""};
  bool validate = false;
  bool calibrate = false;
  Output output{};
};

void add_people(CLI::App& command, SimulateRequest& request) {
  command.add_option("--n", request.n, "people in each case; 0: the typical person only")
      ->capture_default_str();
  command.add_option("--seed", request.seed, "of the random numbers")
      ->check(not_negative)
      ->capture_default_str();
  command.add_option("--threads", request.threads, "0: as many as the machine has")
      ->capture_default_str();
  command.add_option("--band", request.band, "part of the people that a band holds")
      ->capture_default_str();
  command.add_option("--with", request.with, "setting of the model: PM, paroxetine")
      ->delimiter(',');
  command.add_option("--each", request.each, "compare the settings of a group: cyp2d6");
  command.add_option("--set", request.set,
                     "value of a parameter: ka=0.9; its range is then closed");
  command.add_option("--covariate", request.covariates,
                     "of the people: weight_kg=60, or mean and standard deviation weight_kg=77~15");
}

void add_rows(CLI::App& command, SimulateRequest& request) {
  command.add_option("--rows", request.rows,
                     "also write every person's course to this file: .parquet or .csv");
  command.add_flag("--states", request.row_states, "with the model's states in it");
}

void add_sensitivity(CLI::App& command, SensitivityRequest& sensitivity) {
  command.add_option("--sensitivity", sensitivity.method,
                     "what a metric varies with instead: sobol (shares of variance) or morris");
  command.add_option("--of", sensitivity.of,
                     "metric of --sensitivity: OUTPUT:METRIC, with peak, time, auc or above");
  command.add_flag("--people", sensitivity.people,
                   "vary how people differ too, not what is unknown alone");
  command.add_option("--base", sensitivity.base,
                     "base rows (sobol, 512) or trajectories (morris, 40)");
}

Answer answer_of(const SimulateArguments& arguments) {
  SimulateRequest request = arguments.request;
  for (const std::string& path : arguments.output.out)
    require(path != request.rows, "cli.simulate.rows",
            "--rows and --out name the same file; saw '" + path + "'", ErrorKind::usage);
  if (!arguments.output.quiet && on_terminal())
    request.progress = Progress("simulated people", std::chrono::seconds(1));
  if (arguments.validate)
    return validate_answer(request.model, request.data, {.seed = request.seed});
  if (arguments.calibrate) return calibrate_answer(request.model, request.data);
  if (!arguments.sensitivity.method.empty())
    return sensitivity_answer(request, arguments.sensitivity);
  return simulate_answer(request);
}

}  // namespace

void add_simulate(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "simulate", "a pharmacological model over regimens and people: concentration to effect");
  const auto arguments = std::make_shared<SimulateArguments>();  // shared by parser and callback
  SimulateRequest& request = arguments->request;
  command->add_option("model", request.model, "name in data/models (mdma, ...), or a .toml file")
      ->required();
  command->add_option("--regimen", request.regimens,
                      "milligrams as labelled at hours: '80@0,40@2'; ~1.5 infuses over hours, ?0.1 "
                      "is refused by one in ten; may be repeated to compare");
  command->add_option("--protocol", request.protocols,
                      "in place of --regimen: the sessions of a published arm, STUDY:ARM of "
                      "data/doses.csv (MAPP1:mdma); may be repeated to compare");
  command
      ->add_option("--supplement", request.supplement_h,
                   "hours from a protocol's initial dose to its supplemental one")
      ->capture_default_str()
      ->needs("--protocol");
  command->add_option("--sessions", request.sessions, "how often the regimen is given")
      ->capture_default_str();
  command->add_option("--every", request.every, "from session to session: 28d");
  command->add_option("--missed", request.missed, "dose that nobody takes: SESSION.DOSE");
  command->add_option("--events", request.events,
                      "event table (ID, TIME, AMT, CMT, RATE, ADDL, II, EVID, SS), in place of "
                      "--regimen; columns that name covariates, groups of settings or parameters "
                      "of the model take effect, row by row");
  command
      ->add_option("--carry", request.carry,
                   "a row's values hold backward, from the row before it up to it (NONMEM), or "
                   "forward, from it until the next")
      ->capture_default_str()
      ->needs("--events");
  command->add_option("--unit", request.unit,
                      "of its amounts, if it has no column UNIT: mg, mg base");
  command->add_option("--times", request.times,
                      "hours: 0:48:0.25, or a list; default: a day from each session's start");
  command->add_option("--output", request.outputs, "quantities to show; default: all")
      ->delimiter(',');
  command->add_option("--above", request.above, "also the time above this concentration");
  add_people(*command, request);
  add_rows(*command, request);
  add_sensitivity(*command, arguments->sensitivity);
  command->add_option("--rtol", request.relative, "relative tolerance of the solver")
      ->capture_default_str();
  command->add_option("--atol", request.absolute, "absolute tolerance of the solver")
      ->capture_default_str();
  command->add_flag("--validate", arguments->validate,
                    "hold the model against published observations instead");
  command->add_flag("--calibrate", arguments->calibrate,
                    "fit the derived parameters to these observations instead");
  command->add_option("--data", request.data, "folder of the evidence base with models/");
  for (const char* other : {"--sensitivity", "--validate", "--calibrate"})
    command->get_option("--rows")->excludes(command->get_option(other));
  for (const char* other : {"--of", "--people", "--base"})
    command->get_option(other)->needs(command->get_option("--sensitivity"));
  command->get_option("--validate")->excludes(command->get_option("--calibrate"));
  for (const char* what : {"--validate", "--calibrate"})
    for (const char* other :
         {"--regimen", "--protocol", "--sessions", "--every", "--missed", "--events", "--unit",
          "--times", "--output", "--above", "--n", "--band", "--with", "--each", "--set",
          "--covariate", "--sensitivity"})
      command->get_option(what)->excludes(command->get_option(other));
  arguments->output.add_to(*command);
  command->callback([arguments, typed] { arguments->output.print(answer_of(*arguments), typed); });
}

}  // namespace entact::cli
