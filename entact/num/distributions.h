#pragma once

namespace entact {

// Probabilities and quantiles of the distributions that statistics needs, over Boost.Math. No
// other file of this floor includes Boost's distributions. Every function:
//   @throws Error "num.distribution.domain" if an argument is NaN or outside its stated domain
//   @cost   constant, about a microsecond
//   @checked distributions_test.cpp (R 4.2.2: pnorm, qt, pchisq, ...)

/// P(Z <= x) of the standard normal; x may be infinite.
double normal_cdf(double x);
/// P(Z > x), accurate in the far tail.
double normal_upper(double x);
/// x with P(Z <= x) = p, 0 <= p <= 1; infinite at the ends.
double normal_quantile(double p);
/// Density of the standard normal at x.
double normal_density(double x);

/// P(T <= x) of Student's t; df > 0, infinity means normal.
double t_cdf(double x, double df);
/// x with P(T <= x) = p; df > 0, infinity means normal.
double t_quantile(double p, double df);
/// P(|T| >= |statistic|); df > 0, infinity means normal. Accurate in the far tail.
double two_sided_p(double statistic, double df);

/// P(X <= x) of chi-squared; x >= 0, df > 0 (need not be whole).
double chi_squared_cdf(double x, double df);
/// P(X > x) of chi-squared.
double chi_squared_upper(double x, double df);
/// x with P(X <= x) = p.
double chi_squared_quantile(double p, double df);

/// P(F > f) of Fisher's F; f >= 0, df1 > 0, df2 > 0 or infinite (then chi-squared of df1 f).
double f_upper(double f, double df1, double df2);

/// P(B <= x) of the beta distribution; 0 <= x <= 1, a > 0, b > 0.
double beta_cdf(double x, double a, double b);
/// x with P(B <= x) = p.
double beta_quantile(double p, double a, double b);

/// P(X <= events) of the binomial with n trials; 0 <= events <= n, 0 <= probability <= 1.
double binomial_cdf(double events, double n, double probability);

}  // namespace entact
