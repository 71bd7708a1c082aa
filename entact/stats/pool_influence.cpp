#include "entact/stats/pool_influence.h"

#include <cmath>

#include "entact/num/distributions.h"
#include "entact/stats/pool_leave_one_out.h"

namespace entact {
namespace {

double information(std::span<const double> vi, double tau2) {
  double sum = 0;
  for (double v : vi) sum += 1 / (v + tau2);
  return sum;
}

bool stands_out(const StudyInfluence& s, double k) {
  return std::abs(s.dffits) > 3 / std::sqrt(k - 1) || chi_squared_cdf(s.cook, 1) > 0.5 ||
         s.hat > 3 / k || std::abs(s.dfbetas) > 1;
}

}  // namespace

std::vector<StudyInfluence> pool_influence(std::span<const double> yi, std::span<const double> vi,
                                           const PoolOptions& how) {
  PoolOptions without_intervals = how;
  without_intervals.intervals = false;  // only values and variances are compared
  const auto deleted = pool_leave_one_out(yi, vi, without_intervals);
  const Pooled all = pool(yi, vi, without_intervals);
  const double variance = all.se() * all.se(), total = information(vi, all.tau2);
  std::vector<StudyInfluence> influence;
  influence.reserve(yi.size());
  for (std::size_t i = 0; i < yi.size(); ++i) {
    const Pooled& rest = deleted[i];
    const double moved = all.value() - rest.value(), rest_variance = rest.se() * rest.se();
    const double scatter = rest.residual_scale * (vi[i] + rest.tau2);
    StudyInfluence s;
    s.hat = 1 / (vi[i] + all.tau2) / total;
    s.rstudent = (yi[i] - rest.value()) / std::sqrt(scatter + rest_variance);
    s.dffits = moved / std::sqrt(s.hat * scatter);
    s.cook = moved * moved / variance;
    s.covariance_ratio = rest_variance / variance;
    s.tau2_deleted = rest.tau2;
    s.q_deleted = rest.q;
    s.dfbetas = moved / std::sqrt(rest.residual_scale / information(vi, rest.tau2));
    s.influential = stands_out(s, static_cast<double>(yi.size()));
    influence.push_back(s);
  }
  return influence;
}

}  // namespace entact
