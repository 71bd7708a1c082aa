#pragma once

#include <vector>

namespace entact {

/// One pair of boundaries of a funnel plot: low and high at each standard error.
struct FunnelBoundary {
  double p = 0;  ///< two-sided p on the boundary (contours) or 1 - level (limits)
  std::vector<double> se{};
  std::vector<double> low{};
  std::vector<double> high{};
};

/// Contour-enhanced funnel: between the boundaries of p a study's own two-sided test against
/// `reference` has a p above it.
///
///     reference -+ z_{1-p/2} se,   0 <= se <= se_max
///
/// Studies missing where p is large suggest selection by significance; studies missing where p is
/// small suggest another cause.
///
/// @param se_max     largest standard error drawn, > 0
/// @param reference  value tested, on the additive scale: 0 for differences and log ratios
/// @param ps         two-sided p of each boundary, in (0, 1)
/// @param points     >= 2, evenly spaced standard errors from 0; the boundaries are straight
/// @return one boundary per p, in the order given
/// @throws Error "stats.funnel.range" if a number breaks its rule
/// @source Peters et al. 2008, J Clin Epidemiol 61:991 [peters2008]
std::vector<FunnelBoundary> funnel_contours(double se_max, double reference = 0,
                                            const std::vector<double>& ps = {0.1, 0.05, 0.01},
                                            int points = 2);

/// Where `level` of the studies lie around the pooled value if nothing but sampling error and tau2
/// moves them; curved if tau2 > 0.
///
///     centre -+ z sqrt(se^2 + tau2)
///
/// @throws Error "stats.funnel.range" if a number breaks its rule
/// @source Sterne and Egger 2001, J Clin Epidemiol 54:1046 [sterne2001]
FunnelBoundary funnel_limits(double centre, double tau2, double se_max, double level = 0.95,
                             int points = 41);

}  // namespace entact
