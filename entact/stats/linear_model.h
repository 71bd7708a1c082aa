#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entact/base/estimate.h"
#include "entact/stats/pool_model.h"
#include "entact/stats/robust.h"

namespace entact {

/// Where the standard errors of a linear model come from.
enum class LinearCovariance {
  classical,  ///< one residual variance
  hc0,        ///< squared residuals: White
  hc1,        ///< times n / (n - p)
  hc2,        ///< over 1 - leverage
  hc3,        ///< over (1 - leverage)^2: close to the jackknife
  cr0,        ///< by cluster: summed scores squared
  cr1,        ///< times m / (m - 1)
  cr1s,       ///< times m (n - 1) / ((m - 1) (n - p)): Stata's, and that of R's vcovCL
  cr2,        ///< bias-reduced, with Satterthwaite degrees of freedom
};

/// "hc3"; the names of the enumerators.
std::string_view to_text(LinearCovariance covariance);
/// @throws Error "stats.linear.covariance" (usage) if no covariance has the name
LinearCovariance linear_covariance(std::string_view name);
bool is_clustered(LinearCovariance covariance);

struct LinearOptions {
  LinearCovariance covariance = LinearCovariance::classical;
  Eigen::VectorXd weights{};                         ///< length n, positive; empty: all 1
  std::vector<std::vector<std::string>> clusters{};  ///< one or two ways, each of length n
};

/// A fitted linear model.
struct LinearFit {
  Eigen::VectorXd beta{};       ///< length p
  Eigen::MatrixXd vcov{};       ///< p x p, as the options ask
  Eigen::MatrixXd bread{};      ///< p x p, (X' W X)^-1
  Eigen::VectorXd residuals{};  ///< length n
  Eigen::VectorXd leverage{};   ///< length n, diagonal of the hat matrix
  double sigma = 0;             ///< residual standard deviation
  double df = 0;                ///< of tests: n - p, or clusters - 1; infinite never
  double r_squared = 0;
  LinearCovariance covariance = LinearCovariance::classical;
  std::vector<std::ptrdiff_t> clusters{};  ///< number of clusters, each way
  std::optional<RobustFit> robust{};       ///< with cr2
  Fit fit{};
};

/// Weighted least squares by QR.
///
///     beta = argmin sum w_i (y_i - x_i' beta)^2,   var(y_i) = sigma^2 / w_i
///
/// Two ways of clustering (site and therapist pair, nested or crossed) give V_1 + V_2 - V_12, each
/// with its own factor, and df of the fewer clusters less 1; if that is not a covariance its
/// negative eigenvalues become 0, with a reservation.
///
/// @param x  n x p of full rank
/// @param y  length n
/// @throws Error "stats.linear.few" (unanswerable) unless n > p; "stats.linear.length",
///         "stats.linear.value"; "stats.linear.leverage" (unanswerable) if hc2 or hc3 meet an
///         observation that alone settles a coefficient; "stats.linear.clusters" if clusters and
///         covariance do not go together; as cluster_robust
/// @cost   O(n p^2)
/// @source MacKinnon and White 1985, J Econom 29:305 [mackinnon1985]; Cameron, Gelbach and Miller
///         2011, J Bus Econ Stat 29:238 [cameron2011]; Bell and McCaffrey 2002 [bell2002]
/// @checked reference/ancova (lm, sandwich, clubSandwich)
LinearFit fit_linear(const Eigen::MatrixXd& x, const Eigen::VectorXd& y,
                     const LinearOptions& options = {});

/// A t test of one combination of coefficients.
struct LinearTest {
  double value = 0, se = 0, df = 0, statistic = 0, p = 1, low = 0, high = 0;
  std::vector<std::string> reservations{};
};

/// @param contrast  length p
LinearTest linear_test(const LinearFit& fit, const Eigen::VectorXd& contrast, double level = 0.95);

/// F test that several combinations are all 0; with cr2 the approximate Hotelling test.
/// @param contrasts  q x p of rank q
/// @throws Error "stats.linear.singular" (unanswerable) if the combinations do not vary freely
WaldTest linear_wald_test(const LinearFit& fit, const Eigen::MatrixXd& contrasts);

}  // namespace entact
