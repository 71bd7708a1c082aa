// [truth] of TRIAL.toml, and its estimands.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/toml_values.h"
#include "entact/answer/trial_file.h"
#include "entact/base/error.h"

namespace entact {
namespace {

// A list by visit; one number is reached at the last visit in proportion to the weeks.
std::vector<double> by_visit(const TomlTable& table, const std::string& key,
                             const TrialDesign& design) {
  std::vector<double> values = toml_numbers(table, key, {});
  const std::size_t visits = design.visit_weeks.size();
  if (values.size() == 1 && visits > 1) {
    const double last = values[0];
    values.clear();
    for (const double week : design.visit_weeks)
      values.push_back(last * week / design.visit_weeks.back());
  }
  if (values.empty()) values.assign(visits, 0.0);
  if (values.size() != visits)
    throw table.fault(key, fmt::format("one number, or one for each of the {} visits", visits),
                      "Count the visits");
  return values;
}

double not_negative(const TomlTable& table, const std::string& key, double fallback = 0) {
  const double value = table.number(key, fallback);
  if (!(value >= 0)) throw table.fault(key, "it is not negative", "Write 0 or more");
  return value;
}

Eigen::MatrixXd correlation(const TomlTable& table, Eigen::Index size) {
  std::vector<double> values = toml_numbers(table, "correlation", {0.5});
  Eigen::MatrixXd r = Eigen::MatrixXd::Identity(size, size);
  if (values.size() == 1) {
    r.setConstant(values[0]);
    r.diagonal().setOnes();
    return r;
  }
  if (static_cast<Eigen::Index>(values.size()) != size * (size - 1) / 2)
    throw table.fault(
        "correlation",
        fmt::format("one number, or the {} below the diagonal of baseline and visits, "
                    "row by row",
                    size * (size - 1) / 2),
        "Write correlation = 0.5");
  for (Eigen::Index i = 1, at = 0; i < size; ++i)
    for (Eigen::Index j = 0; j < i; ++j) r(i, j) = r(j, i) = values[static_cast<std::size_t>(at++)];
  return r;
}

Eigen::MatrixXd read_covariance(const TomlTable& table, const TrialDesign& design) {
  std::vector<double> weeks{0};
  weeks.insert(weeks.end(), design.visit_weeks.begin(), design.visit_weeks.end());
  if (const auto slope = table.optional_table("random_slope"))
    return covariance_of({.intercept_sd = not_negative(*slope, "intercept_sd"),
                          .slope_sd = not_negative(*slope, "slope_sd"),
                          .correlation = slope->number("correlation", 0),
                          .residual_sd = not_negative(*slope, "residual_sd")},
                         weeks);
  std::vector<double> sd = toml_numbers(table, "sd", {10});
  if (sd.size() == 1) sd.assign(design.visit_weeks.size(), sd[0]);
  if (sd.size() != design.visit_weeks.size())
    throw table.fault("sd", "one standard deviation, or one for each visit", "Count the visits");
  sd.insert(sd.begin(), table.number("baseline_sd", sd[0]));
  for (const double value : sd)
    if (!(value > 0)) throw table.fault("sd", "a standard deviation is positive", "Write 12");
  return covariance_of(sd, correlation(table, static_cast<Eigen::Index>(sd.size())));
}

Concerned read_concerned(const TomlTable& table) {
  if (!table.has("who")) return Concerned::everyone;
  const std::string who = toml_word(
      table, "who", {"everyone", "on drug", "off drug", "believes active", "believes inactive"});
  return who == "on drug"           ? Concerned::on_drug
         : who == "off drug"        ? Concerned::off_drug
         : who == "believes active" ? Concerned::believes_active
         : who == "everyone"        ? Concerned::everyone
                                    : Concerned::believes_inactive;
}

Belief read_belief(const TomlTable& table) {
  Belief belief;
  belief.active = toml_probability(table, "active", belief.active);
  belief.inactive = toml_probability(table, "inactive", belief.inactive);
  belief.unsure = toml_probability(table, "unsure", 0);
  belief.credibility = toml_probability(table, "credibility", 1);
  belief.half_mg = not_negative(table, "half_mg", belief.half_mg);
  belief.benefit = table.number("benefit", 0);
  belief.expectancy = table.number("expectancy", 0);
  belief.disappointment = table.number("disappointment", 0);
  return belief;
}

RaterTruth read_raters(const TomlTable& table) {
  RaterTruth raters{.raters = static_cast<int>(table.integer("raters", 4)),
                    .sd = not_negative(table, "sd"),
                    .drift_sd = not_negative(table, "drift_sd"),
                    .unblinded = toml_probability(table, "unblinded", 0),
                    .bias = table.number("bias", 0)};
  if (raters.raters < 1 || raters.raters > 100000)
    throw table.fault("raters", "there is at least one rater", "Write raters = 4");
  return raters;
}

void read_dose(const TomlTable& table, DoseResponse& dose) {
  if (table.has("shape"))
    dose.shape = toml_word(table, "shape", {"linear", "emax"}) == "emax" ? DoseShape::emax
                                                                         : DoseShape::linear;
  dose.reference_mg = not_negative(table, "reference_mg");
  dose.half_mg = not_negative(table, "half_mg", dose.half_mg);
}

// `rate` is one probability, or one for each visit.
StopReason read_stop(const TomlTable& table, std::size_t visits) {
  StopReason stop{.name = table.text("name"),
                  .rates = toml_numbers(table, "rate", {0}),
                  .seen = table.number("seen", 0),
                  .unseen = table.number("unseen", 0),
                  .who = read_concerned(table)};
  for (const double rate : stop.rates)
    if (!(rate >= 0 && rate <= 1))
      throw table.fault("rate", "a probability is between 0 and 1", "Write 0.05 for 5%");
  if (stop.rates.size() != 1 && stop.rates.size() != visits)
    throw table.fault("rate",
                      fmt::format("one probability, or one for each of the {} visits", visits),
                      "Count the visits");
  if (stop.rates.size() == 1) {
    stop.rate = stop.rates[0];
    stop.rates.clear();
  }
  return stop;
}

void read_lists(const TomlTable& table, std::size_t visits, TrialTruth& truth) {
  for (const TomlTable& each : table.tables("subgroup"))
    truth.subgroups.push_back({.name = each.text("name"),
                               .share = toml_probability(each, "share", 0),
                               .baseline_shift = each.number("baseline_shift", 0),
                               .change_shift = each.number("change_shift", 0),
                               .effect_shift = each.number("effect_shift", 0)});
  for (const TomlTable& each : table.tables("stop")) truth.stops.push_back(read_stop(each, visits));
  for (const TomlTable& each : table.tables("event"))
    truth.events.push_back({.name = each.text("name"),
                            .rate = toml_probability(each, "rate", 0),
                            .severity = each.number("severity", 0),
                            .shift = each.number("shift", 0),
                            .from_week = each.number("from_week", 0),
                            .who = read_concerned(each)});
  for (const TomlTable& each : table.tables("harm"))
    truth.harms.push_back({.term = each.text("term"),
                           .without = toml_probability(each, "without", 0),
                           .with = toml_probability(each, "with", 0)});
}

std::vector<int> arms_named(const TomlTable& table, const std::string& key,
                            const TrialDesign& design, int fallback) {
  std::vector<int> arms;
  for (const std::string& name : toml_texts(table, key, {})) {
    const auto arm = design.arm(name);
    if (!arm) throw table.fault(key, fmt::format("no arm '{}'", name), "Name one of the [[arm]]s");
    arms.push_back(*arm);
  }
  return arms.empty() ? std::vector<int>{fallback} : arms;
}

int visit_named(const TomlTable& table, const TrialDesign& design) {
  if (!table.has("visit")) return design.visits() - 1;
  std::string name;
  double week = std::nan("");
  try {
    name = table.text("visit");
  } catch (const Error& error) {
    if (error.code() != "io.toml.type") throw;
    week = table.number("visit");
  }
  for (int k = 0; k < design.visits(); ++k)
    if (design.visit_names[static_cast<std::size_t>(k)] == name ||
        design.visit_weeks[static_cast<std::size_t>(k)] == week)
      return k;
  throw table.fault(
      "visit", fmt::format("no such visit; there are: {}", fmt::join(design.visit_names, ", ")),
      "Write its week or its name");
}

Strategy strategy_named(const TomlTable& table, const std::string& key, Strategy fallback) {
  if (!table.has(key)) return fallback;
  const std::string word = toml_word(
      table, key, {"treatment policy", "hypothetical", "composite", "while on treatment"});
  return word == "treatment policy" ? Strategy::treatment_policy
         : word == "hypothetical"   ? Strategy::hypothetical
         : word == "composite"      ? Strategy::composite
                                    : Strategy::while_on_treatment;
}

TrialMethod method_named(const TomlTable& table) {
  if (!table.has("method")) return TrialMethod::mmrm;
  const std::string word =
      toml_word(table, "method", {"mmrm", "ancova", "responders", "jump to reference"});
  return word == "mmrm"         ? TrialMethod::mmrm
         : word == "ancova"     ? TrialMethod::ancova
         : word == "responders" ? TrialMethod::responders
                                : TrialMethod::jump_to_reference;
}

void read_events(const TomlTable& table, const TrialTruth& truth, TrialEstimand& estimand) {
  const auto events = table.optional_table("events");
  if (!events) return;
  estimand.events.assign(truth.events.size(), Strategy::treatment_policy);
  for (const std::string& name : events->keys()) {
    const auto at = std::find_if(truth.events.begin(), truth.events.end(),
                                 [&](const TrialEvent& event) { return event.name == name; });
    if (at == truth.events.end())
      throw events->fault(name, "no [[truth.event]] has this name", "Name one of them");
    estimand.events[static_cast<std::size_t>(at - truth.events.begin())] =
        strategy_named(*events, name, Strategy::treatment_policy);
  }
}

void read_subgroup(const TomlTable& table, const TrialTruth& truth, TrialEstimand& estimand) {
  if (!table.has("subgroup")) return;
  const std::string name = table.text("subgroup");
  const auto at = std::find_if(truth.subgroups.begin(), truth.subgroups.end(),
                               [&](const TrialSubgroup& each) { return each.name == name; });
  if (at == truth.subgroups.end())
    throw table.fault("subgroup", fmt::format("no [[truth.subgroup]] is named '{}'", name),
                      "Name one of them");
  estimand.subgroup = static_cast<int>(at - truth.subgroups.begin());
  const std::string among = table.has("among")
                                ? toml_word(table, "among", {"members", "others", "difference"})
                                : "members";
  estimand.among = among == "members"  ? Among::members
                   : among == "others" ? Among::others
                                       : Among::difference;
  const bool modelled =
      estimand.method == TrialMethod::mmrm || estimand.method == TrialMethod::ancova;
  if (estimand.method == TrialMethod::jump_to_reference ||
      (estimand.among == Among::difference && !modelled))
    throw table.fault("subgroup",
                      "a subgroup goes with mmrm, ancova and responders, a difference "
                      "with mmrm and ancova",
                      "Write method = \"ancova\"");
}

TrialEstimand read_estimand(const TomlTable& table, const TrialDesign& design,
                            const TrialTruth& truth) {
  TrialEstimand made{.id = table.text("id"),
                     .treatment = arms_named(table, "treatment", design, 0),
                     .control = arms_named(table, "control", design, 1),
                     .visit = visit_named(table, design),
                     .method = method_named(table)};
  made.response.fall = table.number("fall", made.response.fall);
  made.response.percent = table.flag("percent", false);
  if (table.has("at_most")) made.response.at_most = table.number("at_most");
  if (table.has("response"))
    made.response.loses_diagnosis =
        toml_word(table, "response", {"fall", "loss of diagnosis"}) == "loss of diagnosis";
  if (made.response.loses_diagnosis && (design.instrument.empty() || !design.range.whole))
    throw table.fault("response", "loss of diagnosis needs an instrument and whole scores",
                      "Write instrument = \"CAPS-5\" and range = [0, 80] in [design]");
  if (table.has("missing"))
    made.missing_fails = toml_word(table, "missing", {"fails", "left out"}) == "fails";
  made.stopping = strategy_named(table, "stopping", Strategy::hypothetical);
  read_events(table, truth, made);
  made.failure = table.number("failure", 0);
  if (table.has("beliefs"))
    made.without_beliefs = toml_word(table, "beliefs", {"excluded", "included"}) == "excluded";
  made.baseline_by_visit = table.flag("baseline_by_visit", false);
  read_subgroup(table, truth, made);
  if (made.treatment == made.control)
    throw table.fault("control", "treatment and control are different arms", "Name another arm");
  if (made.method == TrialMethod::jump_to_reference &&
      (made.treatment.size() > 1 || made.control.size() > 1))
    throw table.fault("method", "jump to reference compares one arm with one", "Name one arm each");
  return made;
}

}  // namespace

TrialTruth read_truth(const TomlTable& table, const TrialDesign& design) {
  TrialTruth truth;
  truth.baseline = table.number("baseline", truth.baseline);
  truth.natural = by_visit(table, "change", design);
  truth.therapy = by_visit(table, "therapy", design);
  truth.effect = by_visit(table, "effect", design);
  truth.covariance = read_covariance(table, design);
  truth.skew = not_negative(table, "skew");
  truth.effect_sd = not_negative(table, "effect_sd");
  truth.site_sd = not_negative(table, "site_sd");
  truth.pair_sd = not_negative(table, "pair_sd");
  truth.pair_effect_sd = not_negative(table, "pair_effect_sd");
  truth.followed = toml_probability(table, "followed", 0);
  truth.keeps = toml_probability(table, "keeps", 1);
  if (const auto dose = table.optional_table("dose")) read_dose(*dose, truth.dose);
  if (const auto belief = table.optional_table("belief")) truth.belief = read_belief(*belief);
  if (const auto raters = table.optional_table("raters")) truth.raters = read_raters(*raters);
  read_lists(table, design.visit_weeks.size(), truth);
  return truth;
}

std::vector<TrialEstimand> read_trial_estimands(const TomlTable& document,
                                                const TrialDesign& design,
                                                const TrialTruth& truth) {
  std::vector<TrialEstimand> estimands;
  for (const TomlTable& each : document.tables("estimand")) {
    estimands.push_back(read_estimand(each, design, truth));
    for (std::size_t e = 0; e + 1 < estimands.size(); ++e)
      if (estimands[e].id == estimands.back().id)
        throw each.fault("id", "two estimands have this id", "Rename one");
  }
  if (estimands.empty()) estimands.push_back({.visit = design.visits() - 1});
  return estimands;
}

}  // namespace entact
