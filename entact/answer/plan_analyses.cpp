// The [[analysis]] entries and the [multiplicity] of a plan.
#include <fmt/format.h>

#include <algorithm>

#include "entact/answer/plan.h"
#include "entact/base/error.h"

namespace entact {
namespace {

const std::vector<std::string>& plan_roles() {
  static const std::vector<std::string> roles{"primary",  "secondary", "sensitivity",
                                              "subgroup", "safety",    "description"};
  return roles;
}

/// The dataset that a method reads where the plan names none.
std::string usual_dataset(const std::string& method) {
  if (method == "survival") return "adtte";
  if (method == "adverse") return "adae";
  return method == "blinding" ? "adsl" : "adqs";
}

std::string dataset_of(const TomlTable& table, const Plan& plan, const std::string& method) {
  const std::string name = table.text("dataset", usual_dataset(method));
  const auto found = plan.datasets.find(name);
  if (found == plan.datasets.end())
    throw table.fault("dataset", fmt::format("[datasets] has no '{}'", name),
                      "Add it there, or name another");
  return found->second;
}

/// Role, estimand and population: each by a word that the plan knows.
void read_place_in_plan(const TomlTable& table, const Plan& plan, PlanAnalysis& made) {
  made.role = table.text("role");
  const auto& roles = plan_roles();
  if (std::find(roles.begin(), roles.end(), made.role) == roles.end())
    throw table.fault("role", fmt::format("a role is one of: {}", fmt::join(roles, ", ")),
                      "Choose one of them");
  const bool free = made.role == "safety" || made.role == "description";
  made.estimand = free ? table.text("estimand", "") : table.text("estimand");
  const PlanEstimand* estimand = plan.estimand(made.estimand);
  if (estimand == nullptr && !made.estimand.empty())
    throw table.fault("estimand", "the plan has no estimand of this id",
                      "Name one of its [[estimand]]");
  made.population = estimand == nullptr ? table.text("population")
                                        : table.text("population", estimand->population);
  if (plan.population(made.population) == nullptr)
    throw table.fault("population", "the plan has no population of this id",
                      "Name one of its [[population]]");
}

void read_result(const TomlTable& table, PlanAnalysis& made) {
  const auto result = table.optional_table("result");
  if (!result) return;
  made.result = {result->text("label", ""), result->text("visit", ""), result->text("measure", "")};
}

void read_subgroup(const TomlTable& table, PlanAnalysis& made) {
  if (made.role != "subgroup") return;
  const TomlTable subgroup = table.table("subgroup");
  made.subgroup = PlanSubgroup{subgroup.text("column"), subgroup.texts("levels")};
  if (made.subgroup->levels.size() < 2)
    throw subgroup.fault("levels", "a subgroup analysis compares at least two levels",
                         "List the levels of the column");
}

/// Rows of the population; entact adverse takes the safety population by itself.
std::vector<std::string> rows_of_population(const TomlTable& table, const Plan& plan,
                                            const PlanAnalysis& made) {
  const std::vector<std::string>& where = plan.population(made.population)->where;
  if (made.method != "adverse") return where;
  if (where != std::vector<std::string>{"SAFFL=Y"})
    throw table.fault("population", "adverse events are counted in the population of SAFFL=Y",
                      "Name a population with where = [\"SAFFL=Y\"]");
  return {};
}

PlanAnalysis read_plan_analysis(const TomlTable& table, const Plan& plan) {
  PlanAnalysis made{.id = table.text("id"),
                    .title = table.text("title"),
                    .method = table.text("method"),
                    .note = table.text("note", ""),
                    .place = table.place("id")};
  read_place_in_plan(table, plan, made);
  made.dataset = dataset_of(table, plan, made.method);
  read_result(table, made);
  read_subgroup(table, made);
  PlanRows rows{.folder = plan.path.parent_path(),
                .dataset = made.dataset,
                .subjects = plan.datasets.at("adsl"),
                .where = rows_of_population(table, plan, made)};
  const bool linear = made.method == "mmrm" || made.method == "ancova";
  if (made.subgroup && linear) rows.interaction = made.subgroup->column;
  made.commands.push_back(plan_command(table, made.method, rows));
  rows.interaction.clear();
  if (!made.subgroup) return made;
  for (const std::string& level : made.subgroup->levels) {
    PlanRows some = rows;
    some.where.push_back(made.subgroup->column + "=" + level);
    made.commands.push_back(plan_command(table, made.method, some));
  }
  return made;
}

/// The transition matrix, a list of numbers a row: transitions = [{to = [0, 1]}, {to = [1, 0]}].
void read_graph(const TomlTable& table, PlanMultiplicity& made) {
  made.weights = table.numbers("weights");
  for (const TomlTable& row : table.tables("transitions"))
    made.transitions.push_back(row.numbers("to"));
  const std::size_t m = made.analyses.size();
  const bool square = made.transitions.size() == m &&
                      std::all_of(made.transitions.begin(), made.transitions.end(),
                                  [&](const std::vector<double>& row) { return row.size() == m; });
  if (made.weights.size() != m || !square)
    throw table.fault(
        "transitions",
        fmt::format("{} tests need {} weights and {} rows of {} transitions", m, m, m, m),
        "Give one weight and one { to = [...] } for each of `order`");
}

}  // namespace

std::vector<PlanAnalysis> read_plan_analyses(const TomlTable& document, const Plan& plan) {
  std::vector<PlanAnalysis> all;
  for (const TomlTable& table : document.tables("analysis")) {
    PlanAnalysis made = read_plan_analysis(table, plan);
    const bool known = std::any_of(all.begin(), all.end(),
                                   [&](const PlanAnalysis& each) { return each.id == made.id; });
    if (known) throw table.fault("id", "two analyses have this id", "Rename one");
    all.push_back(std::move(made));
  }
  if (all.empty())
    throw document.fault("analysis", "a plan has at least one analysis", "Add [[analysis]]");
  return all;
}

std::optional<PlanMultiplicity> read_plan_multiplicity(const TomlTable& document,
                                                       const Plan& plan) {
  const auto table = document.optional_table("multiplicity");
  if (!table) return std::nullopt;
  PlanMultiplicity made{.method = table->text("method"),
                        .alpha = table->number("alpha", 0.05),
                        .analyses = table->texts("order"),
                        .place = table->place("order")};
  const std::vector<std::string> methods{"fixed-sequence", "holm", "hochberg", "graphical"};
  if (std::find(methods.begin(), methods.end(), made.method) == methods.end())
    throw table->fault("method", fmt::format("it is one of: {}", fmt::join(methods, ", ")),
                       "Choose one of them");
  if (!(made.alpha > 0 && made.alpha < 1))
    throw table->fault("alpha", "alpha is between 0 and 1", "Write a level such as 0.05");
  for (const std::string& id : made.analyses) {
    const auto found = std::find_if(plan.analyses.begin(), plan.analyses.end(),
                                    [&](const PlanAnalysis& each) { return each.id == id; });
    if (found == plan.analyses.end() || found->subgroup ||
        std::count(made.analyses.begin(), made.analyses.end(), id) > 1)
      throw table->fault("order",
                         fmt::format("each entry is, once, the id of an analysis that is not of "
                                     "subgroups; '{}' is not",
                                     id),
                         "Mend the list");
  }
  if (made.method == "graphical") read_graph(*table, made);
  return made;
}

}  // namespace entact
