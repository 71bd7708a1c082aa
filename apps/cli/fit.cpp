#include "entact/answer/fit_command.h"

#include <memory>

#include "commands.h"
#include "output.h"

namespace entact::cli {
namespace {

struct FitArguments {
  std::string model{}, data{};
  FitRequest request{};
  Output output{};
};

}  // namespace

void add_fit(CLI::App& app, const std::string& typed) {
  auto* command = app.add_subcommand(
      "fit", "population model of concentrations: estimates, people, residuals, predictive check");
  const auto arguments = std::make_shared<FitArguments>();  // shared by the parser and the callback
  FitRequest& request = arguments->request;
  command->add_option("model", arguments->model, "the model with its starts, a TOML file")
      ->required();
  command
      ->add_option("data", arguments->data,
                   "the dataset with NONMEM's columns: ID, TIME, DV, AMT, EVID, ...")
      ->required();
  command->add_option("--method", request.method, "focei, laplace or saem")->capture_default_str();
  command
      ->add_option("--covariance", request.covariance,
                   "standard errors from the sandwich, r (second derivatives) or s (gradients)")
      ->capture_default_str();
  command
      ->add_option("--rows", request.rows,
                   "of the CSV: estimates, people, occasions, residuals or vpc")
      ->capture_default_str();
  command->add_option("--level", request.level, "level of the intervals")->capture_default_str();
  command
      ->add_option("--replicates", request.replicates,
                   "simulations of the predictive check; 0 for none")
      ->capture_default_str();
  command->add_flag("--prediction-corrected", request.prediction_corrected,
                    "predictive check relative to the typical predictions");
  command->add_option("--seed", request.seed, "of everything random")
      ->check(not_negative)
      ->capture_default_str();
  command->add_option("--threads", request.threads, "0: as many as the machine has");
  arguments->output.add_to(*command);
  command->callback([arguments, typed] {
    arguments->output.print(fit_files(arguments->model, arguments->data, arguments->request),
                            typed);
  });
}

}  // namespace entact::cli
