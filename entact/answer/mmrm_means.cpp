// Least-squares means of a fitted mixed model, their differences, and slopes by arm.
#include "entact/answer/mmrm_answering.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "entact/answer/ancova_command.h"
#include "entact/answer/json_number.h"
#include "entact/answer/mmrm_contrast.h"
#include "entact/base/error.h"
#include "entact/stats/marginal_means.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Json = nlohmann::ordered_json;

std::string visit_of(const MarginalMean& mean) {
  return mean.at.size() > 1 ? mean.at[1].second : "";
}

void add_asked_contrasts(Answering& a, const MarginalMeans& means) {
  std::map<std::string, VectorXd> known;
  for (const MarginalMean& mean : means.means) {
    const std::string visit = visit_of(mean);
    known[mean.at[0].second + (visit.empty() ? "" : "@" + visit)] = mean.coefficients.transpose();
  }
  for (const std::string& text : a.request.contrasts) {
    const NamedCombination asked = parse_combination(text);
    VectorXd l = VectorXd::Zero(static_cast<Index>(a.fitted.design.columns.size()));
    for (const auto& [weight, name] : asked.parts) {
      const auto found = known.find(name);
      std::vector<std::string> names;
      for (const auto& [there, unused] : known) names.push_back(there);
      require(
          found != known.end(), "answer.mmrm.contrast",
          fmt::format("a contrast is made of the means {}; saw '{}'", fmt::join(names, ", "), name),
          ErrorKind::usage);
      l += weight * found->second;
    }
    a.answers.push_back(tested(a, ModelRow::Kind::contrast, "", asked.name, l));
  }
}

}  // namespace

void add_means(Answering& a) {
  if (a.rows.arm.empty()) {
    a.warnings.emplace_back("no arm among the factors, so no least-squares means: name --arm");
    return;
  }
  std::vector<std::string> by{a.rows.arm};
  const std::string visit = visit_column(a);
  if (!visit.empty()) by.push_back(visit);
  const MarginalMeans means =
      marginal_means(a.fitted.design, a.rows.data.table, by, margin_weights(a.request.margins));
  std::map<std::string, const MarginalMean*> references;
  const std::string reference = means.means.front().at[0].second;
  for (const MarginalMean& mean : means.means) {
    if (mean.at[0].second == reference) references[visit_of(mean)] = &mean;
    a.answers.push_back(tested(a, ModelRow::Kind::mean, visit_of(mean), mean.at[0].second,
                               mean.coefficients.transpose()));
    if (!mean.estimable)
      a.warnings.push_back(fmt::format("the mean of {} {} is not estimable: no data inform it",
                                       mean.at[0].second, visit_of(mean)));
  }
  for (const MarginalMean& mean : means.means)
    if (mean.at[0].second != reference)
      a.answers.push_back(
          tested(a, ModelRow::Kind::contrast, visit_of(mean), mean.at[0].second + " - " + reference,
                 (mean.coefficients - references[visit_of(mean)]->coefficients).transpose()));
  add_asked_contrasts(a, means);
  Json held = Json::object();
  for (const auto& [column, value] : means.covariates)
    held[column] = json_number(std::get<double>(value));
  a.result["margins"] = {{"weights", means.weights}, {"covariates", held}};
}

void add_slopes(Answering& a) {
  if (a.request.slope.empty()) return;
  require(!a.rows.arm.empty(), "answer.mmrm.slope",
          "--slope gives slopes by arm: name --arm, a factor of the formula", ErrorKind::usage);
  const MarginalMeans slopes = marginal_slopes(a.fitted.design, a.rows.data.table, {a.rows.arm},
                                               a.request.slope, margin_weights(a.request.margins));
  const MarginalMean& first = slopes.means.front();
  for (const MarginalMean& slope : slopes.means)
    a.answers.push_back(
        tested(a, ModelRow::Kind::slope, "", slope.at[0].second, slope.coefficients.transpose()));
  for (const MarginalMean& slope : slopes.means) {
    if (&slope == &first) continue;
    require(
        !(slope.coefficients - first.coefficients).isZero(0), "answer.mmrm.slope",
        fmt::format("the slope of {0} is the same in all arms of this model: multiply it by the "
                    "arm, as in {1}*{0}",
                    a.request.slope, a.rows.arm),
        ErrorKind::usage);
    a.answers.push_back(tested(a, ModelRow::Kind::slope, "",
                               slope.at[0].second + " - " + first.at[0].second,
                               (slope.coefficients - first.coefficients).transpose()));
  }
  a.result["slope"] = {
      {"column", a.request.slope},
      {"from", a.request.slope_from ? Json(*a.request.slope_from) : Json(nullptr)},
      {"at", json_number(std::get<double>(slopes.covariates.at(a.request.slope)))}};
}

std::string slope_title(const MmrmRequest& request) {
  if (request.slope.empty()) return "";
  return fmt::format("Slopes per unit of {}{}", request.slope,
                     request.slope_from ? fmt::format(", from {:g} on", *request.slope_from) : "");
}

}  // namespace entact
