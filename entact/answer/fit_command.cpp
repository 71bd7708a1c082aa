// `entact fit`: from two files to an Answer. How it is written down is fit_text's and
// fit_document's.
#include "entact/answer/fit_command.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/fit_data.h"
#include "entact/answer/fit_result.h"
#include "entact/num/distributions.h"
#include "entact/pharm/importance_sampling.h"
#include "entact/pharm/saem.h"

namespace entact {
namespace {

using Eigen::Index;
using Role = PopulationEstimate::Role;

bool on_log_scale(const PopulationEstimate& e, const FitModel& model, std::size_t at) {
  if (e.role == Role::typical)
    return model.population.parameters[at].form == IndividualForm::lognormal;
  return e.role == Role::between || e.role == Role::residual ||
         (e.role == Role::occasion && e.name.find("covariance") == std::string::npos);
}

std::vector<FitRow> rows_of(const FitResult& result, const PopulationLayout& layout) {
  const FitModel& model = result.model;
  const Eigen::MatrixXd& covariance = result.estimate_covariance();
  const double z = normal_quantile((1 + result.request.level) / 2);
  std::vector<FitRow> rows;
  Index at = 0;
  for (const PopulationEstimate& e : layout.estimates(result.fit.values)) {
    FitRow row{.estimate = e};
    const Index own = e.fixed ? -1 : at++;
    if (own >= 0 && covariance.size() > 0) {
      row.se = std::sqrt(covariance(own, own));
      const bool log = on_log_scale(e, model, rows.size());
      row.low = log ? e.value * std::exp(-z * row.se / e.value) : e.value - z * row.se;
      row.high = log ? e.value * std::exp(z * row.se / e.value) : e.value + z * row.se;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

void check_request(const FitRequest& request) {
  const auto one_of = [](const std::string& word, std::initializer_list<const char*> allowed,
                         const char* code, const char* option) {
    for (const char* each : allowed)
      if (word == each) return;
    throw Error(code,
                fmt::format("{} is one of: {}; saw '{}'", option, fmt::join(allowed, ", "), word),
                ErrorKind::usage);
  };
  one_of(request.method, {"focei", "laplace", "saem"}, "answer.fit.method", "--method");
  one_of(request.covariance, {"sandwich", "r", "s"}, "answer.fit.covariance", "--covariance");
  one_of(request.rows, {"estimates", "people", "occasions", "residuals", "vpc"}, "answer.fit.rows",
         "--rows");
  require(request.level > 0 && request.level < 1, "answer.fit.level",
          fmt::format("the level of an interval lies between 0 and 1; saw {}", request.level),
          ErrorKind::usage);
  require(request.replicates >= 0, "answer.fit.replicates",
          fmt::format("the replicates of the predictive check are 0 (none) or more; saw {}",
                      request.replicates),
          ErrorKind::usage);
}

// The stochastic fit, with what follows from its values: modes, errors, likelihood.
void estimate_by_saem(FitResult& result) {
  const PopulationModel& model = result.model.population;
  const FitRequest& request = result.request;
  check_population(model, PopulationMethod::laplace);
  const PopulationLayout layout(model);
  const SaemFit saem = fit_saem(layout, {.seed = request.seed, .threads = request.threads});
  PopulationFit& fit = result.fit;
  fit = summarise_population(layout, saem.u,
                             {.method = PopulationMethod::laplace, .threads = request.threads});
  const SampledLikelihood sampled = sample_likelihood(
      layout, fit.values, fit.modes, {.seed = request.seed, .threads = request.threads});
  result.importance = sampled.minus_two_log_likelihood;
  result.importance_se = sampled.standard_error;
  fit.objective += sampled.minus_two_log_likelihood - fit.minus_two_log_likelihood;
  fit.minus_two_log_likelihood = sampled.minus_two_log_likelihood;
  fit.fit.iterations = static_cast<int>(saem.trace.rows());
  // Settled where the last hundred iterations moved nothing by more than a fifth of its error.
  fit.fit.converged = fit.covariance.r.size() > 0;
  for (Index k = 0; k < saem.drift.size() && fit.fit.converged; ++k)
    if (std::abs(saem.drift[k]) > 0.2 * std::sqrt(fit.covariance.r(k, k)))
      fit.fit.converged = false;
  if (!fit.fit.converged)
    result.warnings.emplace_back(
        "the stochastic search had not settled at its end, or this cannot be told");
}

void estimate(FitResult& result) {
  const FitRequest& request = result.request;
  if (request.method == "saem") {
    result.method = "stochastic approximation EM (SAEM); likelihood by importance sampling";
    return estimate_by_saem(result);
  }
  const bool laplace = request.method == "laplace";
  result.method = laplace ? "Laplace's method with interaction"
                          : "first-order conditional estimation with interaction (FOCE-I)";
  result.fit =
      fit_population(result.model.population,
                     {.method = laplace ? PopulationMethod::laplace : PopulationMethod::focei,
                      .threads = request.threads});
}

// As requested, unless people are too few for a sandwich.
void choose_covariance(FitResult& result) {
  const PopulationCovariance& covariance = result.fit.covariance;
  result.covariance = result.request.covariance;
  if (result.covariance == "s" && covariance.s.size() == 0)
    result.warnings.emplace_back("S is singular: no standard errors from it");
  if (result.covariance != "sandwich" || covariance.sandwich.size() > 0 || covariance.r.size() == 0)
    return;
  result.covariance = "r";
  result.warnings.push_back(fmt::format(
      "standard errors are by the second derivative (R): a sandwich of {} quantities needs more "
      "participants than these {}",
      result.fit.free, result.fit.modes.size()));
}

}  // namespace

Answer fit_files(const std::string& model_path, const std::string& data_path,
                 const FitRequest& request) {
  check_request(request);
  FitModel model = read_fit_model(model_path);
  const TrialTable data = read_trial_table(data_path);
  std::vector<std::string> warnings =
      naming_file(data_path, [&] { return put_fit_data(data, model); });
  warnings.insert(warnings.begin(), model.notices.begin(), model.notices.end());
  FitResult result{.model = model, .request = request, .warnings = std::move(warnings)};
  naming_file(data_path, [&] { estimate(result); });
  const PopulationLayout layout(model.population);
  for (const std::string& note : result.fit.fit.reservations) result.warnings.push_back(note);
  choose_covariance(result);
  result.rows = rows_of(result, layout);
  result.diagnostics = diagnose_population(layout, result.fit.values, result.fit.modes);
  if (request.replicates > 0)
    result.check = predictive_check(layout, result.fit.values,
                                    {.replicates = request.replicates,
                                     .seed = request.seed,
                                     .threads = request.threads,
                                     .prediction_corrected = request.prediction_corrected});
  Answer answer;
  answer.result_json = fit_json(result).dump();
  answer.text = fit_text(result);
  answer.csv = fit_csv(result);
  answer.reservations = result.warnings;
  answer.inputs = {model.input, {data.input.first, data.input.second}};
  answer.document = fit_document(result);
  return answer;
}

}  // namespace entact
