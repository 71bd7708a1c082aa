#include "entact/trial/dunnett.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

constexpr double knot_from = -6, knot_to = 9, knots_a_unit = 32;

double upper_tail(double z) { return 0.5 * std::erfc(z * std::numbers::sqrt2 / 2); }

/// Sum over the control's value c of `part(c)` with the normal density: the trapezoid rule, which
/// converges exponentially for such functions. The step follows the sharpest of them.
template <class Part>
double over_control(std::span<const double> shares, Part&& part) {
  double most = 0.5;
  for (const double l : shares) most = std::max(most, l);
  const double step = 0.25 * std::sqrt((1 - most) / most);
  const int steps = static_cast<int>(std::ceil(9 / step));
  double sum = 0;
  for (int i = -steps; i <= steps; ++i) {
    const double c = step * i;
    sum += std::exp(-c * c / 2) * part(c);
  }
  return sum * step * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
}

double lower_dunnett(double x, std::span<const double> shares) {
  return over_control(shares, [&](double c) {
    double all = 1;
    for (const double l : shares) all *= upper_tail((std::sqrt(l) * c - x) / std::sqrt(1 - l));
    return all;
  });
}

/// The statistic of the same level, whichever tail is the smaller.
double as_z(double x, std::span<const double> shares) {
  const double upper = dunnett_upper(x, shares);
  return upper < 0.5 ? -normal_quantile(upper) : normal_quantile(lower_dunnett(x, shares));
}

}  // namespace

double dunnett_upper(double x, std::span<const double> shares) {
  require(std::isfinite(x), "trial.dunnett.shares",
          "Dunnett's test needs an arm and a finite statistic", ErrorKind::usage);
  return dunnett_any(std::vector<double>(shares.size(), x), shares);
}

double dunnett_any(std::span<const double> x, std::span<const double> shares) {
  for (const double l : shares)
    require(l >= 0 && l < 1, "trial.dunnett.shares",
            "an arm's share n_i / (n_i + n_0) must lie in [0, 1); saw " + std::to_string(l),
            ErrorKind::usage);
  require(!shares.empty() && x.size() == shares.size(), "trial.dunnett.shares",
          "Dunnett's test needs an arm and a statistic of each", ErrorKind::usage);
  return over_control(shares, [&](double c) {
    double log_all = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      log_all +=
          std::log1p(-upper_tail((x[i] - std::sqrt(shares[i]) * c) / std::sqrt(1 - shares[i])));
    return -std::expm1(log_all);
  });
}

double dunnett_critical(double alpha, std::span<const double> shares) {
  double low = -9, high = 12;
  while (high - low > 1e-12) {
    const double middle = (low + high) / 2;
    (dunnett_upper(middle, shares) > alpha ? low : high) = middle;
  }
  return (low + high) / 2;
}

DunnettZ::DunnettZ(int arms, double share) {
  const std::vector<double> shares(static_cast<std::size_t>(arms), share);
  constexpr double step = 1 / knots_a_unit, small = step / 8;
  const int knots = static_cast<int>((knot_to - knot_from) * knots_a_unit) + 1;
  for (int i = 0; i < knots; ++i) {
    const double x = knot_from + step * i;
    z_.push_back(as_z(x, shares));
    // Central differences with the next order taken out.
    const double near = as_z(x + small, shares) - as_z(x - small, shares);
    const double far = as_z(x + 2 * small, shares) - as_z(x - 2 * small, shares);
    slope_.push_back((8 * near - far) / (12 * small) * step);
  }
}

double DunnettZ::operator()(double x) const {
  const double at = (std::clamp(x, knot_from, knot_to) - knot_from) * knots_a_unit;
  const auto i = std::min(static_cast<std::size_t>(at), z_.size() - 2);
  const double s = at - static_cast<double>(i), r = 1 - s;
  // Cubic Hermite; beyond the table along its end.
  const double inside = r * r * ((1 + 2 * s) * z_[i] + s * slope_[i]) +
                        s * s * ((1 + 2 * r) * z_[i + 1] - r * slope_[i + 1]);
  if (x > knot_to) return inside + (x - knot_to) * slope_.back() * knots_a_unit;
  if (x < knot_from) return inside + (x - knot_from) * slope_.front() * knots_a_unit;
  return inside;
}

}  // namespace entact
