#include "entact/stats/tau_posterior.h"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <utility>

#include "entact/num/minimise.h"
#include "entact/num/roots.h"

namespace entact {
namespace {

using Gauss = boost::math::quadrature::gauss<double, 20>;
constexpr int deepest = 40;

// f(u, weight) at the 20 points of [from, to].
void for_each_point(double from, double to, const auto& f) {
  const double middle = 0.5 * (from + to), half = 0.5 * (to - from);
  for (std::size_t i = 0; i < Gauss::abscissa().size(); ++i) {
    const double step = half * Gauss::abscissa()[i], weight = half * Gauss::weights()[i];
    f(middle - step, weight);
    f(middle + step, weight);
  }
}

}  // namespace

TauPosterior::TauPosterior(std::function<TauEvaluation(double)> at, double scale)
    : at_(std::move(at)), scale_(scale) {
  const double mode = find_mode();
  const std::vector<double> ends = panel_ends(mode);
  std::vector<double> masses;
  total_ = 0;
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
    masses.push_back(integrate(ends[i], ends[i + 1]));
    total_ += masses.back();
  }
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) refine(ends[i], ends[i + 1], masses[i], 0);
  total_ = 0;
  for (const Panel& panel : panels_) total_ += panel.mass;
  for (TauNode& node : nodes_) node.mass /= total_;
  std::erase_if(nodes_, [](const TauNode& node) { return node.mass < 1e-17; });
}

double TauPosterior::height(double u) const {
  return at_(scale_ * u / (1 - u)).log_density - 2 * std::log1p(-u);
}

// Best of a grid, then Brent between its neighbours; sets top_.
double TauPosterior::find_mode() {
  constexpr int grid = 256;
  double best = 0.5 / grid;
  for (int i = 1; i < grid; ++i) {
    const double u = (i + 0.5) / grid;
    if (height(u) > height(best)) best = u;
  }
  const auto depth = [&](double u) { return -height(u); };
  const Minimum top =
      minimise(depth, std::max(0.0, best - 1.0 / grid), std::min(1.0, best + 1.0 / grid));
  top_ = -top.value;
  return top.x;
}

// 0, 1 and points that move away from the mode in doubling steps, the first of the width of the
// peak: where the log density has fallen by 1/2 to 2.
std::vector<double> TauPosterior::panel_ends(double mode) const {
  const auto fallen = [&](double u) { return u <= 0 || u >= 1 || top_ - height(u) > 0.5; };
  double width = 0x1p-40;
  while (!fallen(mode + width) && !fallen(mode - width)) width *= 2;
  std::vector<double> ends{0, 1};
  if (mode > 0.25 * width) ends.push_back(mode);
  for (double step = width; step < 1; step *= 2) {
    if (mode + step < 1) ends.push_back(mode + step);
    if (mode - step > 0) ends.push_back(mode - step);
  }
  std::sort(ends.begin(), ends.end());
  return ends;
}

// Density with respect to u, scaled by its top.
double TauPosterior::weight_at(double u) const { return std::exp(height(u) - top_); }

double TauPosterior::integrate(double from, double to) const {
  double sum = 0;
  for_each_point(from, to, [&](double u, double weight) { sum += weight * weight_at(u); });
  return sum;
}

void TauPosterior::refine(double from, double to, double mass, int depth) {
  const double middle = 0.5 * (from + to);
  const double left = integrate(from, middle), right = integrate(middle, to);
  if (std::abs(left + right - mass) <= 1e-14 * total_) {
    keep(from, to, mass);
  } else if (depth == deepest) {
    converged_ = false;
    keep(from, to, mass);
  } else {
    refine(from, middle, left, depth + 1);
    refine(middle, to, right, depth + 1);
  }
}

void TauPosterior::keep(double from, double to, double mass) {
  panels_.push_back({from, to, mass});
  for_each_point(from, to, [&](double u, double weight) {
    const double tau = scale_ * u / (1 - u);
    const TauEvaluation e = at_(tau);
    nodes_.push_back({tau, weight * std::exp(e.log_density - 2 * std::log1p(-u) - top_), e.mu_mean,
                      e.mu_variance});
  });
}

double TauPosterior::cdf(double x) const {
  const double u = x / (x + scale_);
  double below = 0;
  for (const Panel& panel : panels_) {
    if (panel.to <= u) {
      below += panel.mass;
    } else {
      if (panel.from < u) below += integrate(panel.from, u);
      break;
    }
  }
  return std::min(1.0, below / total_);
}

double TauPosterior::density(double x) const {
  return std::exp(at_(x).log_density - top_) / (total_ * scale_);
}

double TauPosterior::quantile(double p) const {
  if (p <= 0) return 0;
  double below = 0;
  for (const Panel& panel : panels_) {
    if (below + panel.mass < p * total_ && &panel != &panels_.back()) {
      below += panel.mass;
      continue;
    }
    const auto excess = [&](double u) { return below + integrate(panel.from, u) - p * total_; };
    const double high = panel.to == 1 ? std::nextafter(1.0, 0.0) : panel.to;
    if (excess(high) < 0) return scale_ * high / (1 - high);
    const double u = find_root(excess, panel.from, high).x;
    return scale_ * u / (1 - u);
  }
  return scale_;
}

}  // namespace entact
