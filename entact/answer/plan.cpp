#include "entact/answer/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "entact/answer/toml_values.h"
#include "entact/base/error.h"
#include "entact/io/file.h"
#include "entact/io/sha256.h"

namespace entact {
namespace {

void check_conditions(const TomlTable& table, const std::string& key,
                      const std::vector<std::string>& where) {
  for (const std::string& condition : where)
    if (condition.find('=') == std::string::npos)
      throw table.fault(key, "each condition is COLUMN=VALUE", "Write where = [\"FASFL=Y\"]");
}

void read_populations(const TomlTable& document, Plan& plan) {
  for (const TomlTable& each : document.tables("population")) {
    PlanPopulation made{.id = each.text("id"),
                        .title = each.text("title", each.text("id")),
                        .where = each.texts("where", {}),
                        .place = each.place("where")};
    check_conditions(each, "where", made.where);
    if (plan.population(made.id) != nullptr)
      throw each.fault("id", "two populations have this id", "Rename one");
    plan.populations.push_back(std::move(made));
  }
  if (plan.populations.empty())
    throw document.fault("population", "a plan has at least one population",
                         "Add [[population]] with id and where");
}

std::vector<PlanEvent> read_events(const TomlTable& estimand) {
  static const std::vector<std::string> strategies{"treatment policy", "hypothetical", "composite",
                                                   "while on treatment", "principal stratum"};
  std::vector<PlanEvent> events;
  for (const TomlTable& each : estimand.tables("intercurrent_events"))
    events.push_back({each.text("event"), toml_word(each, "strategy", strategies)});
  return events;
}

void read_estimands(const TomlTable& document, Plan& plan) {
  for (const TomlTable& each : document.tables("estimand")) {
    PlanEstimand made{.id = each.text("id"),
                      .population = each.text("population"),
                      .treatment = each.text("treatment"),
                      .comparator = each.text("comparator"),
                      .variable = each.text("variable"),
                      .intercurrent_events = read_events(each),
                      .summary = each.text("summary")};
    if (each.has("benefit")) made.benefit = toml_word(each, "benefit", {"lower", "higher"});
    if (plan.population(made.population) == nullptr)
      throw each.fault("population", "the plan has no population of this id",
                       "Name one of its [[population]]");
    if (plan.estimand(made.id) != nullptr)
      throw each.fault("id", "two estimands have this id", "Rename one");
    plan.estimands.push_back(std::move(made));
  }
}

void read_datasets(const TomlTable& document, Plan& plan) {
  const TomlTable datasets = document.table("datasets");
  static_cast<void>(datasets.text("adsl"));
  for (const std::string& name : datasets.keys()) {
    plan.datasets[name] = datasets.text(name);
    if (!std::filesystem::is_regular_file(plan.file(name)))
      throw datasets.fault(name, "a dataset is a file, relative to the plan's folder",
                           "Mend the name");
  }
}

template <typename List>
auto plan_item(const List& list, const std::string& id) -> decltype(&list.front()) {
  for (const auto& each : list)
    if (each.id == id) return &each;
  return nullptr;
}

}  // namespace

const PlanPopulation* Plan::population(const std::string& id) const {
  return plan_item(populations, id);
}

const PlanEstimand* Plan::estimand(const std::string& id) const { return plan_item(estimands, id); }

std::filesystem::path Plan::file(const std::string& name) const {
  return path.parent_path() / datasets.at(name);
}

Plan read_plan(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  const TomlTable document = read_toml(bytes, path.string());
  Plan plan{.path = path,
            .sha256 = sha256(bytes),
            .title = document.text("title"),
            .study = document.text("study", ""),
            .notice = document.text("notice", ""),
            .design = document.texts("design", {}),
            .methods = document.texts("methods", {}),
            .arm = document.text("arm", "")};
  read_datasets(document, plan);
  read_populations(document, plan);
  read_estimands(document, plan);
  plan.analyses = read_plan_analyses(document, plan);
  plan.multiplicity = read_plan_multiplicity(document, plan);
  document.refuse_unknown();
  return plan;
}

}  // namespace entact
