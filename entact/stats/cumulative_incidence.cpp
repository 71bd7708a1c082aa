#include "entact/stats/cumulative_incidence.h"

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;

/// Sums from which the variance at any later time follows: of w q^2, w q b and w b^2, where a jump
/// of variance w at s moves F(t) by b - q F(t).
struct VarianceSums {
  double qq = 0, qb = 0, bb = 0;
  void add(double w, double q, double b) {
    qq += w * q * q;
    qb += w * q * b;
    bb += w * b * b;
  }
  [[nodiscard]] double at(double f) const { return std::max(0.0, f * f * qq - 2 * f * qb + bb); }
};

/// Variance of the number of d tied events among n, over n^2, times S(s-)^2.
double jump_variance(double before, double n, double d) {
  const double ties = d > 1 && n > 1 ? 1 - (d - 1) / (n - 1) : 1;
  return before * before * ties * d / (n * n);
}

}  // namespace

IncidenceCurve cumulative_incidence(const SurvivalData& data, int causes, const CurveOptions& how) {
  check_survival(data, causes);
  require(how.level > 0 && how.level < 1, "stats.survival.level",
          "the level of an interval lies between 0 and 1, saw " + std::to_string(how.level),
          ErrorKind::usage);
  require(data.rows() > 0, "stats.survival.empty", "an incidence curve needs at least one row",
          ErrorKind::unanswerable);
  const RiskCounts counts = count_risk(data, end_times(data), causes);
  const Index t = counts.at_risk.size();
  IncidenceCurve curve{.time = counts.time,
                       .at_risk = counts.at_risk,
                       .events = counts.events,
                       .event_free = Eigen::VectorXd(t),
                       .incidence = Eigen::MatrixXd(t, causes),
                       .se = Eigen::MatrixXd(t, causes),
                       .low = Eigen::MatrixXd(t, causes),
                       .high = Eigen::MatrixXd(t, causes),
                       .how = how};
  std::vector<VarianceSums> sums(static_cast<std::size_t>(causes));
  Eigen::RowVectorXd incidence = Eigen::RowVectorXd::Zero(causes);
  double before = 1;
  for (Index k = 0; k < t; ++k) {
    const double n = counts.at_risk(k), all = counts.events.row(k).sum();
    const double left = n - all > 1e-9 * n ? n - all : 0, after = before * left / n;
    incidence += before / n * counts.events.row(k);
    for (int c = 0; c < causes; ++c) {
      const double own = counts.events(k, c), others = all - own, f = incidence(c);
      VarianceSums& sum = sums[static_cast<std::size_t>(c)];
      const double q = after > 0 ? 1 / after : 0;
      if (own > 0) sum.add(jump_variance(before, n, own), q, 1 + f * q);
      if (others > 0 && after > 0) sum.add(jump_variance(before, n, others), q, f * q);
      curve.se(k, c) = std::sqrt(sum.at(f));
      const auto [low, high] = f > 0 ? curve_interval(f, curve.se(k, c), how) : std::pair{0.0, 0.0};
      curve.low(k, c) = low;
      curve.high(k, c) = high;
    }
    curve.incidence.row(k) = incidence;
    curve.event_free(k) = before = after;
  }
  return curve;
}

CurvePoint at_time(const IncidenceCurve& curve, int cause, double time) {
  CurvePoint point{.time = time, .survival = 0, .low = 0, .high = 0};
  const auto after = std::upper_bound(curve.time.begin(), curve.time.end(), time);
  const auto next = std::lower_bound(curve.time.begin(), curve.time.end(), time);
  if (next != curve.time.end()) point.at_risk = curve.at_risk(next - curve.time.begin());
  if (after == curve.time.begin()) return point;
  const Index at = after - curve.time.begin() - 1;
  point.survival = curve.incidence(at, cause - 1);
  point.se = curve.se(at, cause - 1);
  point.low = curve.low(at, cause - 1);
  point.high = curve.high(at, cause - 1);
  return point;
}

}  // namespace entact
