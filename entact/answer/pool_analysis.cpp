#include "entact/answer/pool_analysis.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "entact/answer/dependent_analysis.h"
#include "entact/base/error.h"

namespace entact {

std::string policy_text(const AnalysisPolicy& policy) {
  std::string text;
  if (policy.measure) text += " --measure " + std::string(to_text(*policy.measure));
  if (policy.selection.include_recalled) text += " --include recalled";
  if (policy.selection.include_retracted) text += " --include retracted";
  if (policy.selection.include_inferred_zeros) text += " --include inferred-zeros";
  if (!policy.selection.include_secondary) text += " --without secondary";
  if (policy.without_high_risk) text += " --without high-risk";
  if (!policy.rater.empty()) text += " --rater '" + policy.rater + "'";
  return text;
}

PoolData pool_data(const AnalysisInput& input) {
  PoolData data{.yi = input.yi(),
                .vi = input.vi(),
                .measure = std::string(to_text(input.measure)),
                .log_scale = is_log_scale(input.measure)};
  for (const AnalysisMember& member : input.members) {
    data.slab.push_back(member.slab);
    for (const std::string& note : member.made.notes)
      data.notes.push_back(member.slab + ": " + note);
  }
  for (const LeftOutMember& out : input.left_out)
    data.notes.push_back(out.slab + " is left out: " + out.reason);
  return data;
}

AnalysisInput without_study(AnalysisInput input, const std::string& study_id) {
  if (study_id.empty()) return input;
  const auto kept = std::stable_partition(
      input.members.begin(), input.members.end(),
      [&](const AnalysisMember& member) { return member.study_id != study_id; });
  require(kept != input.members.end(), "answer.pool.omit",
          "no study '" + study_id + "' in the analysis '" + input.id + "'", ErrorKind::usage);
  for (auto each = kept; each != input.members.end(); ++each)
    input.left_out.push_back({each->slab, each->study_id, each->facts, "left out on request"});
  input.members.erase(kept, input.members.end());
  return input;
}

namespace {

Answer answer_of(const AnalysisInput& input, const PoolRequest& request) {
  if (input.dependent()) return dependent_answer(dependent_data(input, request), request);
  PoolData data = pool_data(input);
  data.moderators = moderators_of(input, request.columns.mods);
  if (request.rho) data.notes.emplace_back("--rho is not used: each study has one effect");
  return pool_answer(data, request);
}

}  // namespace

Answer pool_analysis(const EvidenceBase& base, std::string_view analysis_id,
                     const AnalysisPolicy& policy, const PoolRequest& request,
                     const std::string& omit) {
  using Json = nlohmann::ordered_json;
  const AnalysisInput input = with_moderators(
      without_study(analysis_input(base, analysis_id, policy), omit), request.columns.mods);
  require(!input.members.empty(), "stats.pool.few",
          "no study enters the analysis '" + input.id + "'; `entact evidence show " + input.id +
              "` says why",
          ErrorKind::unanswerable);
  require(request.columns.id.empty() && request.cov.empty(), "answer.pool.covariance",
          "--id and --cov are for a file; the analysis '" + input.id + "' knows its own",
          ErrorKind::usage);
  Answer answer = answer_of(input, request);
  Json result{{"analysis", input.id}, {"title", input.title}};
  result.update(Json::parse(answer.result_json));
  for (std::size_t i = 0; i < input.members.size(); ++i)
    result["studies"][i]["facts"] = input.members[i].facts;
  result["left_out"] = Json::array();
  for (const LeftOutMember& out : input.left_out)
    result["left_out"].push_back({{"slab", out.slab}, {"reason", out.reason}});
  answer.result_json = result.dump();
  answer.text = input.title + "\n" + answer.text;
  answer.evidence_sha256 = base.sha256;
  return answer;
}

}  // namespace entact
