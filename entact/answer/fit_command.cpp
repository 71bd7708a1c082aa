// `entact fit`: from two files to an Answer. How it is written down is fit_text's and
// fit_document's.
#include "entact/answer/fit_command.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/fit_data.h"
#include "entact/answer/fit_result.h"
#include "entact/num/distributions.h"

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

std::vector<FitRow> rows_of(const FitModel& model, const PopulationLayout& layout,
                            const PopulationFit& fit, const FitRequest& request) {
  const Eigen::MatrixXd& covariance = request.covariance == "r"   ? fit.covariance.r
                                      : request.covariance == "s" ? fit.covariance.s
                                                                  : fit.covariance.sandwich;
  const double z = normal_quantile((1 + request.level) / 2);
  std::vector<FitRow> rows;
  Index at = 0;
  for (const PopulationEstimate& e : layout.estimates(fit.values)) {
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
  one_of(request.method, {"focei", "laplace"}, "answer.fit.method", "--method");
  one_of(request.covariance, {"sandwich", "r", "s"}, "answer.fit.covariance", "--covariance");
  one_of(request.rows, {"estimates", "people", "residuals", "vpc"}, "answer.fit.rows", "--rows");
  require(request.level > 0 && request.level < 1, "answer.fit.level",
          fmt::format("the level of an interval lies between 0 and 1; saw {}", request.level),
          ErrorKind::usage);
}

}  // namespace

Answer fit_files(const std::string& model_path, const std::string& data_path,
                 const FitRequest& request) {
  check_request(request);
  FitModel model = read_fit_model(model_path);
  const TrialTable data = read_trial_table(data_path);
  std::vector<std::string> warnings =
      naming_file(data_path, [&] { return put_fit_data(data, model); });
  FitResult result{.model = model, .request = request, .warnings = std::move(warnings)};
  const bool laplace = request.method == "laplace";
  result.method = laplace ? "Laplace's method with interaction"
                          : "first-order conditional estimation with interaction (FOCE-I)";
  result.fit = naming_file(data_path, [&] {
    return fit_population(model.population,
                          {.method = laplace ? PopulationMethod::laplace : PopulationMethod::focei,
                           .threads = request.threads});
  });
  const PopulationLayout layout(model.population);
  for (const std::string& note : result.fit.fit.reservations) result.warnings.push_back(note);
  if (request.covariance == "s" && result.fit.covariance.s.size() == 0)
    result.warnings.emplace_back("S is singular: no standard errors from it");
  result.rows = rows_of(model, layout, result.fit, request);
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
