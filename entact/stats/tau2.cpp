#include "entact/stats/tau2.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

constexpr std::array<std::pair<std::string_view, Tau2Method>, 14> names{{
    {"CE", Tau2Method::common},
    {"FE", Tau2Method::common},
    {"EE", Tau2Method::common},
    {"DL", Tau2Method::dl},
    {"HE", Tau2Method::he},
    {"HS", Tau2Method::hs},
    {"HSK", Tau2Method::hsk},
    {"SJ", Tau2Method::sj},
    {"ML", Tau2Method::ml},
    {"REML", Tau2Method::reml},
    {"EB", Tau2Method::eb},
    {"PM", Tau2Method::pm},
    {"MP", Tau2Method::pm},
    {"PMM", Tau2Method::pmm},
}};

constexpr int most_iterations = 200;

// A moment estimate: truncated at 0.
Tau2 truncated(double raw) { return {.value = std::max(0.0, raw), .boundary = raw <= 0}; }

// Variance of a quadratic form y'Ay with A = P / divisor is
// (2 tr(PVPV) + 4 tau2 tr(PPV) + 2 tau2^2 tr(PP)) / divisor^2.
double moment_se(double pvpv, double ppv, double pp, double tau2, double divisor) {
  return std::sqrt(2 * pvpv + 4 * tau2 * ppv + 2 * tau2 * tau2 * pp) / divisor;
}

Tau2 weighted_moments(PoolModel& model, Tau2Method method) {
  const PoolSums s = model.sums_at(0);
  const double k = static_cast<double>(model.k()), df = k - static_cast<double>(model.p());
  double raw = (s.q - df) / s.trace_p, divisor = s.trace_p;
  if (method != Tau2Method::dl) {
    const double factor = method == Tau2Method::hsk ? k / df : 1;
    raw = (factor * s.q - k) / s.w;
    divisor = s.w / factor;
  }
  Tau2 found = truncated(raw);
  found.se = moment_se(df, s.trace_p, s.trace_pp, found.value, divisor);  // PVP = P here
  return found;
}

Tau2 hedges(PoolModel& model) {
  const PoolSums s = model.sums_with_variances(0, true);
  const double df = static_cast<double>(model.k() - model.p());
  Tau2 found = truncated((s.q - s.trace_pv) / df);
  found.se = moment_se(s.trace_pvpv, s.trace_pv, df, found.value, df);  // PP = P here
  return found;
}

Tau2 sidik_jonkman(PoolModel& model) {
  double mean = 0, start = 0;
  const double k = static_cast<double>(model.k()), df = k - static_cast<double>(model.p());
  for (const double y : model.y()) mean += y / k;
  for (const double y : model.y()) start += (y - mean) * (y - mean) / k;
  const PoolSums s = model.sums_with_variances(start);
  Tau2 found = truncated(start * s.q / df);
  found.se = start * moment_se(s.trace_pvpv, s.trace_ppv, s.trace_pp, found.value, df);
  return found;
}

Tau2 paule_mandel(PoolModel& model, double target) {
  Tau2 found;
  found.value = tau2_at_q(model, target);
  found.boundary = found.value == 0;
  const double k = static_cast<double>(model.k()), df = k - static_cast<double>(model.p());
  found.se = std::sqrt(2 * k * k / df) / model.q_at(found.value).w;
  return found;
}

// First derivative of the (restricted) log-likelihood in tau2, and the information.
struct Score {
  double score = 0, expected = 0, observed = 0;
};

Score score_at(PoolModel& model, double tau2, bool restricted) {
  const PoolSums s = model.sums_at(tau2);
  const double trace = restricted ? s.trace_p : s.w;
  const double twice = restricted ? s.trace_pp : s.w2;
  return {0.5 * (s.y_pp_y - trace), 0.5 * twice, s.y_ppp_y - 0.5 * twice};
}

// Zero of the score between low, where it is positive, and high, where it is not.
Tau2 climb(PoolModel& model, double low, double high, double scale, bool restricted) {
  Tau2 found{.value = 0.5 * (low + high), .converged = false};
  while (!found.converged && found.iterations < most_iterations) {
    ++found.iterations;
    const Score s = score_at(model, found.value, restricted);
    (s.score > 0 ? low : high) = found.value;
    const bool newton = s.observed > 0.1 * s.expected;
    double next = found.value + s.score / (newton ? s.observed : s.expected);
    if (next < low || next > high) next = 0.5 * (low + high);
    // Newton's next error is the square of this one; scoring only shrinks it by a factor.
    const double close = (newton ? 1e-10 : 1e-14) * (found.value + scale);
    found.converged = std::abs(next - found.value) <= close;
    found.value = next;
  }
  return found;
}

// Every local maximum of the likelihood: at 0, and where the score falls through 0 between
// neighbours of a grid that doubles. No maximum lies above the last point, for there
// y'PPy <= RSS / tau2^2 < (k - p) / (max v + tau2) <= tr P.
std::vector<Tau2> local_maxima(PoolModel& model, double scale, bool restricted) {
  const double rss = model.sums_with_variances(0, true).q;
  const double last = rss / static_cast<double>(model.k() - model.p()) +
                      *std::max_element(model.v().begin(), model.v().end());
  std::vector<Tau2> found;
  double low = 0;
  bool rising = score_at(model, 0, restricted).score > 0;
  if (!rising) found.push_back({.boundary = true});
  for (double high = std::min(last, scale / 8); low < last; high = std::min(last, 2 * high)) {
    const bool rises_on = score_at(model, high, restricted).score > 0;
    if (rising && !rises_on) found.push_back(climb(model, low, high, scale, restricted));
    rising = rises_on;
    low = high;
  }
  // Reached only if rounding hides the fall of the score at the last point.
  if (found.empty()) found.push_back({.value = last, .converged = false});
  return found;
}

Tau2 likelihood(PoolModel& model, bool restricted) {
  const double scale = *std::min_element(model.v().begin(), model.v().end());
  const std::vector<Tau2> peaks = local_maxima(model, scale, restricted);
  Tau2 found = peaks.front();
  if (peaks.size() > 1) {
    const auto height = [&](const Tau2& t) {
      return restricted ? model.restricted_log_likelihood(t.value) : model.log_likelihood(t.value);
    };
    for (const Tau2& peak : peaks)
      if (height(peak) > height(found)) found = peak;
    found.several_peaks = true;
  }
  const PoolSums s = model.sums_at(found.value);
  found.se = std::sqrt(2 / (restricted ? s.trace_pp : s.w2));
  return found;
}

}  // namespace

Tau2Method tau2_method(std::string_view name) {
  std::string upper(name);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  for (const auto& [text, method] : names)
    if (text == upper) return method;
  throw Error("stats.pool.method",
              fmt::format("unknown method \"{}\" of the between-study variance; one of FE, EE, CE, "
                          "DL, HE, HS, HSk, SJ, ML, REML, EB, PM, PMM",
                          name),
              ErrorKind::usage);
}

std::string_view to_text(Tau2Method method) {
  if (method == Tau2Method::hsk) return "HSk";
  for (const auto& [text, each] : names)
    if (each == method) return text;
  return "";
}

double tau2_at_q(PoolModel& model, double target) {
  double tau2 = 0;
  for (int i = 0; i < most_iterations; ++i) {
    const PoolSums s = model.q_at(tau2);
    if (s.q <= target) break;
    // Newton's step for 1/Q(tau2) = 1/target, where d(1/Q) = y'PPy / Q^2.
    const double step = s.q * (s.q / target - 1) / s.y_pp_y;
    tau2 += step;
    if (step <= 1e-15 * tau2) break;
  }
  return tau2;
}

Tau2 estimate_tau2(PoolModel& model, Tau2Method method) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (method == Tau2Method::common) return {.se = nan};
  require(model.k() > model.p(), "stats.pool.few",
          fmt::format("the between-study variance needs more than {} {}; saw {}. Ask for the "
                      "common-effect model (FE) or add studies",
                      model.p(), model.p() == 1 ? "study" : "studies", model.k()),
          ErrorKind::unanswerable);
  const double df = static_cast<double>(model.k() - model.p());
  switch (method) {
    case Tau2Method::he:
      return hedges(model);
    case Tau2Method::sj:
      return sidik_jonkman(model);
    case Tau2Method::ml:
      return likelihood(model, false);
    case Tau2Method::reml:
      return likelihood(model, true);
    case Tau2Method::eb:
    case Tau2Method::pm:
      return paule_mandel(model, df);
    case Tau2Method::pmm:
      return paule_mandel(model, chi_squared_quantile(0.5, df));
    default:
      return weighted_moments(model, method);
  }
}

}  // namespace entact
