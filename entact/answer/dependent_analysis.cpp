#include "entact/answer/dependent_analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "entact/answer/pool_analysis.h"
#include "entact/base/error.h"

namespace entact {
namespace {

double moderator_of(const AnalysisMember& member, const std::string& name) {
  if (name == "dosing_sessions_n") return member.dosing_sessions_n;
  if (name == "cumulative_dose_mg") return member.cumulative_dose_mg;
  throw Error(
      "answer.pool.moderator",
      "--mods of an analysis are dosing_sessions_n and cumulative_dose_mg; saw '" + name + "'",
      ErrorKind::usage);
}

std::set<std::string> studies_of(const AnalysisInput& input) {
  std::set<std::string> studies;
  for (const AnalysisMember& member : input.members) studies.insert(member.study_id);
  return studies;
}

/// The request as options of the command line, each beginning with a space.
std::string options_text(const PoolRequest& request) {
  std::string text;
  if (request.rho) text += " --rho " + fmt::format("{}", *request.rho);
  const std::string& mods = request.columns.mods;
  if (mods.find(' ') != std::string::npos)
    text += " --mods '" + mods + "'";
  else if (!mods.empty())
    text += " --mods " + mods;
  if (!request.method.empty()) text += " --method " + request.method;
  if (!request.test.empty()) text += " --test " + request.test;
  return text + " --robust " + request.robust;
}

}  // namespace

AnalysisInput with_moderators(AnalysisInput input, const std::string& mods) {
  const std::vector<std::string> names = moderator_names(mods);
  const auto kept = std::stable_partition(
      input.members.begin(), input.members.end(), [&](const AnalysisMember& member) {
        return std::none_of(names.begin(), names.end(), [&](const std::string& name) {
          return std::isnan(moderator_of(member, name));
        });
      });
  for (auto each = kept; each != input.members.end(); ++each)
    input.left_out.push_back({each->slab, each->study_id, each->facts, mods + " is not on record"});
  input.members.erase(kept, input.members.end());
  return input;
}

Moderators moderators_of(const AnalysisInput& input, const std::string& mods) {
  const std::vector<std::string> names = moderator_names(mods);
  if (names.empty()) return {};
  const auto k = static_cast<Eigen::Index>(input.members.size());
  Moderators moderators{.x = Eigen::MatrixXd::Ones(k, std::ssize(names) + 1), .names = {"intrcpt"}};
  for (std::size_t j = 0; j < names.size(); ++j) {
    moderators.names.push_back(names[j]);
    for (Eigen::Index i = 0; i < k; ++i)
      moderators.x(i, static_cast<Eigen::Index>(j) + 1) =
          moderator_of(input.members[static_cast<std::size_t>(i)], names[j]);
  }
  return moderators;
}

bool needs_correlation(const AnalysisInput& input) {
  std::map<std::string, double> first;
  return std::any_of(input.members.begin(), input.members.end(), [&](const AnalysisMember& member) {
    const double week = first.try_emplace(member.study_id, member.week).first->second;
    return week != member.week && !(std::isnan(week) && std::isnan(member.week));
  });
}

DependentData dependent_data(const AnalysisInput& input, const PoolRequest& request) {
  const bool visits = needs_correlation(input);
  require(!visits || request.rho.has_value(), "answer.pool.dependent",
          "studies of '" + input.id +
              "' have several effects, which are not independent; give --rho, the correlation of "
              "two visits",
          ErrorKind::unanswerable);
  DependentData data{.effects = pool_data(input),
                     .covariance = covariance_of(input, request.rho.value_or(0))};
  data.effects.moderators = moderators_of(input, request.columns.mods);
  if (visits)
    data.rho = request.rho;
  else if (request.rho)
    data.effects.notes.emplace_back(
        "--rho is not used: no study has two visits, and shared arms tell their own covariance");
  for (const AnalysisMember& member : input.members) data.study.push_back(member.study_id);
  return data;
}

std::optional<DependentAnswer> dependent_pooled(const EvidenceBase& base,
                                                std::string_view analysis_id,
                                                const PoolRequest& request,
                                                const ReportOptions& options) {
  if (!base.find("analyses", analysis_id)) return {};
  const AnalysisPolicy policy = policy_of(options);
  DependentAnswer answer{
      .input = with_moderators(analysis_input(base, analysis_id, policy), request.columns.mods)};
  const std::size_t p = moderator_names(request.columns.mods).size() + 1;
  if (studies_of(answer.input).size() < 2 || answer.input.members.size() <= p) return {};
  answer.pooled = dependent_pool(dependent_data(answer.input, request), request);
  std::set<std::string> facts;
  for (const AnalysisMember& member : answer.input.members)
    facts.insert(member.facts.begin(), member.facts.end());
  answer.facts = {facts.begin(), facts.end()};
  answer.command = "entact pool --analysis " + std::string(analysis_id) + policy_text(policy) +
                   as_of_text(options) + options_text(request) + " --format json";
  return answer;
}

}  // namespace entact
