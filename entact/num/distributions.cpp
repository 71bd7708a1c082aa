#include "entact/num/distributions.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "entact/base/error.h"

namespace entact {
namespace {

namespace bm = boost::math;
// Double arithmetic throughout (a few ulp, and the same on machines without a long double);
// infinite quantiles at p = 0 and 1 are answers, not overflows.
using Policy = bm::policies::policy<bm::policies::promote_double<false>,
                                    bm::policies::overflow_error<bm::policies::ignore_error>>;
using Normal = bm::normal_distribution<double, Policy>;
using StudentsT = bm::students_t_distribution<double, Policy>;
using ChiSquared = bm::chi_squared_distribution<double, Policy>;
using FisherF = bm::fisher_f_distribution<double, Policy>;
using Beta = bm::beta_distribution<double, Policy>;
using Binomial = bm::binomial_distribution<double, Policy>;

constexpr double infinity = std::numeric_limits<double>::infinity();

void in_domain(bool ok, const char* rule, double value) {
  if (!ok) {
    throw Error("num.distribution.domain", std::string(rule) + "; saw " + std::to_string(value));
  }
}

void check_probability(double p) {
  in_domain(p >= 0 && p <= 1, "a probability must lie in [0, 1]", p);
}
void check_df(double df) { in_domain(df > 0, "degrees of freedom must be positive", df); }
void check_positive(double x) {
  in_domain(x > 0 && std::isfinite(x), "a parameter of a distribution must be positive", x);
}
void check_number(double x) { in_domain(!std::isnan(x), "an argument must be a number", x); }
void check_from_zero(double x) { in_domain(x >= 0, "the argument must be at least 0", x); }

}  // namespace

double normal_cdf(double x) {
  check_number(x);
  return bm::cdf(Normal(), x);
}

double normal_upper(double x) {
  check_number(x);
  return bm::cdf(bm::complement(Normal(), x));
}

double normal_quantile(double p) {
  check_probability(p);
  if (p == 0) return -infinity;
  if (p == 1) return infinity;
  return bm::quantile(Normal(), p);
}

double normal_density(double x) {
  check_number(x);
  return bm::pdf(Normal(), x);
}

double t_cdf(double x, double df) {
  check_number(x);
  check_df(df);
  if (std::isinf(df)) return normal_cdf(x);
  if (std::isinf(x)) return x < 0 ? 0 : 1;
  return bm::cdf(StudentsT(df), x);
}

double t_quantile(double p, double df) {
  check_probability(p);
  check_df(df);
  if (std::isinf(df)) return normal_quantile(p);
  if (p == 0) return -infinity;
  if (p == 1) return infinity;
  return bm::quantile(StudentsT(df), p);
}

double two_sided_p(double statistic, double df) {
  check_number(statistic);
  check_df(df);
  const double x = std::abs(statistic);
  if (std::isinf(x)) return 0;
  if (std::isinf(df)) return 2 * normal_upper(x);
  return 2 * bm::cdf(bm::complement(StudentsT(df), x));
}

double chi_squared_cdf(double x, double df) {
  check_from_zero(x);
  check_positive(df);
  if (std::isinf(x)) return 1;
  return bm::cdf(ChiSquared(df), x);
}

double chi_squared_upper(double x, double df) {
  check_from_zero(x);
  check_positive(df);
  if (std::isinf(x)) return 0;
  return bm::cdf(bm::complement(ChiSquared(df), x));
}

double chi_squared_quantile(double p, double df) {
  check_probability(p);
  check_positive(df);
  if (p == 1) return infinity;
  return bm::quantile(ChiSquared(df), p);
}

double f_upper(double f, double df1, double df2) {
  check_from_zero(f);
  check_positive(df1);
  check_df(df2);
  if (std::isinf(f)) return 0;
  if (std::isinf(df2)) return chi_squared_upper(f * df1, df1);
  return bm::cdf(bm::complement(FisherF(df1, df2), f));
}

double beta_cdf(double x, double a, double b) {
  check_probability(x);
  check_positive(a);
  check_positive(b);
  return bm::cdf(Beta(a, b), x);
}

double beta_quantile(double p, double a, double b) {
  check_probability(p);
  check_positive(a);
  check_positive(b);
  return bm::quantile(Beta(a, b), p);
}

double binomial_cdf(double events, double n, double probability) {
  check_probability(probability);
  in_domain(n >= 0 && std::isfinite(n), "the number of trials must be at least 0", n);
  in_domain(events >= 0 && events <= n, "events must lie between 0 and the number of trials",
            events);
  return bm::cdf(Binomial(n, probability), events);
}

}  // namespace entact
