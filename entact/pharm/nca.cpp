#include "entact/pharm/nca.h"

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Point {
  double t = 0, c = 0;
};

/// What is measurable, and what the rules make of the rest.
std::vector<Point> cleaned(std::span<const double> times_h, std::span<const double> c,
                           const NcaOptions& how) {
  require(times_h.size() == c.size(), "pharm.nca.length",
          "times and concentrations differ in number: " + std::to_string(times_h.size()) + " and " +
              std::to_string(c.size()));
  std::ptrdiff_t first = -1, last = -1;
  const auto n = static_cast<std::ptrdiff_t>(c.size());
  const auto at = [&](std::ptrdiff_t i) { return c[static_cast<std::size_t>(i)]; };
  const auto below = [&](std::ptrdiff_t i) { return at(i) < how.lower_limit || at(i) == 0; };
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(i);
    require(std::isfinite(times_h[k]) && (i == 0 || times_h[k - 1] < times_h[k]), "pharm.nca.times",
            "times must increase; place " + std::to_string(i + 1) + " is " +
                std::to_string(times_h[k]) + " h");
    require(!(at(i) < 0), "pharm.nca.negative",
            "a concentration must not be negative; that at " + std::to_string(times_h[k]) +
                " h is " + std::to_string(at(i)) + ". Give 0 for one below quantification");
    if (std::isnan(at(i)) || below(i)) continue;
    if (first < 0) first = i;
    last = i;
  }
  std::vector<Point> points;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    if (std::isnan(at(i))) continue;
    const BlqRule rule = first < 0 || i < first ? how.first : (i > last ? how.last : how.middle);
    if (below(i) && rule == BlqRule::drop) continue;
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
  return method == AucMethod::linear_up_log_down ? b.c < a.c : a.t >= tmax;
}

double area(const Point& a, const Point& b, bool logarithmic) {
  const double dt = b.t - a.t;
  return logarithmic ? dt * (a.c - b.c) / std::log(a.c / b.c) : dt * (a.c + b.c) / 2;
}

double moment_area(const Point& a, const Point& b, bool logarithmic) {
  const double dt = b.t - a.t;
  if (!logarithmic) return dt * (a.t * a.c + b.t * b.c) / 2;
  const double rate = std::log(a.c / b.c) / dt;
  return (a.t * a.c - b.t * b.c) / rate + (a.c - b.c) / (rate * rate);
}

double between(const Point& a, const Point& b, double t, bool logarithmic) {
  const double part = (t - a.t) / (b.t - a.t);
  return logarithmic ? a.c * std::pow(b.c / a.c, part) : a.c + part * (b.c - a.c);
}

struct Slope {
  double lambda = nan, intercept = nan, r2 = nan, r2_adjusted = nan;
  std::size_t n = 0;
  double from = nan, to = nan;
};

/// Regression of log concentration on time.
Slope slope_of(std::span<const Point> points) {
  const auto n = static_cast<double>(points.size());
  double t_mean = 0, y_mean = 0, tt = 0, ty = 0, yy = 0;
  for (const Point& p : points) t_mean += p.t / n, y_mean += std::log(p.c) / n;
  for (const Point& p : points) {
    const double t = p.t - t_mean, y = std::log(p.c) - y_mean;
    tt += t * t, ty += t * y, yy += y * y;
  }
  Slope slope{
      .lambda = -ty / tt, .n = points.size(), .from = points.front().t, .to = points.back().t};
  slope.intercept = y_mean + slope.lambda * t_mean;
  slope.r2 = yy > 0 ? ty * ty / (tt * yy) : 1;
  slope.r2_adjusted = n > 2 ? 1 - (1 - slope.r2) * (n - 1) / (n - 2) : nan;
  return slope;
}

/// The terminal slope by the rule, or from the times given; n is 0 if there is none.
Slope terminal_slope(const std::vector<Point>& points, double tmax, const NcaOptions& how) {
  std::vector<Point> usable;
  for (const Point& p : points) {
    const bool inside = how.slope_between_h ? p.t >= how.slope_between_h->first &&
                                                  p.t <= how.slope_between_h->second
                                            : p.t > tmax || (how.peak_in_slope && p.t == tmax);
    if (inside && p.c > 0) usable.push_back(p);
  }
  const auto fewest = static_cast<std::size_t>(std::max(2, how.fewest_points));
  if (usable.size() < fewest) return {};
  if (how.slope_between_h) return slope_of(usable);
  std::vector<Slope> slopes;
  double best = -std::numeric_limits<double>::infinity();
  for (std::size_t n = fewest; n <= usable.size(); ++n) {
    slopes.push_back(slope_of(std::span(usable).last(n)));
    const double r2 = slopes.back().r2_adjusted;
    if (r2 > best) best = r2;
  }
  Slope chosen;
  for (const Slope& slope : slopes)  // in order of points, so the last one wins
    if (slope.lambda > 0 && (slope.n == 2 || slope.r2_adjusted > best - how.r2_slack))
      chosen = slope;
  return chosen;
}

void add_slope(Nca& found, const Slope& slope, double dose) {
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
      found.auc_last + std::exp(slope.intercept - slope.lambda * found.tlast_h) / slope.lambda;
  found.auc_extrapolated = beyond / found.auc_inf;
  found.aumc_inf = found.aumc_last + found.tlast_h * beyond + beyond / slope.lambda;
  found.mean_residence_h = found.aumc_inf / found.auc_inf;
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
  const std::vector<Point> points = cleaned(times_h, concentrations, how);
  const Point peak = peak_of(points);
  Nca found{.cmax = peak.c};
  if (peak.c == 0) {
    found.reservations.emplace_back("no concentration can be measured");
    return found;
  }
  found.tmax_h = peak.t;
  for (const Point& p : points)
    if (p.c > 0) found.clast = p.c, found.tlast_h = p.t;
  for (std::size_t i = 1; i < points.size() && points[i].t <= found.tlast_h; ++i) {
    const bool logarithmic = is_logarithmic(points[i - 1], points[i], how.method, peak.t);
    found.auc_last += area(points[i - 1], points[i], logarithmic);
    found.aumc_last += moment_area(points[i - 1], points[i], logarithmic);
  }
  add_slope(found, terminal_slope(points, peak.t, how), dose);
  return found;
}

double auc_between(std::span<const double> times_h, std::span<const double> concentrations,
                   double from_h, double to_h, const NcaOptions& how) {
  const std::vector<Point> points = cleaned(times_h, concentrations, how);
  require(from_h <= to_h && from_h >= points.front().t && to_h <= points.back().t,
          "pharm.nca.range",
          "an area can be taken between " + std::to_string(points.front().t) + " and " +
              std::to_string(points.back().t) + " h");
  const double tmax = peak_of(points).t;
  double sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point a = points[i - 1], b = points[i];
    const double low = std::max(a.t, from_h), high = std::min(b.t, to_h);
    if (low >= high) continue;
    const bool logarithmic = is_logarithmic(a, b, how.method, tmax);
    sum += area({low, between(a, b, low, logarithmic)}, {high, between(a, b, high, logarithmic)},
                logarithmic);
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
  const double tmax = peak_of(points).t;
  std::vector<double> seen;
  for (const Point& p : points)
    if (p.t >= from_h && p.t <= to_h) seen.push_back(p.c);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point a = points[i - 1], b = points[i];
    const bool logarithmic = is_logarithmic(a, b, how.method, tmax);
    for (const double end : {from_h, to_h})
      if (a.t <= end && end <= b.t) seen.push_back(between(a, b, end, logarithmic));
    if (a.t <= to_h && to_h <= b.t) found.trough = seen.back();
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
  const double tmax = peak_of(points).t;
  double sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point a = points[i - 1], b = points[i];
    if (a.c <= threshold && b.c <= threshold) continue;
    if (a.c > threshold && b.c > threshold) {
      sum += b.t - a.t;
      continue;
    }
    const bool logarithmic = threshold > 0 && is_logarithmic(a, b, how.method, tmax);
    const double part = logarithmic ? std::log(threshold / a.c) / std::log(b.c / a.c)
                                    : (threshold - a.c) / (b.c - a.c);
    sum += (a.c > threshold ? part : 1 - part) * (b.t - a.t);
  }
  return sum;
}

}  // namespace entact
