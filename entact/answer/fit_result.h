#pragma once

#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "entact/answer/fit_command.h"
#include "entact/answer/fit_model.h"
#include "entact/pharm/population_diagnostics.h"
#include "entact/pharm/predictive_check.h"

namespace entact {

/// One estimate with its uncertainty.
struct FitRow {
  PopulationEstimate estimate{};
  double se = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

/// Everything that a fit has to say, for text, JSON, CSV and page.
struct FitResult {
  const FitModel& model;
  const FitRequest& request;
  std::string method{};      ///< in words
  std::string covariance{};  ///< of the standard errors: as requested, r where there is no sandwich
  PopulationFit fit{};
  std::vector<FitRow> rows{};
  PopulationDiagnostics diagnostics{};
  PredictiveCheck check{};
  double importance = std::numeric_limits<double>::quiet_NaN();  ///< -2 log L by sampling
  double importance_se = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::string> warnings{};
  [[nodiscard]] double observations() const {
    return static_cast<double>(fit.measured + fit.censored);
  }
  [[nodiscard]] const Eigen::MatrixXd& estimate_covariance() const {
    return covariance == "r"   ? fit.covariance.r
           : covariance == "s" ? fit.covariance.s
                               : fit.covariance.sandwich;
  }
  [[nodiscard]] double aic() const {
    return fit.minus_two_log_likelihood + 2 * static_cast<double>(fit.free);
  }
};

nlohmann::ordered_json fit_json(const FitResult& result);
std::string fit_text(const FitResult& result);
std::string fit_csv(const FitResult& result);
Document fit_document(const FitResult& result);

}  // namespace entact
