#include "entact/pharm/nca.h"

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/pharm/trapezoid.h"

namespace entact {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

using Point = CoursePoint;

/// What is measurable, and what the rules make of the rest. Where nothing is measurable there is no
/// first and no last, and all are 0.
std::vector<Point> cleaned(std::span<const double> times_h, std::span<const double> c,
                           const NcaOptions& how) {
  require(times_h.size() == c.size(), "pharm.nca.length", [&] {
    return "times and concentrations differ in number: " + std::to_string(times_h.size()) +
           " and " + std::to_string(c.size());
  });
  std::ptrdiff_t first = -1, last = -1;
  const auto n = static_cast<std::ptrdiff_t>(c.size());
  const auto at = [&](std::ptrdiff_t i) { return c[static_cast<std::size_t>(i)]; };
  const auto below = [&](std::ptrdiff_t i) { return at(i) < how.lower_limit || at(i) == 0; };
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(i);
    require(std::isfinite(times_h[k]) && (i == 0 || times_h[k - 1] < times_h[k]), "pharm.nca.times",
            [&] {
              return "times must increase; place " + std::to_string(i + 1) + " is " +
                     std::to_string(times_h[k]) + " h";
            });
    require(!(at(i) < 0), "pharm.nca.negative", [&] {
      return "a concentration must not be negative; that at " + std::to_string(times_h[k]) +
             " h is " + std::to_string(at(i)) + ". Give 0 for one below quantification";
    });
    if (std::isnan(at(i)) || below(i)) continue;
    if (first < 0) first = i;
    last = i;
  }
  std::vector<Point> points;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    if (std::isnan(at(i))) continue;
    const BlqRule rule = i < first ? how.first : (i > last ? how.last : how.middle);
    if (first >= 0 && below(i) && rule == BlqRule::drop) continue;
    points.push_back({times_h[static_cast<std::size_t>(i)], below(i) ? 0 : at(i)});
  }
  require(!points.empty(), "pharm.nca.empty", "there is no concentration", ErrorKind::unanswerable);
  return points;
}

Point peak_of(const std::vector<Point>& points) {
  return *std::max_element(points.begin(), points.end(),
                           [](const Point& a, const Point& b) { return a.c < b.c; });
}

bool is_logarithmic(const Point& a, const Point& b, AucMethod method, double tmax) {
  if (a.c <= 0 || b.c <= 0 || a.c == b.c || method == AucMethod::linear) return false;
  return method == AucMethod::linear_up_log_down ? b.c < a.c : a.t_h >= tmax;
}

double between(const Point& a, const Point& b, double t, bool logarithmic) {
  const double part = (t - a.t_h) / (b.t_h - a.t_h);
  return logarithmic ? a.c * std::pow(b.c / a.c, part) : a.c + part * (b.c - a.c);
}

struct Slope {
  double lambda = nan, r2 = nan, r2_adjusted = nan;
  double at_last = nan;  ///< the line at its last point
  std::size_t n = 0;
  double from = nan, to = nan;
};

/// Regression of log concentration on time from the last point backwards, both counted from it:
/// means and sums about them are brought up to date (Welford), so that the slopes of the last 3, 4,
/// ... points cost no more than that of all. Without variation of the logarithms beyond rounding
/// there is no R^2 and no slope; nor is there one without a fall.
class Regression {
 public:
  explicit Regression(const Point& last) : last_(last), from_(last.t_h) {}

  void add(const Point& p) {
    const double t = p.t_h - last_.t_h, y = log_ratio(last_.c, p.c);
    const double dt = t - t_mean_, dy = y - y_mean_, n = static_cast<double>(++n_);
    t_mean_ += dt / n, y_mean_ += dy / n;
    tt_ += dt * (t - t_mean_), ty_ += dt * (y - y_mean_), yy_ += dy * (y - y_mean_);
    from_ = p.t_h;
  }

  [[nodiscard]] Slope slope() const {
    constexpr double rounding = 64 * std::numeric_limits<double>::epsilon();
    const auto n = static_cast<double>(n_);
    Slope slope{.n = n_, .from = from_, .to = last_.t_h};
    if (!(std::sqrt(yy_ / n) > rounding)) return slope;
    slope.r2 = ty_ * ty_ / (tt_ * yy_);
    slope.r2_adjusted = n_ > 2 ? 1 - (1 - slope.r2) * (n - 1) / (n - 2) : nan;
    if (!(-ty_ > rounding * std::sqrt(tt_ * yy_))) return slope;
    slope.lambda = -ty_ / tt_;
    slope.at_last = last_.c * std::exp(y_mean_ + slope.lambda * t_mean_);
    return slope;
  }

 private:
  Point last_;
  std::size_t n_ = 0;
  double t_mean_ = 0, y_mean_ = 0, tt_ = 0, ty_ = 0, yy_ = 0;
  double from_ = 0;
};

/// The terminal slope by the rule, or from the times given; n is 0 if there is none.
Slope terminal_slope(const std::vector<Point>& points, double tmax, const NcaOptions& how) {
  // An end computed from a rate may be a rounding later than the sample that was taken at it.
  const double infusion_end = how.infusion_h * (1 - 1e-9);
  std::vector<Point> usable;
  for (const Point& p : points) {
    const bool after = p.t_h > tmax || (how.peak_in_slope && p.t_h == tmax);
    const bool inside = how.slope_between_h ? p.t_h >= how.slope_between_h->first &&
                                                  p.t_h <= how.slope_between_h->second
                                            : after && p.t_h >= infusion_end;
    if (inside && p.c > 0) usable.push_back(p);
  }
  const auto fewest = static_cast<std::size_t>(std::max(2, how.fewest_points));
  if (usable.size() < fewest) return {};
  Regression last(usable.back());
  std::vector<Slope> slopes;
  double best = -std::numeric_limits<double>::infinity();
  for (std::size_t n = 1; n <= usable.size(); ++n) {
    last.add(usable[usable.size() - n]);
    if (n < fewest) continue;
    slopes.push_back(last.slope());
    const double r2 = slopes.back().r2_adjusted;
    if (r2 > best) best = r2;
  }
  if (how.slope_between_h) return slopes.back();
  Slope chosen;
  for (const Slope& slope : slopes)  // in order of points, so the last one wins
    if (slope.lambda > 0 && (slope.n == 2 || slope.r2_adjusted > best - how.r2_slack))
      chosen = slope;
  return chosen;
}

void add_slope(Nca& found, const Slope& slope, double dose, double infusion_h) {
  if (slope.n == 0 || !(slope.lambda > 0)) {
    found.reservations.emplace_back(
        "no terminal slope: too few points after the peak, or none of them falls");
    return;
  }
  found.lambda_z = slope.lambda, found.half_life_h = std::log(2.0) / slope.lambda;
  found.r2 = slope.r2, found.r2_adjusted = slope.r2_adjusted;
  found.slope_points = static_cast<int>(slope.n), found.slope_from_h = slope.from;
  found.span = (slope.to - slope.from) / found.half_life_h;
  const double beyond = found.clast / slope.lambda;
  found.auc_inf = found.auc_last + beyond;
  found.auc_inf_predicted =
      found.auc_last +
      slope.at_last * std::exp(-slope.lambda * (found.tlast_h - slope.to)) / slope.lambda;
  found.auc_extrapolated = beyond / found.auc_inf;
  found.aumc_inf = found.aumc_last + found.tlast_h * beyond + beyond / slope.lambda;
  found.mean_residence_h = found.aumc_inf / found.auc_inf - infusion_h / 2;
  found.clearance = dose / found.auc_inf;
  found.volume = found.clearance / slope.lambda;
  if (found.auc_extrapolated > 0.2)
    found.reservations.emplace_back("more than a fifth of the area is extrapolated");
  if (found.span < 2)
    found.reservations.emplace_back("the terminal slope spans less than two half-lives");
}

}  // namespace

Nca nca(std::span<const double> times_h, std::span<const double> concentrations, double dose,
        const NcaOptions& how) {
  require(how.infusion_h >= 0 && std::isfinite(how.infusion_h), "pharm.nca.infusion",
          "an infusion lasts 0 h or more; saw " + std::to_string(how.infusion_h));
  const std::vector<Point> points = cleaned(times_h, concentrations, how);
  const Point peak = peak_of(points);
  Nca found{.cmax = peak.c};
  if (peak.c == 0) {
    found.reservations.emplace_back("no concentration can be measured");
    return found;
  }
  found.tmax_h = peak.t_h;
  for (const Point& p : points)
    if (p.c > 0) found.clast = p.c, found.tlast_h = p.t_h;
  for (std::size_t i = 1; i < points.size() && points[i].t_h <= found.tlast_h; ++i) {
    const bool logarithmic = is_logarithmic(points[i - 1], points[i], how.method, peak.t_h);
    found.auc_last += trapezoid_area(points[i - 1], points[i], logarithmic);
    found.aumc_last += trapezoid_moment(points[i - 1], points[i], logarithmic);
  }
  add_slope(found, terminal_slope(points, peak.t_h, how), dose, how.infusion_h);
  return found;
}

double auc_between(std::span<const double> times_h, std::span<const double> concentrations,
                   double from_h, double to_h, const NcaOptions& how) {
  const std::vector<Point> points = cleaned(times_h, concentrations, how);
  require(from_h <= to_h && from_h >= points.front().t_h && to_h <= points.back().t_h,
          "pharm.nca.range",
          "an area can be taken between " + std::to_string(points.front().t_h) + " and " +
              std::to_string(points.back().t_h) + " h");
  const double tmax = peak_of(points).t_h;
  double sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point a = points[i - 1], b = points[i];
    const double low = std::max(a.t_h, from_h), high = std::min(b.t_h, to_h);
    if (low >= high) continue;
    const bool logarithmic = is_logarithmic(a, b, how.method, tmax);
    sum += trapezoid_area({low, between(a, b, low, logarithmic)},
                          {high, between(a, b, high, logarithmic)}, logarithmic);
  }
  return sum;
}

NcaInterval nca_interval(std::span<const double> times_h, std::span<const double> concentrations,
                         double from_h, double interval_h, double dose, const NcaOptions& how) {
  require(interval_h > 0, "pharm.nca.range",
          "an interval between doses is above 0 h; saw " + std::to_string(interval_h));
  const double to_h = from_h + interval_h;
  NcaInterval found{.auc = auc_between(times_h, concentrations, from_h, to_h, how)};
  const std::vector<Point> points = cleaned(times_h, concentrations, how);
  const double tmax = peak_of(points).t_h;
  std::vector<double> seen;
  for (const Point& p : points)
    if (p.t_h >= from_h && p.t_h <= to_h) seen.push_back(p.c);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point a = points[i - 1], b = points[i];
    const bool logarithmic = is_logarithmic(a, b, how.method, tmax);
    for (const double end : {from_h, to_h})
      if (a.t_h <= end && end <= b.t_h) seen.push_back(between(a, b, end, logarithmic));
    if (a.t_h <= to_h && to_h <= b.t_h) found.trough = seen.back();
  }
  found.average = found.auc / interval_h;
  found.highest = *std::max_element(seen.begin(), seen.end());
  found.lowest = *std::min_element(seen.begin(), seen.end());
  found.fluctuation = (found.highest - found.lowest) / found.average;
  found.swing = (found.highest - found.lowest) / found.lowest;
  found.clearance = dose / found.auc;
  return found;
}

double predicted_accumulation(double lambda_z, double interval_h) {
  return -1 / std::expm1(-lambda_z * interval_h);
}

double time_above(std::span<const double> times_h, std::span<const double> concentrations,
                  double threshold, const NcaOptions& how) {
  const std::vector<Point> points = cleaned(times_h, concentrations, how);
  const double tmax = peak_of(points).t_h;
  double sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point a = points[i - 1], b = points[i];
    if (a.c <= threshold && b.c <= threshold) continue;
    if (a.c > threshold && b.c > threshold) {
      sum += b.t_h - a.t_h;
      continue;
    }
    const bool logarithmic = threshold > 0 && is_logarithmic(a, b, how.method, tmax);
    const double part = logarithmic ? log_ratio(a.c, threshold) / log_ratio(a.c, b.c)
                                    : (threshold - a.c) / (b.c - a.c);
    sum += (a.c > threshold ? part : 1 - part) * (b.t_h - a.t_h);
  }
  return sum;
}

}  // namespace entact
