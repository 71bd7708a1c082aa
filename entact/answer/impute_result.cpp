#include "entact/answer/impute_result.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "entact/answer/impute_estimand.h"
#include "entact/answer/impute_tipping.h"
#include "entact/answer/json_number.h"
#include "entact/answer/matrix_json.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Json = nlohmann::ordered_json;

Json results_json(const ImputeRun& run) {
  Json results = Json::array();
  for (std::size_t k = 0; k < run.pooled.size(); ++k) {
    const AnalysisParameter& parameter = run.analysis.parameters[k];
    Json row{{"label", label_of(parameter)},
             {"visit", parameter.visit},
             {"arm", parameter.arm},
             {"comparator", parameter.comparator},
             {"summary", parameter.summary}};
    row.update(pooled_json(run.pooled[k]));
    row.update(variance_json(run.pooled[k]));
    row["estimand"] = estimand_json(estimand_of(run, parameter));
    results.push_back(row);
  }
  return results;
}

Json missing_json(const ImputationModel& model) {
  Json rows = Json::array();
  for (std::size_t arm = 0; arm < model.arms.size(); ++arm)
    for (Index visit = 0; visit < model.data.m(); ++visit) {
      int n = 0, missing = 0;
      for (Index i = 0; i < model.data.n(); ++i)
        if (model.arm_of[static_cast<std::size_t>(i)] == static_cast<int>(arm)) {
          ++n;
          missing += std::isnan(model.data.y(i, visit)) ? 1 : 0;
        }
      rows.push_back({{"arm", model.arms[arm]},
                      {"visit", model.data.visits[static_cast<std::size_t>(visit)]},
                      {"n", n},
                      {"missing", missing}});
    }
  return rows;
}

Json events_json(const ImputeRun& run) {
  std::map<std::string, std::string> reasons;
  for (const IntercurrentEvent& event : run.events) reasons[event.participant] = event.reason;
  std::map<std::tuple<std::string, std::string, std::string>, int> counts;
  const ImputationModel& model = run.model;
  for (std::size_t i = 0; i < model.data.participants.size(); ++i)
    if (model.data.first_affected[i] < model.data.m())
      ++counts[{std::string(to_text(model.data.strategy[i])), reasons[model.data.participants[i]],
                model.arms[static_cast<std::size_t>(model.arm_of[i])]}];
  Json rows = Json::array();
  for (const auto& [key, count] : counts)
    rows.push_back({{"strategy", std::get<0>(key)},
                    {"reason", std::get<1>(key)},
                    {"arm", std::get<2>(key)},
                    {"n", count}});
  return rows;
}

Json retrieved_json(const ImputationModel& model) {
  Json rows = Json::array();
  for (const RetrievedCount& count : model.retrieved)
    rows.push_back({{"arm", count.arm},
                    {"visit", count.visit},
                    {"followed", count.followed},
                    {"to_impute", count.to_impute}});
  return rows;
}

Json model_json(const ImputeRun& run) {
  const MmrmFit& reml = run.imputations.reml;
  Json coefficients = Json::array(), covariances = Json::array();
  for (Index j = 0; j < reml.beta.size(); ++j)
    coefficients.push_back({{"term", run.model.coefficients[static_cast<std::size_t>(j)]},
                            {"estimate", json_number(reml.beta(j))},
                            {"se", json_number(std::sqrt(reml.beta_vcov(j, j)))}});
  for (const MatrixXd& covariance : reml.covariance) covariances.push_back(matrix_json(covariance));
  return {{"coefficients", coefficients},
          {"covariance", covariances},
          {"structure", name_of(run.model.data.covariance)},
          {"log_likelihood", json_number(reml.log_likelihood)},
          {"iterations", reml.fit.iterations},
          {"gradient", json_number(reml.gradient)}};
}

void add_diagnostics(const ImputeRun& run, Json& json) {
  if (run.how.method == ImputationMethod::bayes) {
    json["prior"] =
        run.model.data.binary
            ? "uniform on the coefficients of the latent normal variable, whose variances are 1, "
              "and on each correlation of its visits, without those by which the other visits "
              "explain more than 99.9% of one"
        : run.model.data.covariance == CovarianceKind::us
            ? "uniform on coefficients; inverse Wishart on each covariance matrix with visits + 2 "
              "degrees of freedom and the REML estimate as scale and mean (the prior of rbmi 1.5)"
            : "uniform on coefficients and on correlations; each variance the REML estimate over "
              "chi-squared with 3 degrees of freedom, whose mean is the estimate";
    json["diagnostics"] = {{"chains", run.how.chains},
                           {"burn_in", run.how.burn_in},
                           {"burn_between", run.how.burn_between},
                           {"worst_r_hat", json_number(run.imputations.worst_r_hat)},
                           {"least_ess", json_number(run.imputations.least_ess)}};
    if (run.model.data.covariance != CovarianceKind::us)
      json["diagnostics"]["acceptance"] = json_number(run.imputations.acceptance);
  } else if (run.how.rule != PoolingRule::jackknife) {
    json["diagnostics"] = {{"redrawn", run.imputations.redrawn}};
  }
}

}  // namespace

Json pooled_json(const PooledImputation& pooled) {
  return {{"estimate", json_number(pooled.estimate)},
          {"se", json_number(pooled.se)},
          {"df", json_number(pooled.df)},
          {"ci_low", json_number(pooled.low)},
          {"ci_high", json_number(pooled.high)},
          {"p", json_number(pooled.p)}};
}

Json ratio_json(const PooledImputation& pooled) {
  return {{"ratio", json_number(std::exp(pooled.estimate))},
          {"ratio_low", json_number(std::exp(pooled.low))},
          {"ratio_high", json_number(std::exp(pooled.high))}};
}

Json variance_json(const PooledImputation& pooled) {
  return {{"within", json_number(pooled.within)},
          {"between", json_number(pooled.between)},
          {"missing_share", json_number(pooled.missing_share)}};
}

Json estimand_json(const Estimand& estimand) {
  return {{"population", estimand.population},
          {"treatment", estimand.treatment},
          {"comparator", estimand.comparator},
          {"variable", estimand.variable},
          {"intercurrent_events", estimand.intercurrent_events},
          {"summary", estimand.summary}};
}

Json impute_result(const ImputeRun& run) {
  Json json{{"method", run.request.method},
            {"model", imputation_words(run.how, run.model.data.n())},
            {"formula", run.model.formula.text},
            {"analysis", run.request.analysis},
            {"level", run.request.level},
            {"seed", run.request.seed},
            {"n_subjects", run.model.data.n()},
            {"visits", run.model.data.visits},
            {"visit_order", run.model.visit_order},
            {"arms", run.model.arms},
            {"reference", run.model.arms.front()},
            {"n_missing", missing_json(run.model)},
            {"events", events_json(run)},
            {"retrieved", retrieved_json(run.model)},
            {"intercurrent_events", intercurrent_events(run)},
            {"estimand_strategies", estimand_strategies(run)},
            {"results", results_json(run)},
            {"imputation_model", model_json(run)}};
  add_diagnostics(run, json);
  if (!run.request.tipping.empty()) json["tipping"] = impute_tipping(run);
  json["fit"] = {{"converged", run.imputations.fit.converged},
                 {"warnings", run.imputations.fit.reservations}};
  return json;
}

}  // namespace entact
