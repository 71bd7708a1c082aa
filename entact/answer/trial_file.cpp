// TRIAL.toml as a whole: designs, simulation, scenarios, questions. [design] is trial_design_file,
// [truth] and estimands trial_truth_file, [looks] trial_looks, [truth.exposure] trial_exposure.
#include "entact/answer/trial_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/installed_files.h"
#include "entact/answer/opened_evidence.h"
#include "entact/answer/toml_values.h"
#include "entact/answer/trial_conclusion.h"
#include "entact/answer/trial_design_file.h"
#include "entact/answer/trial_exposure.h"
#include "entact/answer/trial_looks.h"
#include "entact/answer/trial_prior.h"
#include "entact/answer/trial_settings.h"
#include "entact/base/error.h"
#include "entact/evidence/instrument_facts.h"
#include "entact/io/file.h"
#include "entact/io/sha256.h"

namespace entact {
namespace {

void read_variants(const TomlTable& document, TrialFile& file) {
  TrialDesign common;
  if (const auto table = document.optional_table("design")) read_design(*table, common);
  if (common.visit_names.empty()) common.visit_names = {"Week 18"};
  read_arms(document, common);
  const auto variants = document.tables("variant");
  for (const TomlTable& each : variants) {
    TrialVariant made{
        .name = each.text("name"), .assumes = toml_texts(each, "assumes", {}), .design = common};
    read_design(each, made.design);
    read_arms(each, made.design);
    file.variants.push_back(std::move(made));
  }
  if (variants.empty()) file.variants.push_back({.name = "", .design = common});
  for (std::size_t v = 0; v < file.variants.size(); ++v) {
    TrialDesign& design = file.variants[v].design;
    design.name = file.variants[v].name;
    const TomlTable& owner = variants.empty() ? document : variants[v];
    if (design.arms.size() < 2)
      throw owner.fault("arm", "a trial has at least two arms",
                        "Add [[arm]] with name and dose_mg, the treatment first");
    if (design.visit_weeks != common.visit_weeks)
      throw owner.fault("visits", "all variants have the visits of [design]",
                        "Leave visits out of the variant");
    file.variants[v].estimands =
        read_trial_estimands(owner.has("estimand") ? owner : document, design, file.truth);
  }
}

void read_simulation(const TomlTable& document, TrialFile& file) {
  const auto table = document.optional_table("simulation");
  if (!table) return;
  file.replicates = table->integer("replicates", file.replicates);
  if (file.replicates < 2 || file.replicates > 100000000)
    throw table->fault("replicates", "from 2 to 100 million replicates", "Write 1000");
  file.precision = table->number("precision", 0);
  if (file.precision < 0 || file.precision >= 0.5)
    throw table->fault("precision", "the standard error of power lies between 0 and 0.5",
                       "Write precision = 0.005");
  // Enough for the worst case, power 1/2.
  if (file.precision > 0 && !table->has("replicates"))
    file.replicates =
        static_cast<std::int64_t>(std::ceil(0.25 / (file.precision * file.precision)));
  file.alpha = table->number("alpha", file.alpha);
  if (!(file.alpha > 0 && file.alpha < 1))
    throw table->fault("alpha", "alpha is between 0 and 1", "Write 0.05");
  file.seed = static_cast<std::uint64_t>(table->integer("seed", 1));
  file.null_too = table->flag("null", false);
  file.people = toml_count(*table, "people", file.people, 100);
}

void check_exposure_axis(const TomlTable& document, const TomlTable& vary, const TrialAxis& axis) {
  if (!document.table("truth").has("exposure"))
    throw vary.fault(axis.key, "it varies [truth.exposure], which the file does not have",
                     "Add [truth.exposure] with half = 2000");
  for (const double value : axis.values)
    if (!(value > 0)) throw vary.fault(axis.key, "exposures are positive", "Write [1000, 2000]");
}

void read_scenarios(const TomlTable& document, TrialFile& file) {
  const std::vector<std::string> known = trial_setting_keys();
  for (const TomlTable& each : document.tables("scenario")) {
    TrialScenario scenario{.name = each.text("name", "")};
    const TomlTable vary = each.table("vary");
    for (const std::string& key : vary.keys()) {
      scenario.axes.push_back({key, toml_numbers(vary, key, {})});
      if (std::find(known.begin(), known.end(), key) == known.end())
        throw vary.fault(key, fmt::format("a scenario varies one of: {}", fmt::join(known, ", ")),
                         "Quote the key: \"belief.expectancy\" = [0, -3]");
      if (scenario.axes.back().values.empty())
        throw vary.fault(key, "a list of one number or more", "Write [0, -3, -6]");
      if (key == "exposure.half") check_exposure_axis(document, vary, scenario.axes.back());
      file.places[key] = vary.place(key);
    }
    if (scenario.axes.empty())
      throw each.fault("vary", "a scenario varies something", "Write \"effect\" = [-3, -6]");
    file.scenarios.push_back(std::move(scenario));
  }
}

void read_questions(const TomlTable& document, TrialFile& file) {
  if (const auto table = document.optional_table("search")) {
    file.search = TrialSearch{.power = toml_probability(*table, "power", 0.9),
                              .low = toml_count(*table, "low", 20, 8),
                              .high = toml_count(*table, "high", 1000, 8),
                              .precision = table->number("precision", 0.01)};
    if (file.search->low >= file.search->high)
      throw table->fault("high", "it is above low", "Write low = 20 and high = 1000");
    if (!(file.search->power > 0 && file.search->power < 1))
      throw table->fault("power", "between 0 and 1, both excluded", "Write 0.9");
    if (!(file.search->precision >= 0.001 && file.search->precision < 0.2))
      throw table->fault("precision", "between 0.001 and 0.2", "Write 0.01");
  }
  if (const auto table = document.optional_table("assurance"))
    file.assurance = read_prior(*table, file.path.parent_path());
}

// The items of the instruments, where an estimand asks for a diagnosis.
void read_items(TrialFile& file, const std::string& data) {
  std::optional<OpenedEvidence> evidence;
  for (TrialVariant& variant : file.variants) {
    const bool asked = std::any_of(
        variant.estimands.begin(), variant.estimands.end(),
        [](const TrialEstimand& estimand) { return estimand.response.loses_diagnosis; });
    if (!asked) continue;
    if (!evidence) evidence = open_evidence(data);
    variant.design.items = std::make_shared<const Instrument>(
        instrument_on_record(evidence->base, variant.design.instrument).instrument);
  }
}

}  // namespace

std::filesystem::path find_trial_file(const std::string& name, const std::string& data) {
  const std::filesystem::path path(name);
  if (path.has_extension() || path.has_parent_path() || std::filesystem::exists(path)) return path;
  const auto shipped = find_data(data) / "trials" / (name + ".toml");
  return std::filesystem::exists(shipped) ? shipped : path;
}

TrialFile read_trial(const std::filesystem::path& name, const std::string& data) {
  const std::filesystem::path path = find_trial_file(name.string(), data);
  const std::string bytes = read_file(path);
  const TomlTable document = read_toml(bytes, path.string());
  TrialFile file{.path = path,
                 .sha256 = sha256(bytes),
                 .title = document.text("title", path.stem().string()),
                 .notice = document.text("notice", ""),
                 .notes = toml_texts(document, "notes", {})};
  TrialDesign visits;
  if (const auto table = document.optional_table("design")) read_design(*table, visits);
  const TomlTable truth = document.table("truth");
  file.truth = read_truth(truth, visits);
  read_variants(document, file);
  read_simulation(document, file);
  read_scenarios(document, file);
  read_questions(document, file);
  file.looks = read_looks(document, file.alpha, file.variants);
  file.conclusion = read_conclusion(document);
  read_exposure(truth, file, data);
  document.refuse_unknown();
  read_items(file, data);
  const std::string spread = truth.place(truth.has("correlation") ? "correlation" : "sd");
  file.places["trial.truth.covariance"] = spread;
  file.places["trial.truth.probability"] = truth.place("belief");
  file.places["trial.design.nobody"] =
      document.optional_table("design") ? document.table("design").place("eligible") : "";
  return file;
}

}  // namespace entact
