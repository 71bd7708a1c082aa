#pragma once

#include <string_view>

#include "entact/stats/pool_model.h"

namespace entact {

/// How the between-study variance is estimated; the names are metafor's in lower case.
enum class Tau2Method {
  common,  ///< tau2 = 0: the common-effect (fixed-effect) model, "FE", "EE", "CE"
  dl,      ///< DerSimonian and Laird 1986
  he,      ///< Hedges 1983 (variance components, unweighted)
  hs,      ///< Hunter and Schmidt 1990
  hsk,     ///< Hunter and Schmidt with the small-sample factor k/(k - p)
  sj,      ///< Sidik and Jonkman 2005
  ml,      ///< maximum likelihood
  reml,    ///< restricted maximum likelihood
  eb,      ///< empirical Bayes, Morris 1983; solves the same equation as pm
  pm,      ///< Paule and Mandel 1982: Q(tau2) = k - p
  pmm,     ///< Paule and Mandel, median unbiased: Q(tau2) = median of chi-squared
};

/// The method of that metafor name ("REML", "DL", "FE", ... in either case).
/// @throws Error "stats.pool.method" (usage), which lists the names
Tau2Method tau2_method(std::string_view name);
/// metafor's name of the method; "CE" for the common-effect model.
std::string_view to_text(Tau2Method method);

/// An estimate of the between-study variance.
struct Tau2 {
  double value = 0;
  double se = 0;  ///< asymptotic, by metafor's formula for the method; NaN for the common effect
  int iterations = 0;
  bool converged = true;
  bool boundary = false;       ///< held at 0; the estimating equation has no positive solution
  bool several_peaks = false;  ///< ML, REML: there are lower local maxima as well
};

/// Between-study variance of the model, never negative.
///
/// ML and REML look for every local maximum on a doubling grid of tau2, then climb by safeguarded
/// Newton steps on the score until a step is below 1e-10 of tau2 + v, so that the next would be
/// below rounding, and take the highest. (metafor climbs from Hedges' estimate alone and compares
/// with 0.) PM, EB and PMM use that 1/Q(tau2) is concave and rising, on which Newton's method
/// cannot fail.
///
/// @throws Error "stats.pool.few" (unanswerable) unless k > p, but for the common effect
/// @cost   O(k) per iteration; 5 to 10 iterations, and some 12 grid points for ML and REML
/// @source Veroniki et al. 2016, Res Synth Methods 7:55 [veroniki2016]
/// @checked reference/pool
Tau2 estimate_tau2(PoolModel& model, Tau2Method method);

/// tau2 >= 0 at which Q(tau2) = target; 0 if Q(0) <= target.
/// @param target  positive
double tau2_at_q(PoolModel& model, double target);

}  // namespace entact
