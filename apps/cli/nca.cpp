#include "entact/answer/nca_command.h"

#include <memory>

#include "commands.h"
#include "output.h"

namespace entact::cli {
namespace {

struct NcaArguments {
  std::string file{};
  NcaRequest request{};
  Output output{};
};

void add_columns(CLI::App& command, NcaColumns& columns) {
  command.add_option("--participant", columns.participant,
                     "column of participants. Default: USUBJID, SUBJID, ID");
  command.add_option("--time", columns.time, "column of times. Default: TIME, AFRLT, ARRLT, ATPTN");
  command.add_option("--time-unit", columns.time_unit, "of that column: h, min, d")
      ->capture_default_str();
  command.add_option("--concentration", columns.concentration,
                     "column of concentrations; BLQ and <LIMIT are below quantification. Default: "
                     "DV, AVAL, CONC");
  command.add_option("--dose", columns.dose,
                     "column of doses, on rows of their own (NONMEM) or beside the concentrations "
                     "(ADaM). Default: AMT, DOSE, DOSEA");
  command.add_option("--duration", columns.duration,
                     "column of the duration of infusions, in the unit of time. Default: ADOSEDUR, "
                     "DUR, else amount / RATE");
  command.add_option("--group", columns.group, "columns that tell courses and groups apart")
      ->delimiter(',');
}

}  // namespace

void add_nca(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "nca", "noncompartmental analysis: peaks, areas, half-lives, clearance, by participant");
  const auto arguments = std::make_shared<NcaArguments>();  // shared by the parser and the callback
  NcaRequest& request = arguments->request;
  command->add_option("file", arguments->file, "dataset with one row a concentration")->required();
  add_columns(*command, request.columns);
  command->add_option("--unit", request.unit, "of concentrations: ng/mL, ug/L, mg/L, ...")
      ->capture_default_str();
  command->add_option("--dose-unit", request.dose_unit, "ug, mg, g, or ug/kg, mg/kg, g/kg")
      ->capture_default_str();
  command->add_option("--method", request.method, "linear-up-log-down, linear or linear-log")
      ->capture_default_str();
  command->add_option("--lloq", request.lloq, "lower limit of quantification")
      ->capture_default_str();
  command
      ->add_option("--blq", request.blq,
                   "zero or drop for those below it: before the first that can be measured, "
                   "between, after the last")
      ->capture_default_str();
  command->add_option("--slope", request.slope,
                      "FROM:TO in hours: terminal slope from all points between. Default: the best "
                      "adjusted R2");
  command->add_option(
      "--interval", request.intervals,
      "FROM:TO in hours after the dose: the area between, up to the last sample that "
      "--blq leaves, beyond Tlast too; may be repeated");
  command->add_option("--tau", request.tau_h,
                      "hours between doses at steady state: AUC tau, Cavg, fluctuation, swing, "
                      "clearance, predicted accumulation");
  command->add_option("--where", request.where, "only rows with COLUMN=VALUE");
  command->add_option("--rows", request.rows, "of the CSV: participants or summary")
      ->capture_default_str();
  arguments->output.add_to(*command);
  command->callback([arguments, typed] {
    arguments->output.print(nca_file(arguments->file, arguments->request), typed);
  });
}

}  // namespace entact::cli
