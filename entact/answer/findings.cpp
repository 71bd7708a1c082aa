#include "entact/answer/findings.h"

#include <set>

#include "entact/answer/pool_analysis.h"
#include "entact/base/error.h"

namespace entact {
namespace {

std::vector<std::string> facts_of(const AnalysisInput& input) {
  std::set<std::string> facts;
  for (const AnalysisMember& member : input.members)
    facts.insert(member.facts.begin(), member.facts.end());
  return {facts.begin(), facts.end()};
}

}  // namespace

AnalysisPolicy policy_of(const ReportOptions& options) {
  AnalysisPolicy policy;
  policy.selection.include_recalled = options.include_recalled;
  return policy;
}

std::string command_with(const PooledAnswer& answer, const std::string& further) {
  std::string command = answer.command;
  return command.insert(command.find(" --format"), further);
}

std::string as_of_text(const ReportOptions& options) {
  return options.as_of.known() ? " --as-of " + to_text(options.as_of) : "";
}

std::optional<PooledAnswer> pooled_answer(const EvidenceBase& base, std::string_view analysis_id,
                                          const AnalysisPolicy& policy, const PoolChoice& choice,
                                          const ReportOptions& options) {
  PooledAnswer answer{.input =
                          without_study(analysis_input(base, analysis_id, policy), choice.omit)};
  if (answer.input.members.empty()) return {};
  const PoolOptions how =
      default_options(answer.input.members.size(), {.method = choice.method, .test = choice.test});
  answer.pooled = pool(answer.input.yi(), answer.input.vi(), how);
  answer.facts = facts_of(answer.input);
  answer.command = "entact pool --analysis " + std::string(analysis_id) + policy_text(policy) +
                   as_of_text(options) + (choice.omit.empty() ? "" : " --omit " + choice.omit) +
                   " --method " + std::string(to_text(how.method)) + " --test " +
                   std::string(to_text(how.test)) + " --format json";
  return answer;
}

const PooledAnswer* Findings::find(std::string_view analysis_id) const {
  const auto found = answers.find(analysis_id);
  return found == answers.end() ? nullptr : &found->second;
}

Findings find_all(const EvidenceBase& base, const ReportOptions& options) {
  Findings findings{.options = options, .base = &base, .all = &base};
  const AnalysisPolicy policy = policy_of(options);
  for (const Row& row : base.table("analyses").rows()) {
    if (row.text("measure") == "none") continue;
    const AnalysisInput input = analysis_input(base, row.text("analysis_id"), policy);
    if (input.members.empty() || input.dependent()) continue;
    if (auto answer = pooled_answer(base, row.text("analysis_id"), policy, {}, options))
      findings.answers.emplace(row.text("analysis_id"), std::move(*answer));
  }
  return findings;
}

}  // namespace entact
