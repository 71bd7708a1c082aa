#include "entact/answer/trial_run.h"

#include <cmath>

namespace entact {
namespace {

class Runner {
 public:
  Runner(const TrialFile& file, const TrialMachinery& machinery, std::int64_t runs)
      : file_(file), machinery_(machinery), whole_(runs * file.replicates) {}

  OperatingCharacteristics operate_case(const TrialSimulation& simulation, bool exact = false) {
    OperatingOptions how{.replicates = file_.replicates,
                         .precision = exact ? 0 : file_.precision,
                         .how = {.compute = machinery_.compute},
                         .wrap = machinery_.wrap,
                         .people = file_.people};
    const std::int64_t before = done_;
    if (machinery_.progress)
      how.how.progress = [this, before](std::int64_t done) {
        machinery_.progress(before + done, whole_);
        return true;
      };
    OperatingCharacteristics found = operate(simulation, how);
    done_ = before + file_.replicates;
    return found;
  }

 private:
  const TrialFile& file_;
  const TrialMachinery& machinery_;
  std::int64_t done_ = 0, whole_ = 0;
};

TrialSimulation at_prior(const TrialFile& file, const TrialVariant& variant) {
  TrialSimulation simulation = trial_simulation(file, variant, {{"effect", file.assurance->mean}});
  simulation.name += " assurance";
  simulation.trial.truth.effect_prior_sd = std::hypot(file.assurance->se, file.assurance->tau);
  simulation.trial.truth.effect_prior_df = file.assurance->df;
  return simulation;
}

}  // namespace

TrialOutcome run_trial(const TrialFile& file, const TrialMachinery& machinery) {
  TrialOutcome outcome;
  std::vector<TrialCase> cases = trial_cases(file);
  const auto variants = static_cast<std::int64_t>(file.variants.size());
  Runner runner(file, machinery,
                static_cast<std::int64_t>(cases.size()) + (file.assurance ? 2 * variants : 0));
  for (TrialCase& each : cases) {
    OperatingCharacteristics found = runner.operate_case(each.simulation);
    outcome.cases.push_back({std::move(each), std::move(found)});
  }
  for (const TrialVariant& variant : file.variants) {
    if (file.search) {
      const SampleSizeQuestion question{.power = file.search->power,
                                        .low = file.search->low,
                                        .high = file.search->high,
                                        .precision = file.search->precision,
                                        .how = {.compute = machinery.compute},
                                        .wrap = machinery.wrap};
      outcome.sizes.push_back(find_sample_size(
          [&](int n) {
            return trial_simulation(file, variant, {{"n", static_cast<double>(n)}});
          },
          question));
    }
    if (!file.assurance) continue;
    TrialSimulation simulation = at_prior(file, variant);
    TrialAssurance made{.prior = *file.assurance};
    made.assurance = runner.operate_case(simulation).estimands.front().power;
    simulation.trial.truth.effect_prior_sd = 0;
    simulation.name += " mean";
    made.power = runner.operate_case(simulation).estimands.front().power;
    outcome.assurances.push_back(made);
  }
  return outcome;
}

}  // namespace entact
