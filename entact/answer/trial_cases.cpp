// Scenarios as settings of single numbers, and the cases that they make of a trial file.
#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "entact/answer/trial_file.h"
#include "entact/base/error.h"

namespace entact {
namespace {

using Setting = std::pair<std::string, double>;
using Setter = std::function<void(TrialDesign&, TrialTruth&, double)>;

// The last visit's value becomes `value`; the course keeps its shape.
void scale_to(std::vector<double>& course, double value, const std::vector<double>& weeks) {
  const double last = course.back();
  for (std::size_t k = 0; k < course.size(); ++k)
    course[k] = last != 0 ? course[k] * value / last : value * weeks[k] / weeks.back();
}

void scale_covariance(TrialTruth& truth, double sd) {
  // SDs of the visits so that the last is `sd`; the baseline stays.
  const Eigen::Index last = truth.covariance.rows() - 1;
  const double factor = sd / std::sqrt(truth.covariance(last, last));
  truth.covariance.bottomRows(last) *= factor;
  truth.covariance.rightCols(last) *= factor;
}

// A share of the effect is belief: an untold trial against no drug shows the same difference.
void give_to_belief(TrialTruth& truth, double share) {
  const double apart = truth.belief.active - truth.belief.inactive;
  if (apart == 0) return;
  truth.belief.expectancy += share * truth.effect.back() / apart;
  for (double& value : truth.effect) value *= 1 - share;
}

const std::vector<std::pair<std::string, Setter>>& setters() {
  using D = TrialDesign;
  using T = TrialTruth;
  static const std::vector<std::pair<std::string, Setter>> all{
      {"n", [](D& d, T&, double v) { d.n = static_cast<int>(std::lround(v)); }},
      {"sites", [](D& d, T&, double v) { d.sites = static_cast<int>(std::lround(v)); }},
      {"eligible_low", [](D& d, T&, double v) { d.eligible_low = v; }},
      {"baseline", [](D&, T& t, double v) { t.baseline = v; }},
      {"change", [](D& d, T& t, double v) { scale_to(t.natural, v, d.visit_weeks); }},
      {"therapy", [](D& d, T& t, double v) { scale_to(t.therapy, v, d.visit_weeks); }},
      {"effect", [](D& d, T& t, double v) { scale_to(t.effect, v, d.visit_weeks); }},
      {"sd", [](D&, T& t, double v) { scale_covariance(t, v); }},
      {"effect_sd", [](D&, T& t, double v) { t.effect_sd = v; }},
      {"site_sd", [](D&, T& t, double v) { t.site_sd = v; }},
      {"pair_sd", [](D&, T& t, double v) { t.pair_sd = v; }},
      {"skew", [](D&, T& t, double v) { t.skew = v; }},
      {"followed", [](D&, T& t, double v) { t.followed = v; }},
      {"keeps", [](D&, T& t, double v) { t.keeps = v; }},
      {"dose.half_mg", [](D&, T& t, double v) { t.dose.half_mg = v; }},
      {"belief.active", [](D&, T& t, double v) { t.belief.active = v; }},
      {"belief.inactive", [](D&, T& t, double v) { t.belief.inactive = v; }},
      {"belief.unsure", [](D&, T& t, double v) { t.belief.unsure = v; }},
      {"belief.half_mg", [](D&, T& t, double v) { t.belief.half_mg = v; }},
      {"belief.benefit", [](D&, T& t, double v) { t.belief.benefit = v; }},
      {"belief.credibility", [](D&, T& t, double v) { t.belief.credibility = v; }},
      {"belief.share", [](D&, T& t, double v) { give_to_belief(t, v); }},
      {"belief.expectancy", [](D&, T& t, double v) { t.belief.expectancy = v; }},
      {"belief.disappointment", [](D&, T& t, double v) { t.belief.disappointment = v; }},
      {"raters.unblinded", [](D&, T& t, double v) { t.raters.unblinded = v; }},
      {"raters.bias", [](D&, T& t, double v) { t.raters.bias = v; }},
      {"raters.sd", [](D&, T& t, double v) { t.raters.sd = v; }},
      {"raters.drift_sd", [](D&, T& t, double v) { t.raters.drift_sd = v; }},
  };
  return all;
}

void add_rate_setting(const Setting& setting, TrialTruth& truth) {
  // Every reason, every event at once.
  for (StopReason& stop : truth.stops)
    if (setting.first == "stop.rate") {
      stop.rate = setting.second;
      stop.rates.clear();
    }
  for (TrialEvent& event : truth.events)
    if (setting.first == "event.rate") event.rate = setting.second;
}

void apply(const Setting& setting, TrialDesign& design, TrialTruth& truth) {
  for (const auto& [key, set] : setters())
    if (key == setting.first) set(design, truth, setting.second);
  add_rate_setting(setting, truth);
}

// Every combination of the axes' values, the first axis slowest.
std::vector<std::vector<Setting>> combinations(const std::vector<TrialAxis>& axes) {
  std::vector<std::vector<Setting>> all{{}};
  for (const TrialAxis& axis : axes) {
    std::vector<std::vector<Setting>> longer;
    for (const auto& one : all)
      for (const double value : axis.values) {
        longer.push_back(one);
        longer.back().emplace_back(axis.key, value);
      }
    all = std::move(longer);
  }
  return all;
}

std::string name_of(const TrialVariant& variant, const std::vector<Setting>& settings, bool null) {
  std::string name = variant.name;
  for (const auto& [key, value] : settings) name += fmt::format(" {}={:g}", key, value);
  return name + (null ? " null" : "");
}

}  // namespace

std::vector<std::string> trial_setting_keys() {
  std::vector<std::string> keys;
  for (const auto& [key, set] : setters()) keys.push_back(key);
  keys.emplace_back("stop.rate");
  keys.emplace_back("event.rate");
  return keys;
}

TrialSimulation trial_simulation(const TrialFile& file, const TrialVariant& variant,
                                 const std::vector<Setting>& settings, bool null) {
  TrialDesign design = variant.design;
  TrialTruth truth = file.truth;
  for (const Setting& setting : settings) apply(setting, design, truth);
  if (null) truth.effect.assign(truth.effect.size(), 0.0);
  try {
    return {.name = name_of(variant, settings, null),
            .trial = prepare_trial(design, truth),
            .estimands = variant.estimands,
            .alpha = file.alpha,
            .seed = file.seed,
            .looks = file.looks};
  } catch (const Error& error) {
    std::string place = file.path.string();
    if (const auto known = file.places.find(error.code()); known != file.places.end())
      place = known->second.empty() ? place : known->second;
    for (const Setting& setting : settings)
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
