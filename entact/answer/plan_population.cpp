// Who is in each population by ADSL, and whether the flags of the other datasets agree with it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "entact/answer/plan_run.h"
#include "entact/answer/row_conditions.h"
#include "entact/answer/trial_table.h"
#include "entact/base/error.h"

namespace entact {
namespace {

std::vector<std::size_t> rows_in(const TrialTable& data, const PlanPopulation& population) {
  try {
    return rows_meeting(data.table, population.where);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::unanswerable) return {};
    throw Error(error.code(), fmt::format("{}: {}: {}", population.place, data.file, error.what()));
  }
}

std::set<std::string> flags_of(const Plan& plan) {
  std::set<std::string> flags;
  for (const PlanPopulation& population : plan.populations)
    for (const std::string& condition : population.where)
      flags.insert(condition.substr(0, condition.find('=')));
  return flags;
}

/// Each row's participant has in ADSL the flag that the row has.
void hold_flags(const TrialTable& data, const TrialTable& subjects, const std::string& flag) {
  if (!data.table.has(flag) || !data.table.has("USUBJID") || !subjects.table.has(flag)) return;
  std::map<std::string, std::string> known;
  const auto subject = level_column(subjects, "USUBJID"), own = level_column(subjects, flag);
  for (std::size_t row = 0; row < subject.size(); ++row) known[subject[row]] = own[row];
  const auto id = level_column(data, "USUBJID"), here = level_column(data, flag);
  for (std::size_t row = 0; row < id.size(); ++row) {
    const auto found = known.find(id[row]);
    const std::string there =
        found == known.end() ? "no such participant" : flag + "=" + found->second;
    require(found != known.end() && found->second == here[row], "answer.plan.flag",
            fmt::format("{}: participant {} has {}={} here and {} in {}; the flags of a population "
                        "must be those of ADSL. Mend the dataset",
                        place_of(data, row, flag), id[row], flag, here[row], there, subjects.file));
  }
}

}  // namespace

void count_populations(const Plan& plan, PlanOutcome& outcome) {
  const TrialTable subjects = read_trial_table(plan.file("adsl").string());
  outcome.inputs.push_back({subjects.input.first, subjects.input.second});
  const std::string arm = plan.arm.empty() ? first_column(subjects.table, arm_names()) : plan.arm;
  require(!arm.empty() && subjects.table.has(arm) && subjects.table.has("USUBJID"),
          "answer.plan.subjects",
          fmt::format("{}: ADSL needs USUBJID and a column of arms; name it in the plan: arm = "
                      "\"TRT01P\"",
                      subjects.file));
  const std::vector<std::string> arms = level_column(subjects, arm);
  const std::set<std::string> names(arms.begin(), arms.end());
  outcome.arms.assign(names.begin(), names.end());
  for (const PlanPopulation& population : plan.populations) {
    PlanCount count{.population = population.id, .n = std::vector<int>(outcome.arms.size())};
    for (const std::size_t row : rows_in(subjects, population))
      ++count.n[static_cast<std::size_t>(
          std::find(outcome.arms.begin(), outcome.arms.end(), arms[row]) - outcome.arms.begin())];
    outcome.counts.push_back(std::move(count));
  }
  for (const auto& [name, file] : plan.datasets) {
    if (name == "adsl" || !file.ends_with(".csv")) continue;
    const TrialTable data = read_trial_table(plan.file(name).string());
    for (const std::string& flag : flags_of(plan)) hold_flags(data, subjects, flag);
  }
}

}  // namespace entact
