#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <vector>

namespace entact {

/// A published summary: a mean peak, an area, a half-life, a change. All are positive (a change is
/// a factor).
struct AggregateRow {
  double observed = 1;
  double weight = 1;         ///< the variance of the row's own error is sigma^2 / weight
  std::ptrdiff_t study = 0;  ///< numbered from 0
  bool within = false;       ///< a ratio within the study: what its rows have in common cancels
};

/// Logarithms of the predictions of all rows, length m, at x, length n.
using AggregatePredict = std::function<Eigen::VectorXd(const Eigen::VectorXd& x)>;

struct AggregateFit {
  Eigen::VectorXd x{};
  Eigen::VectorXd se{};
  double sigma = 0;                  ///< of a row of weight 1, log scale
  double tau = 0;                    ///< standard deviation between studies, log scale
  double tau_low = 0, tau_high = 0;  ///< its 95% interval, by the profile of the likelihood
  double criterion = 0;              ///< -2 restricted log likelihood
  double criterion_without = 0;      ///< of the same linear predictions, tau 0
  Eigen::VectorXd study_effect{};    ///< predicted b, by study
  bool converged = false;
};

/// Parameters behind summaries of studies, with what the rows of one study have in common.
///
///     log y_i = log f_i(x) + z_i b_s(i) + e_i,   b ~ N(0, tau^2),  e_i ~ N(0, sigma^2 / w_i)
///
/// z is 0 for ratios within a study, else 1. tau and sigma by restricted maximum likelihood of the
/// predictions linearised at x, in turn with a generalised least squares step of x, until a step is
/// less than a thousandth of a standard error.
///
/// @param start  where the search without study effects begins
/// @param study_effects  false: tau is 0
/// @throws Error "pharm.aggregate.rows" unless rows are more than parameters, observed values and
///         weights positive; "pharm.aggregate.studies" if fewer than two studies have rows that are
///         no ratios
/// @cost   2 n + 1 calls of predict an iteration, typically 3 to 8 iterations
/// @units  log scale: 0.1 is about 10%
/// @source Harville 1977, JASA 72:320 [harville1977]
/// @checked aggregate_fit_test.cpp (analysis of variance of a balanced layout; coverage of a known
///          truth)
AggregateFit fit_aggregates(const std::vector<AggregateRow>& rows, const AggregatePredict& predict,
                            const Eigen::VectorXd& start, bool study_effects = true);

}  // namespace entact
