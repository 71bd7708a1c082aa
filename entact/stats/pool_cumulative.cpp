#include "entact/stats/pool_cumulative.h"

#include <fmt/format.h>

#include "entact/base/error.h"

namespace entact {

Pooled pool_even_one(std::span<const double> yi, std::span<const double> vi,
                     const PoolOptions& how) {
  if (yi.size() != 1) return pool(yi, vi, how);
  PoolOptions alone = how;
  alone.method = Tau2Method::common;
  alone.test = PoolTest::z;
  alone.tau2.reset();
  Pooled pooled = pool(yi, vi, alone);
  pooled.fit.reservations.push_back("one study, taken as it is: nothing was pooled");
  return pooled;
}

std::vector<Pooled> pool_cumulative(std::span<const double> yi, std::span<const double> vi,
                                    const PoolOptions& how) {
  require(yi.size() == vi.size(), "stats.pool.length",
          fmt::format("each estimate needs its variance; saw {} and {}", yi.size(), vi.size()));
  require(!yi.empty(), "stats.pool.few", "pooling needs at least one study",
          ErrorKind::unanswerable);
  std::vector<Pooled> pooled;
  pooled.reserve(yi.size());
  for (std::size_t n = 1; n <= yi.size(); ++n)
    pooled.push_back(pool_even_one(yi.first(n), vi.first(n), how));
  return pooled;
}

}  // namespace entact
