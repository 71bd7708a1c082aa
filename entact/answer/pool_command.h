#pragma once

#include <optional>
#include <string>

#include "entact/answer/answer.h"
#include "entact/answer/pool_data.h"
#include "entact/stats/pool.h"

namespace entact {

/// `entact pool`: one pooled estimate, or a meta-regression, of the studies in a table.
struct PoolRequest {
  PoolColumns columns{};
  std::string method{};  ///< metafor's name; empty: by the number of studies, see default_options
  std::string test{};    ///< metafor's name or kr; empty: likewise
  double level = 0.95;
  bool diagnostics = false;  ///< add what pool_extras.h lists
  std::optional<double>
      bayes_scale{};  ///< add the Bayesian mean with this scale of the half-normal prior for tau
  std::optional<double> rho{};  ///< assumed correlation of two effects of one study (of two visits)
  std::string cov{};            ///< CSV file with the covariance of the effects of a file
  std::string robust = "cr2";   ///< of dependent effects: cr2, cr1, cr0 or none
};

/// Pools studies that are at hand.
///
/// JSON keys of the result: k, estimate, se, statistic, df, p, ci_low, ci_high, pi_low, pi_high,
/// pi_hts_low, pi_hts_high, pi_high_tau2_low, pi_high_tau2_high, tau2, tau2_se, tau2_ci_low,
/// tau2_ci_high, i2, h2, i2_q, h2_q, q, q_df, q_p, qm, qm_df, qm_p, r2, bias_to_no_effect and
/// bias_to_interval (the shift towards no effect that takes the estimate, or the end of its
/// interval, there), coefficients[], studies[{slab, yi, vi, weight}] and the model in words.
/// Weights are percent; i2 is percent as metafor prints it; ratios are logs with their
/// back-transformed values beside them.
/// @throws as pool() and pool_data()
Answer pool_answer(const PoolData& data, const PoolRequest& request);

/// Reads the CSV file and pools it; with columns.id or cov as dependent effects (dependent_pool.h).
Answer pool_file(const std::string& path, const PoolRequest& request);

/// The safe default by the number of studies, where the request leaves method or test open: one or
/// two studies, common effect with z (t would have one degree of freedom); from three on REML with
/// the Hartung-Knapp interval that is never narrower than t.
PoolOptions default_options(std::size_t k, const PoolRequest& request = {});

/// The model in words: "random effects, REML, Hartung-Knapp with floor"; the sentence generator's
/// only source of these words.
std::string model_words(const PoolOptions& how);
/// The same of what ran: with one study there is no model of several, "one trial, z interval".
std::string model_words(const Pooled& pooled);

/// The words of one measure: "standardised mean difference", "risk ratio".
std::string measure_words(const std::string& measure);

}  // namespace entact
