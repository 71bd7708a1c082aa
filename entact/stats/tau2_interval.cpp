#include "entact/stats/tau2_interval.h"

#include <algorithm>
#include <limits>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/num/roots.h"
#include "entact/stats/tau2.h"

namespace entact {
namespace {

void require_degrees_of_freedom(const PoolModel& model) {
  require(model.k() > model.p(), "stats.pool.few",
          "an interval of the between-study variance needs more studies than coefficients",
          ErrorKind::unanswerable);
}

}  // namespace

Interval q_profile_interval(PoolModel& model, double level) {
  require_degrees_of_freedom(model);
  const double df = static_cast<double>(model.k() - model.p()), tail = (1 - level) / 2;
  return {.low = tau2_at_q(model, chi_squared_quantile(1 - tail, df)),
          .high = tau2_at_q(model, chi_squared_quantile(tail, df)),
          .level = level,
          .method = "Q-profile"};
}

Interval profile_likelihood_interval(PoolModel& model, double tau2, bool restricted, double level) {
  require_degrees_of_freedom(model);
  const auto log_likelihood = [&](double t) {
    return restricted ? model.restricted_log_likelihood(t) : model.log_likelihood(t);
  };
  const double floor = log_likelihood(tau2) - 0.5 * chi_squared_quantile(level, 1);
  const auto above = [&](double t) { return log_likelihood(t) - floor; };
  Interval found{.low = 0, .high = 0, .level = level, .method = "profile"};
  if (tau2 > 0 && above(0) < 0) found.low = find_root(above, 0, tau2).x;
  const double step = *std::max_element(model.v().begin(), model.v().end());
  const auto beyond = [&](double t) { return above(tau2 + t); };
  const auto [low, high] =
      double_until_sign_change(beyond, step, std::numeric_limits<double>::max() / 4);
  if (beyond(step) < 0) {
    found.high = find_root(above, tau2, tau2 + step).x;
  } else {
    found.high = find_root(above, tau2 + low, tau2 + high).x;
  }
  return found;
}

}  // namespace entact
