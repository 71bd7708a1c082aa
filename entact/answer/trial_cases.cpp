// The cases that scenarios make of a trial file.
#include <fmt/format.h>

#include "entact/answer/trial_file.h"
#include "entact/answer/trial_settings.h"
#include "entact/base/error.h"

namespace entact {
namespace {

// Every combination of the axes' values, the first axis slowest.
std::vector<std::vector<TrialSetting>> combinations(const std::vector<TrialAxis>& axes) {
  std::vector<std::vector<TrialSetting>> all{{}};
  for (const TrialAxis& axis : axes) {
    std::vector<std::vector<TrialSetting>> longer;
    for (const auto& one : all)
      for (const double value : axis.values) {
        longer.push_back(one);
        longer.back().emplace_back(axis.key, value);
      }
    all = std::move(longer);
  }
  return all;
}

std::string name_of(const TrialVariant& variant, const std::vector<TrialSetting>& settings,
                    bool null) {
  std::string name = variant.name;
  for (const auto& [key, value] : settings) name += fmt::format(" {}={:g}", key, value);
  return name + (null ? " null" : "");
}

}  // namespace

TrialSimulation trial_simulation(const TrialFile& file, const TrialVariant& variant,
                                 const std::vector<TrialSetting>& settings, bool null) {
  TrialDesign design = variant.design;
  TrialTruth truth = file.truth;
  for (const TrialSetting& setting : settings) apply_setting(setting, design, truth);
  if (null) truth.effect.assign(truth.effect.size(), 0.0);
  try {
    return {.name = name_of(variant, settings, null),
            .trial = prepare_trial(design, truth),
            .estimands = variant.estimands,
            .alpha = file.alpha,
            .seed = file.seed,
            .looks = file.looks,
            .published = file.published};
  } catch (const Error& error) {
    std::string place = file.path.string();
    if (const auto known = file.places.find(error.code()); known != file.places.end())
      place = known->second.empty() ? place : known->second;
    for (const TrialSetting& setting : settings)
      if (std::string(error.what()).find(setting.first + ":") == 0)
        place = file.places.at(setting.first);
    throw Error(error.code(), place + ": " + error.what(), error.kind());
  }
}

std::vector<TrialCase> trial_cases(const TrialFile& file) {
  std::vector<TrialCase> cases;
  std::vector<TrialScenario> scenarios = file.scenarios;
  if (scenarios.empty()) scenarios.push_back({});
  for (std::size_t v = 0; v < file.variants.size(); ++v)
    for (const TrialScenario& scenario : scenarios)
      for (const auto& settings : combinations(scenario.axes))
        for (const bool null : {false, true})
          if (!null || file.null_too)
            cases.push_back(
                {.variant = v,
                 .scenario = scenario.name,
                 .settings = settings,
                 .null = null,
                 .simulation = trial_simulation(file, file.variants[v], settings, null)});
  return cases;
}

}  // namespace entact
