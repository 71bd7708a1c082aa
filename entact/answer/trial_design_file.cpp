// [design] and [[arm]] of TRIAL.toml, and how numbers and words of the file are read.
#include "entact/answer/trial_design_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "entact/answer/toml_values.h"
#include "entact/base/error.h"

namespace entact {
namespace {

TrialArm read_arm(const TomlTable& table) {
  TrialArm arm{.name = table.text("name"),
               .dose_mg = table.number("dose_mg", 0),
               .ratio = table.number("ratio", 1),
               .therapy = table.flag("therapy", true)};
  if (table.has("feels_like_mg")) arm.feels_like_mg = table.number("feels_like_mg");
  if (!(arm.ratio > 0))
    throw table.fault("ratio", "a ratio is positive, or nobody can enter the arm",
                      "Leave the arm out, or write a ratio such as 1");
  if (arm.dose_mg < 0 || arm.feels_like_mg.value_or(0) < 0)
    throw table.fault("dose_mg", "a dose is not negative", "Write the dose in mg");
  if (table.has("credible")) arm.credible = toml_probability(table, "credible", 1);
  if (table.has("told")) {
    const std::string told = toml_word(table, "told", {"nothing", "active", "inactive"});
    arm.told = told == "active"     ? Told::active
               : told == "inactive" ? Told::inactive
                                    : Told::nothing;
  }
  return arm;
}

void read_visits(const TomlTable& table, TrialDesign& design) {
  if (table.has("visits")) {
    design.visit_weeks = toml_numbers(table, "visits", {});
    for (std::size_t k = 0; k < design.visit_weeks.size(); ++k)
      if (!(design.visit_weeks[k] > (k == 0 ? 0 : design.visit_weeks[k - 1])))
        throw table.fault("visits", "visits are weeks after the baseline, in ascending order",
                          "Write visits = [4, 8, 18]");
    if (design.visit_weeks.empty() || design.visit_weeks.size() > 50)
      throw table.fault("visits", "a trial has 1 to 50 visits", "Write visits = [4, 8, 18]");
    design.visit_names.clear();
  }
  if (table.has("visit_names")) {
    design.visit_names = table.texts("visit_names");
    if (design.visit_names.size() != design.visit_weeks.size())
      throw table.fault("visit_names", "there are as many names as visits", "Name each visit");
  }
  if (design.visit_names.empty())
    for (const double week : design.visit_weeks)
      design.visit_names.push_back(fmt::format("Week {:g}", week));
}

void read_randomisation(const TomlTable& table, TrialDesign& design) {
  if (table.has("randomisation")) {
    const std::string how = toml_word(table, "randomisation", {"blocks", "simple", "minimisation"});
    design.allocation = how == "simple"   ? Allocation::simple
                        : how == "blocks" ? Allocation::blocks
                                          : Allocation::minimisation;
  }
  design.block = static_cast<int>(table.integer("block", design.block));
  design.minimise = toml_probability(table, "minimise", design.minimise);
  if (table.has("severity_cut")) design.severity_cut = table.number("severity_cut");
  for (const std::string& by : table.texts("strata", {})) {
    if (by == "site") {
      design.by_site = true;
    } else if (by != "severity" || !design.severity_cut) {
      throw table.fault("strata", "strata are site, and severity with a severity_cut",
                        "Write strata = [\"site\"]");
    }
  }
}

void read_range(const TomlTable& table, TrialDesign& design) {
  design.instrument = table.text("instrument", design.instrument);
  if (table.has("range")) {
    const std::vector<double> range = table.numbers("range");
    if (range.size() != 2 || !(range[0] < range[1]))
      throw table.fault("range", "a range is the lowest and the highest score",
                        "Write range = [0, 80]");
    design.range = {range[0], range[1], true};
  }
  design.range.whole = table.flag("whole", design.range.whole);
  if (table.has("eligible")) {
    const std::vector<double> eligible = table.numbers("eligible");
    if (eligible.size() != 2 || !(eligible[0] < eligible[1]))
      throw table.fault("eligible", "eligible baselines go from a lower to a higher score",
                        "Write eligible = [35, 80]");
    design.eligible_low = eligible[0];
    design.eligible_high = eligible[1];
  }
}

}  // namespace

void read_arms(const TomlTable& table, TrialDesign& design) {
  const auto arms = table.tables("arm");
  if (arms.empty()) return;
  design.arms.clear();
  for (const TomlTable& each : arms) {
    design.arms.push_back(read_arm(each));
    if (*design.arm(design.arms.back().name) + 1 != static_cast<int>(design.arms.size()))
      throw each.fault("name", "two arms have this name", "Rename one");
  }
}

void read_design(const TomlTable& table, TrialDesign& design) {
  design.n = toml_count(table, "n", design.n, 4);
  read_visits(table, design);
  design.session_weeks = table.numbers("sessions", design.session_weeks);
  read_range(table, design);
  design.sites = toml_count(table, "sites", design.sites, 1);
  design.pairs_per_site = toml_count(table, "pairs_per_site", design.pairs_per_site, 1);
  read_randomisation(table, design);
}

}  // namespace entact
