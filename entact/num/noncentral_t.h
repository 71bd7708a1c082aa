#pragma once

namespace entact {

/// P(T <= x) of the noncentral t distribution, T = (Z + shift) / sqrt(chi-squared(df) / df).
///
/// @param x      finite
/// @param df     positive; infinity means normal with mean `shift`
/// @param shift  noncentrality, finite
/// @throws Error "num.distribution.domain" if an argument is outside its domain
/// @cost   some microseconds
/// @checked noncentral_t_test.cpp (R 4.2.2 pt(x, df, ncp))
double noncentral_t_cdf(double x, double df, double shift);

}  // namespace entact
