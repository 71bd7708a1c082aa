#include "entact/stats/pool_leave_one_out.h"

#include <fmt/format.h>

#include "entact/base/error.h"

namespace entact {

std::vector<Pooled> pool_leave_one_out(std::span<const double> yi, std::span<const double> vi,
                                       const PoolOptions& how) {
  require(yi.size() == vi.size(), "stats.pool.length",
          fmt::format("each estimate needs its variance; saw {} and {}", yi.size(), vi.size()));
  require(yi.size() >= 3, "stats.pool.few",
          fmt::format("leaving one study out needs at least 3 studies; saw {}", yi.size()),
          ErrorKind::unanswerable);
  // Study i stands in the slot of the study left out next: one copy, k pools.
  std::vector<double> y(yi.begin() + 1, yi.end()), v(vi.begin() + 1, vi.end());
  std::vector<Pooled> pooled;
  pooled.reserve(yi.size());
  for (std::size_t i = 0; i < yi.size(); ++i) {
    pooled.push_back(pool(y, v, how));
    if (i < y.size()) y[i] = yi[i], v[i] = vi[i];
  }
  return pooled;
}

}  // namespace entact
