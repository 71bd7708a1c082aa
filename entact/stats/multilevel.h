#pragma once

#include <Eigen/Core>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "entact/base/estimate.h"
#include "entact/stats/multilevel_likelihood.h"

namespace entact {

/// Reference distribution of a coefficient: normal, or t with k - p degrees of freedom. Neither
/// trusts few studies enough; robust.h does.
enum class MultilevelTest { normal, residual_t };

struct MultilevelOptions {
  MultilevelMethod method = MultilevelMethod::reml;
  MultilevelTest test = MultilevelTest::normal;
  int max_iterations = 200;  ///< of each climb; there are a few from different starts
};

/// Where the likelihood is highest.
struct MultilevelMaximum {
  Eigen::VectorXd sigma2{};  ///< length L; exactly 0 where the maximum is at the bound
  MultilevelPoint point{};   ///< the model there
  int iterations = 0;        ///< over all starts
  bool converged = false;
  /// How much lower the highest other local maximum that a start led to is; infinite if none did.
  double other_maximum = std::numeric_limits<double>::infinity();
};

/// Highest likelihood over sigma2 >= 0. A grid finds where to start: the total of the variances
/// doubles from an eighth of the smallest sampling variance to beyond which one level has no
/// maximum, shared evenly, by one level alone and (L = 3) by pairs. Projected Newton steps climb
/// from 0 and from each local maximum of the grid; the highest end is taken. (metafor climbs once.)
///
/// @param held  length L; variances with a value keep it
/// @cost   some 15 evaluations a way of sharing, about 10 a start
MultilevelMaximum maximise_likelihood(const MultilevelLikelihood& likelihood,
                                      const std::vector<std::optional<double>>& held,
                                      const MultilevelOptions& how = {});

/// A fitted multilevel model.
struct MultilevelFit {
  Eigen::VectorXd beta{};  ///< length p
  Eigen::MatrixXd vcov{};  ///< p x p, taking the variances as known
  Eigen::VectorXd se{};    ///< length p
  double df = std::numeric_limits<double>::infinity();
  std::vector<std::string> level{};  ///< length L, names
  Eigen::VectorXd sigma2{};          ///< length L
  double log_likelihood = 0;
  double q_e = 0;                          ///< (y - X b)' V^-1 (y - X b) at sigma2 = 0
  double q_e_df = 0;                       ///< k - p
  double q_e_p = 1;                        ///< chi-squared upper tail
  double typical_variance = 0;             ///< (k - p) / tr(P) at sigma2 = 0: sampling variance
  std::vector<std::string> coefficient{};  ///< length p or empty
  Eigen::VectorXd y{};                     ///< length k
  Eigen::MatrixXd x{};                     ///< k x p
  BlockCovariance marginal{};  ///< k x k, M at the fitted variances; one block a cluster
  Fit fit{};
};

/// Multilevel meta-analysis and meta-regression: three-level models, and correlated and
/// hierarchical effects where V has covariances within studies.
///
///     y = X beta + sum_l Z_l b_l + e,   b_l ~ N(0, sigma2_l I),   e ~ N(0, V)
///
/// A level with one group only, whose variance no data can show, is held at 0 with a reservation; a
/// variance whose maximum is at 0 is exactly 0, with a reservation; a likelihood of several maxima
/// has one too, and the highest is taken.
///
/// @return fit.converged false if no start reached a maximum
/// @units  those of y; sigma2 their square
/// @throws as MultilevelLikelihood
/// @cost   30 to 150 evaluations of the likelihood, each linear in the number of clusters
/// @source Konstantopoulos 2011, Res Synth Methods 2:61 [konstantopoulos2011]; Pustejovsky and
/// Tipton 2022, Prev Sci 23:425 [pustejovsky2022]
/// @checked reference/multilevel (metafor rma.mv)
MultilevelFit fit_multilevel(const MultilevelData& data, const MultilevelOptions& how = {});

/// c' beta with its standard error and the fit's df.
///
/// @param contrast  length p
/// @throws Error "stats.multilevel.length"
Estimate multilevel_estimate(const MultilevelFit& fit, const Eigen::VectorXd& contrast,
                             const Estimand& estimand = {}, bool log_scale = false);

/// Where the true effect of a new group of every level lies: c' beta +- q sqrt(c' vcov c + sum
/// sigma2), q of the fit's reference distribution.
Interval prediction_interval(const MultilevelFit& fit, const Eigen::VectorXd& contrast,
                             double level = 0.95);

/// Share of the total variance that each level makes up: sigma2_l / (sum sigma2 + typical sampling
/// variance), length L. Their sum is the I^2 of the model.
Eigen::VectorXd variance_shares(const MultilevelFit& fit);

/// A joint Wald test.
struct WaldTest {
  double statistic = 0;  ///< chi-squared, or F where df2 is finite
  double df1 = 0;
  double df2 = std::numeric_limits<double>::infinity();
  double p = 1;
};

/// That the coefficients of some columns are all 0: b' vcov^-1 b as chi-squared, or divided by
/// their number as F with the fit's df.
///
/// @param columns  of x, from 0
WaldTest wald_test(const MultilevelFit& fit, std::span<const Eigen::Index> columns);

/// Profile-likelihood interval of one variance: all values at which the highest likelihood over the
/// other variances is not lower than the maximum by more than half the chi-squared quantile.
///
/// @param data   as given to fit_multilevel
/// @param index  which level, from 0; one that is estimated
/// @return from exactly 0 if 0 is in it; method "profile likelihood"
/// @throws Error "stats.multilevel.profile" if the variance was held, or no upper end below a
/// million times the total variance exists
/// @cost   about 20 searches of the remaining variances
/// @checked reference/multilevel (metafor confint)
Interval profile_interval(const MultilevelData& data, std::size_t index,
                          const MultilevelOptions& how = {}, double level = 0.95);

}  // namespace entact
