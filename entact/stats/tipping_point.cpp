#include "entact/stats/tipping_point.h"

#include <algorithm>
#include <functional>

#include "entact/base/error.h"

namespace entact {
namespace {

void check_deltas(const std::vector<double>& deltas) {
  require(!deltas.empty() && std::is_sorted(deltas.begin(), deltas.end(), std::less_equal<>()),
          "stats.impute.tipping",
          "the deltas of an axis must be one or more numbers, each above the last",
          ErrorKind::usage);
}

// How far the interval lies from 0; negative if it holds it.
double margin(const PooledImputation& pooled) { return std::max(pooled.low, -pooled.high); }

// The deltas between two neighbouring cells at which the conclusion turns.
void add_crossing(const TippingCell& a, const TippingCell& b, TippingPoint& found) {
  if (a.significant == b.significant) return;
  const double at_a = margin(a.pooled), at_b = margin(b.pooled);
  const double part = at_a / (at_a - at_b);
  found.contour.emplace_back(a.x + part * (b.x - a.x), a.y + part * (b.y - a.y));
}

}  // namespace

TippingPoint tipping_grid(const std::vector<double>& x, const std::vector<double>& y,
                          const std::function<PooledImputation(double, double)>& answer) {
  check_deltas(x);
  check_deltas(y);
  TippingPoint found;
  for (const double dy : y)
    for (const double dx : x) {
      TippingCell cell{.x = dx, .y = dy, .pooled = answer(dx, dy)};
      cell.significant = margin(cell.pooled) > 0;
      found.cells.push_back(cell);
    }
  const std::size_t across = x.size(), up = y.size();
  for (std::size_t j = 0; j < up; ++j)
    for (std::size_t i = 0; i + 1 < across; ++i)
      add_crossing(found.cells[j * across + i], found.cells[j * across + i + 1], found);
  for (std::size_t j = 0; j + 1 < up; ++j)
    for (std::size_t i = 0; i < across; ++i)
      add_crossing(found.cells[j * across + i], found.cells[(j + 1) * across + i], found);
  return found;
}

TippingPoint tipping_point(const ImputationData& data, const Imputations& imputations,
                           const ImputedAnalysis& analysis, std::size_t parameter,
                           const TippingAxis& x, const TippingAxis& y, double level) {
  require(parameter < analysis.parameters.size(), "stats.impute.tipping",
          "the analysis has no such parameter", ErrorKind::usage);
  return tipping_grid(x.deltas, y.deltas, [&](double dx, double dy) {
    const Eigen::MatrixXd delta = dx * x.where + dy * y.where;
    return pool_imputations(data, imputations, analysis, delta, level)[parameter];
  });
}

}  // namespace entact
