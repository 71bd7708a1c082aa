#include "entact/stats/egger.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/proportion.h"

namespace entact {
namespace {

std::vector<double> imprecision(std::span<const double> yi, std::span<const double> vi,
                                FunnelPredictor predictor) {
  require(yi.size() == vi.size(), "stats.egger.study",
          fmt::format("each estimate needs its variance; saw {} and {}", yi.size(), vi.size()));
  require(yi.size() >= 3, "stats.egger.few",
          fmt::format("a line through a funnel needs at least 3 studies; saw {}", yi.size()),
          ErrorKind::unanswerable);
  std::vector<double> x;
  for (std::size_t i = 0; i < yi.size(); ++i) {
    require(std::isfinite(yi[i]) && std::isfinite(vi[i]) && vi[i] > 0, "stats.egger.study",
            fmt::format("an estimate must be finite and its variance positive; saw {} and {} in "
                        "study {}",
                        yi[i], vi[i], i + 1));
    x.push_back(predictor == FunnelPredictor::variance ? vi[i] : std::sqrt(vi[i]));
  }
  const auto [least, most] = std::minmax_element(x.begin(), x.end());
  require(*most - *least > 1e-9 * *most, "stats.egger.equal",
          "all studies are equally precise, so the funnel has no width to test",
          ErrorKind::unanswerable);
  return x;
}

PooledCoefficient coefficient(const char* name, double value, double se, double df, double level) {
  const double half = t_quantile((1 + level) / 2, df) * se, statistic = value / se;
  return {.name = name,
          .value = value,
          .se = se,
          .statistic = statistic,
          .df = df,
          .p = two_sided_p(statistic, df),
          .low = value - half,
          .high = value + half};
}

}  // namespace

FunnelRegression egger_test(std::span<const double> yi, std::span<const double> vi,
                            FunnelPredictor predictor, double level) {
  check_level(level);
  const std::vector<double> x = imprecision(yi, vi, predictor);
  double w = 0, x_mean = 0, y_mean = 0, sxx = 0, sxy = 0, rest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    w += 1 / vi[i];
    x_mean += x[i] / vi[i];
    y_mean += yi[i] / vi[i];
  }
  x_mean /= w;
  y_mean /= w;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sxx += (x[i] - x_mean) * (x[i] - x_mean) / vi[i];
    sxy += (x[i] - x_mean) * (yi[i] - y_mean) / vi[i];
  }
  const double slope = sxy / sxx, limit = y_mean - slope * x_mean;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double residual = yi[i] - y_mean - slope * (x[i] - x_mean);
    rest += residual * residual / vi[i];
  }
  const double df = static_cast<double>(x.size()) - 2, dispersion = rest / df;
  return {.limit = coefficient("limit", limit,
                               std::sqrt(dispersion * (1 / w + x_mean * x_mean / sxx)), df, level),
          .slope = coefficient("slope", slope, std::sqrt(dispersion / sxx), df, level),
          .dispersion = dispersion};
}

FunnelRegression egger_test_mixed(std::span<const double> yi, std::span<const double> vi,
                                  const PoolOptions& how, FunnelPredictor predictor) {
  const std::vector<double> x = imprecision(yi, vi, predictor);
  const auto k = static_cast<Eigen::Index>(x.size());
  Moderators line{Eigen::MatrixXd::Ones(k, 2), {"limit", "slope"}};
  line.x.col(1) = Eigen::VectorXd::Map(x.data(), k);
  const Pooled pooled = pool(yi, vi, line, how);
  return {.limit = pooled.coefficients[0], .slope = pooled.coefficients[1], .tau2 = pooled.tau2};
}

}  // namespace entact
