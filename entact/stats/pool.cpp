// Puts a pooling together: tau2 (tau2.cpp), coefficients and their test, heterogeneity, prediction,
// reservations. The sums over studies stand in pool_model.cpp.
#include "entact/stats/pool.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/tau2_interval.h"

namespace entact {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

constexpr std::array<std::pair<std::string_view, PoolTest>, 5> test_names{{
    {"z", PoolTest::z},
    {"t", PoolTest::t},
    {"knha", PoolTest::knha},
    {"adhoc", PoolTest::adhoc},
    {"kr", PoolTest::kr},
}};

void check_options(const PoolModel& model, const PoolOptions& how) {
  require(how.level > 0 && how.level < 1, "stats.pool.option",
          fmt::format("level must lie between 0 and 1; saw {}", how.level), ErrorKind::usage);
  require(!how.tau2 || (*how.tau2 >= 0 && std::isfinite(*how.tau2)), "stats.pool.option",
          fmt::format("tau2 must be at least 0 and finite; saw {}", how.tau2.value_or(0)),
          ErrorKind::usage);
  require(how.test != PoolTest::kr || model.p() == 1, "stats.pool.kr",
          "the Kenward-Roger type test is for the model without moderators; ask for knha or adhoc",
          ErrorKind::usage);
  require(
      how.test == PoolTest::z || model.k() > model.p(), "stats.pool.few",
      fmt::format("test \"{}\" needs more than {} {}; saw {}. Ask for test z or add studies",
                  to_text(how.test), model.p(), model.p() == 1 ? "study" : "studies", model.k()),
      ErrorKind::unanswerable);
}

// What multiplies and what divides: the covariance of the coefficients and their df.
struct TestBasis {
  Eigen::MatrixXd covariance{};
  double df = infinity;
  double scale = 1;
};

// Kackar-Harville inflation of the variance of the mean and Satterthwaite-like df, with the
// expected REML information of tau2. R's meta puts the inflated variance into the df as well; so do
// we. Kenward and Roger 1997 take the plain one there, which gives up to a tenth more df.
TestBasis kenward_roger(const PoolModel::Coefficients& at, const PoolSums& s, double w3) {
  const double ratio = s.w2 / s.w;
  const double tau2_variance = 2 / s.trace_pp;
  const double inflation = 2 * tau2_variance * (w3 - s.w2 * ratio) / (s.w * s.w);
  TestBasis basis;
  basis.covariance = at.covariance.array() + inflation;
  const double slope = basis.covariance(0, 0) * s.w2;
  basis.df = 2 / (tau2_variance * slope * slope);
  return basis;
}

double sum_of_cubed_weights(const PoolModel& model, double tau2) {
  double w3 = 0;
  for (const double v : model.v()) {
    const double w = 1 / (v + tau2);
    w3 += w * w * w;
  }
  return w3;
}

TestBasis test_basis(PoolModel& model, const PoolModel::Coefficients& at, double tau2,
                     PoolTest test) {
  TestBasis basis{.covariance = at.covariance};
  if (test == PoolTest::z) return basis;
  const PoolSums s = model.sums_at(tau2);
  if (test == PoolTest::kr) {
    return kenward_roger(at, s, sum_of_cubed_weights(model, tau2));
  }
  basis.df = static_cast<double>(model.k() - model.p());
  if (test == PoolTest::t) return basis;
  basis.scale = s.q / basis.df;
  if (test == PoolTest::adhoc) basis.scale = std::max(1.0, basis.scale);
  basis.covariance *= basis.scale;
  return basis;
}

double critical_value(double level, double df) { return t_quantile(0.5 + level / 2, df); }

// A standard error of 0 (studies that agree exactly under knha) leaves 0/0 for a mean of 0.
PooledCoefficient coefficient(std::string name, double value, double se, double df,
                              double critical) {
  const double statistic = value == 0 ? 0 : value / se;
  return {std::move(name),
          value,
          se,
          statistic,
          df,
          two_sided_p(statistic, df),
          value - critical * se,
          value + critical * se};
}

Interval around(double centre, double half_width, double level, std::string method) {
  return {centre - half_width, centre + half_width, level, std::move(method)};
}

// Q-test and both kinds of I2 and H2, from the sums at tau2 = 0.
void describe_heterogeneity(PoolModel& model, Pooled& pooled) {
  pooled.q_df = static_cast<double>(pooled.k - pooled.p);
  if (pooled.q_df == 0) return;
  const PoolSums s = model.sums_at(0);
  pooled.q = s.q;
  pooled.q_p = chi_squared_upper(s.q, pooled.q_df);
  pooled.i2_q = s.q > pooled.q_df ? (s.q - pooled.q_df) / s.q : 0;
  pooled.h2_q = s.q / pooled.q_df;
  pooled.typical_variance = pooled.q_df / s.trace_p;
  const bool common = pooled.how.method == Tau2Method::common && !pooled.how.tau2;
  pooled.i2 = common ? pooled.i2_q : pooled.tau2 / (pooled.tau2 + pooled.typical_variance);
  pooled.h2 = common ? pooled.h2_q : pooled.tau2 / pooled.typical_variance + 1;
}

bool is_random(const PoolOptions& how) { return how.method != Tau2Method::common || how.tau2; }

void add_prediction(Pooled& pooled, double df, double critical) {
  if (!is_random(pooled.how)) return;
  const PooledCoefficient& mean = pooled.coefficients.front();
  const double sd = std::sqrt(pooled.tau2 + mean.se * mean.se), level = pooled.how.level;
  pooled.prediction = around(mean.value, critical * sd, level, std::isinf(df) ? "z" : "t");
  if (pooled.k > 2) {
    const double hts = static_cast<double>(pooled.k - 2);
    pooled.prediction_hts = around(mean.value, critical_value(level, hts) * sd, level, "t(k-2)");
  }
}

void add_tau2_interval(PoolModel& model, Pooled& pooled) {
  if (!pooled.how.intervals || pooled.how.tau2 || !is_random(pooled.how)) return;
  pooled.tau2_interval = q_profile_interval(model, pooled.how.level);
  if (!model.mean_only()) return;
  const double tau2 = pooled.tau2_interval->high;
  const auto at = model.coefficients_at(tau2);
  const TestBasis basis = test_basis(model, at, tau2, pooled.how.test);
  const double sd = std::sqrt(tau2 + basis.covariance(0, 0));
  pooled.prediction_high_tau2 = around(at.value(0), critical_value(pooled.how.level, basis.df) * sd,
                                       pooled.how.level, "upper tau2");
}

std::vector<double> shares(const PoolModel& model, double tau2) {
  std::vector<double> weights;
  weights.reserve(model.v().size());
  double sum = 0;
  for (const double v : model.v()) {
    weights.push_back(1 / (v + tau2));
    sum += weights.back();
  }
  for (double& w : weights) w /= sum;
  return weights;
}

void add_reservations(const Tau2& tau2, Pooled& pooled) {
  auto& say = pooled.fit.reservations;
  const PoolTest test = pooled.how.test;
  pooled.fit.converged = tau2.converged;
  pooled.fit.iterations = tau2.iterations;
  if (!tau2.converged)
    say.push_back(fmt::format("the between-study variance did not converge in {} iterations",
                              tau2.iterations));
  if (tau2.several_peaks)
    say.emplace_back("the likelihood has several peaks; the highest is taken");
  if (tau2.boundary)
    say.emplace_back("the between-study variance is estimated at its lower bound 0");
  if (!is_random(pooled.how) && (test == PoolTest::knha || test == PoolTest::adhoc))
    say.emplace_back("the Hartung-Knapp method is not meant for the common-effect model");
  if (test == PoolTest::knha && pooled.residual_scale < 1)
    say.push_back(
        fmt::format("the Hartung-Knapp factor is {:.3g}, below 1: the standard error is "
                    "smaller than that of the ordinary method",
                    pooled.residual_scale));
  if (is_random(pooled.how) && pooled.q_df == 1)
    say.emplace_back("heterogeneity is estimated from a single degree of freedom");
}

// Adjusted R2 of the weighted regression, which is what metafor reports for common-effect models.
double adjusted_r2(std::span<const double> yi, const std::vector<double>& weights, double q,
                   double typical_weight, const Pooled& pooled) {
  double mean = 0, total = 0;
  for (std::size_t i = 0; i < yi.size(); ++i) mean += weights[i] * yi[i];
  for (std::size_t i = 0; i < yi.size(); ++i)
    total += weights[i] * (yi[i] - mean) * (yi[i] - mean) * typical_weight;
  if (total == 0) return 0;
  const double k = static_cast<double>(pooled.k);
  return std::max(0.0, 1 - (q / total) * (k - 1) / pooled.q_df);
}

std::optional<double> explained(PoolModel& model, const Pooled& pooled) {
  if (pooled.p == 1 || model.intercept() < 0 || pooled.how.tau2 || pooled.q_df == 0) return {};
  if (pooled.how.method == Tau2Method::common) {
    double sum_w = 0;
    for (const double v : model.v()) sum_w += 1 / v;
    return adjusted_r2(model.y(), pooled.weights, pooled.q, sum_w, pooled);
  }
  PoolModel without(model.y(), model.v());
  const double total = estimate_tau2(without, pooled.how.method).value;
  return total == 0 ? 0 : std::max(0.0, (total - pooled.tau2) / total);
}

Pooled::Moderation moderation(const Pooled& pooled, std::ptrdiff_t intercept) {
  std::vector<std::ptrdiff_t> which;
  for (std::ptrdiff_t j = 0; j < pooled.p; ++j)
    if (pooled.p == 1 || j != intercept) which.push_back(j);
  return test_coefficients(pooled, which);
}

Pooled assemble(PoolModel& model, const Moderators* moderators, const PoolOptions& how) {
  check_options(model, how);
  Pooled pooled{.how = how, .k = model.k(), .p = model.p()};
  const Tau2 tau2 =
      how.tau2 ? Tau2{.value = *how.tau2, .se = nan} : estimate_tau2(model, how.method);
  pooled.tau2 = tau2.value;
  pooled.tau2_se = tau2.se;
  describe_heterogeneity(model, pooled);
  add_tau2_interval(model, pooled);
  pooled.log_likelihood = model.log_likelihood(tau2.value);
  pooled.restricted_log_likelihood = model.restricted_log_likelihood(tau2.value);
  const auto at = model.coefficients_at(tau2.value);
  const TestBasis basis = test_basis(model, at, tau2.value, how.test);
  const double critical = critical_value(how.level, basis.df);
  for (Eigen::Index j = 0; j < at.value.size(); ++j) {
    pooled.coefficients.push_back(
        coefficient(moderators ? moderators->names[static_cast<std::size_t>(j)] : "intercept",
                    at.value(j), std::sqrt(basis.covariance(j, j)), basis.df, critical));
  }
  pooled.covariance = basis.covariance;
  pooled.residual_scale = basis.scale;
  pooled.weights = shares(model, tau2.value);
  pooled.qm = moderation(pooled, model.intercept());
  pooled.r2 = explained(model, pooled);
  if (model.mean_only()) add_prediction(pooled, basis.df, critical);
  add_reservations(tau2, pooled);
  return pooled;
}

}  // namespace

PoolTest pool_test(std::string_view name) {
  for (const auto& [text, test] : test_names)
    if (text == name) return test;
  throw Error("stats.pool.test",
              fmt::format("unknown test \"{}\"; one of z, t, knha, adhoc, kr", name),
              ErrorKind::usage);
}

std::string_view to_text(PoolTest test) { return test_names[static_cast<std::size_t>(test)].first; }

Pooled pool(std::span<const double> yi, std::span<const double> vi, const PoolOptions& how) {
  PoolModel model(yi, vi);
  return assemble(model, nullptr, how);
}

Pooled pool(std::span<const double> yi, std::span<const double> vi, const Moderators& moderators,
            const PoolOptions& how) {
  PoolModel model(yi, vi, moderators);
  return assemble(model, &moderators, how);
}

Pooled::Moderation test_coefficients(const Pooled& pooled, std::span<const std::ptrdiff_t> which) {
  require(!which.empty(), "stats.pool.coefficient", "a test needs at least one coefficient",
          ErrorKind::usage);
  const Eigen::Index m = static_cast<Eigen::Index>(which.size());
  Eigen::VectorXd b(m);
  Eigen::MatrixXd v(m, m);
  for (Eigen::Index i = 0; i < m; ++i) {
    const std::ptrdiff_t row = which[static_cast<std::size_t>(i)];
    require(row >= 0 && row < pooled.p, "stats.pool.coefficient",
            fmt::format("coefficient {} does not exist; there are {}", row, pooled.p),
            ErrorKind::usage);
    b(i) = pooled.coefficients[static_cast<std::size_t>(row)].value;
    for (Eigen::Index j = 0; j < m; ++j) {
      v(i, j) = pooled.covariance(row, which[static_cast<std::size_t>(j)]);
    }
  }
  Pooled::Moderation test{.df1 = static_cast<double>(m), .df2 = pooled.coefficients.front().df};
  if (!b.isZero(0)) test.statistic = v(0, 0) == 0 ? infinity : b.dot(v.llt().solve(b));
  if (std::isfinite(test.df2)) test.statistic /= test.df1;
  test.p = std::isfinite(test.df2) ? f_upper(test.statistic, test.df1, test.df2)
                                   : chi_squared_upper(test.statistic, test.df1);
  return test;
}

PooledPrediction predict(const Pooled& pooled, std::span<const double> x) {
  require(
      static_cast<std::ptrdiff_t>(x.size()) == pooled.p, "stats.pool.coefficient",
      fmt::format("a prediction needs one value a coefficient; saw {} for {}", x.size(), pooled.p),
      ErrorKind::usage);
  const Eigen::Map<const Eigen::VectorXd> at(x.data(), pooled.p);
  double value = 0;
  for (std::size_t j = 0; j < x.size(); ++j) value += x[j] * pooled.coefficients[j].value;
  const double variance = at.dot(pooled.covariance * at);
  const double df = pooled.coefficients.front().df;
  const double critical = critical_value(pooled.how.level, df);
  PooledPrediction found;
  found.mean = coefficient("", value, std::sqrt(variance), df, critical);
  if (is_random(pooled.how)) {
    found.new_study = around(value, critical * std::sqrt(pooled.tau2 + variance), pooled.how.level,
                             std::isinf(df) ? "z" : "t");
  }
  return found;
}

Estimate to_estimate(const Pooled& pooled, const Estimand& estimand, bool log_scale,
                     std::size_t which) {
  require(which < pooled.coefficients.size(), "stats.pool.coefficient",
          fmt::format("coefficient {} does not exist; there are {}", which, pooled.p),
          ErrorKind::usage);
  const PooledCoefficient& c = pooled.coefficients[which];
  return {.estimand = estimand,
          .value = c.value,
          .se = c.se,
          .df = c.df,
          .log_scale = log_scale,
          .fit = pooled.fit};
}

}  // namespace entact
