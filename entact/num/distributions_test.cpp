#include "entact/num/distributions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "entact/base/error.h"

namespace entact {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// 1e-13 relative: both sides are good to some tens of ulp, a wrong formula errs in the first
// digits.
void expect_close(double ours, double expected, double relative = 1e-13) {
  EXPECT_NEAR(ours, expected, relative * std::abs(expected));
}

// Expected numbers: R 4.2.2 on Debian 12, printed with 17 digits; the call stands beside each.
TEST(Distributions, agree_with_r) {
  expect_close(normal_cdf(-1.5), 0.066807201268858071);             // pnorm(-1.5)
  expect_close(normal_upper(8), 6.2209605742717849e-16);            // pnorm(8, lower=F)
  expect_close(normal_quantile(0.975), 1.9599639845400536);         // qnorm(0.975)
  expect_close(normal_density(1.2), 0.19418605498321295);           // dnorm(1.2)
  expect_close(t_cdf(-2.3, 7.5), 0.026286448052184511);             // pt(-2.3, 7.5)
  expect_close(t_quantile(0.975, 12), 2.1788128296672284);          // qt(0.975, 12)
  expect_close(t_quantile(0.01, 1), -31.820515953773956);           // qt(0.01, 1)
  expect_close(two_sided_p(-9, 11), 2.0961583670088098e-06);        // 2*pt(-9, 11)
  expect_close(two_sided_p(12, infinity), 3.5529642241553581e-33);  // 2*pnorm(-12)
  expect_close(chi_squared_cdf(3.2, 4), 0.47506905321389592);       // pchisq(3.2, 4)
  expect_close(chi_squared_upper(152.233008082373, 12), 1.9967645908462381e-26, 1e-12);
  expect_close(chi_squared_quantile(0.025, 12), 4.4037885069817015, 1e-12);  // qchisq(.025, 12)
  expect_close(chi_squared_quantile(0.975, 1), 5.0238861873148846, 1e-12);   // qchisq(.975, 1)
  expect_close(chi_squared_quantile(0.5, 999), 998.33341248258796, 1e-12);   // qchisq(.5, 999)
  expect_close(f_upper(2.5, 3, 17.5), 0.093249926327625715);      // pf(2.5, 3, 17.5, lower=F)
  expect_close(f_upper(2.5, 3, infinity), 0.057558451972636406);  // pf(2.5, 3, Inf, lower=F)
  expect_close(beta_cdf(0.3, 2.5, 4), 0.35219758590676714);       // pbeta(.3, 2.5, 4)
  expect_close(beta_quantile(0.025, 5, 38), 0.039805528942688372, 1e-12);  // qbeta(.025, 5, 38)
  expect_close(binomial_cdf(3, 20, 0.2), 0.41144886195656849);             // pbinom(3, 20, .2)
  expect_close(binomial_cdf(0, 42, 0.01), 0.65565922057414361);            // pbinom(0, 42, .01)
}

TEST(Distributions, quantile_undoes_the_cumulative_probability) {
  for (const double p : {1e-12, 0.001, 0.025, 0.3, 0.5, 0.9, 0.999}) {
    expect_close(normal_cdf(normal_quantile(p)), p, 1e-12);
    expect_close(chi_squared_cdf(chi_squared_quantile(p, 3.7), 3.7), p, 1e-11);
    expect_close(beta_cdf(beta_quantile(p, 0.7, 9), 0.7, 9), p, 1e-11);
    for (const double df : {0.8, 1.0, 2.0, 5.5, 40.0, 1e6}) {
      expect_close(t_cdf(t_quantile(p, df), df), p, 1e-11);
    }
  }
}

TEST(Distributions, infinite_df_is_the_normal) {
  EXPECT_EQ(t_cdf(1.3, infinity), normal_cdf(1.3));
  EXPECT_EQ(t_quantile(0.2, infinity), normal_quantile(0.2));
  EXPECT_EQ(f_upper(4, 1, infinity), chi_squared_upper(4, 1));
}

TEST(Distributions, ends_of_the_range_are_answers) {
  EXPECT_EQ(normal_quantile(1), infinity);
  EXPECT_EQ(t_quantile(0, 3), -infinity);
  EXPECT_EQ(chi_squared_quantile(0, 3), 0);
  EXPECT_EQ(chi_squared_quantile(1, 3), infinity);
  EXPECT_EQ(two_sided_p(-infinity, 4), 0);
  EXPECT_EQ(two_sided_p(0, 4), 1);
  EXPECT_EQ(f_upper(0, 1, 4), 1);
}

TEST(Distributions, square_of_t_is_f) {
  for (const double t : {0.1, 2.0, 7.0}) {
    expect_close(two_sided_p(t, 9), f_upper(t * t, 1, 9), 1e-12);
    expect_close(two_sided_p(t, infinity), chi_squared_upper(t * t, 1), 1e-12);
  }
}

TEST(Distributions, refuse_what_is_outside_the_domain) {
  EXPECT_THROW(normal_cdf(nan), Error);
  EXPECT_THROW(normal_quantile(1.01), Error);
  EXPECT_THROW(t_quantile(0.5, 0), Error);
  EXPECT_THROW(two_sided_p(nan, 3), Error);
  EXPECT_THROW(chi_squared_upper(-1, 3), Error);
  EXPECT_THROW(chi_squared_quantile(0.5, nan), Error);
  EXPECT_THROW(f_upper(1, -1, 3), Error);
  EXPECT_THROW(beta_quantile(0.5, 0, 3), Error);
  EXPECT_THROW(binomial_cdf(4, 3, 0.5), Error);
}

}  // namespace
}  // namespace entact
