#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "entact/stats/pool.h"

namespace entact {

/// How the number of missing studies is estimated from ranks.
enum class MissingEstimator {
  l0,  ///< linear in the signed-rank sum; the usual choice
  r0,  ///< from the run of extreme ranks on one side; the only one with a test
  q0,  ///< quadratic; has no real value for very one-sided funnels
};

/// Where studies are thought to be missing.
enum class FunnelSide { automatic, left, right };

std::string_view to_text(MissingEstimator estimator);
std::string_view to_text(FunnelSide side);

struct TrimAndFillOptions {
  MissingEstimator estimator = MissingEstimator::l0;
  FunnelSide side = FunnelSide::automatic;  ///< opposite to the slope on the standard error
  PoolOptions pool{};
  int max_iterations = 100;
};

/// The pool with mirrored studies added.
struct TrimAndFill {
  FunnelSide side = FunnelSide::left;  ///< where studies were filled in
  int missing = 0;                     ///< k0
  std::optional<double> missing_se{};  ///< absent where its variance formula is negative
  std::optional<double> p{};           ///< of "none is missing", R0 only
  std::vector<double> filled_yi{};
  std::vector<double> filled_vi{};
  Pooled pooled{};  ///< of all studies and the filled ones; fit.converged false if k0 cycled
  int iterations = 0;
};

/// Duval and Tweedie's trim and fill: how much would the answer change if the funnel were
/// symmetric? It assumes that asymmetry comes from suppressed extreme studies and from nothing
/// else; under heterogeneity it fills studies that never were. A sensitivity analysis only.
///
/// @param yi, vi  length k >= 3
/// @return never fewer than one study is left untrimmed; where Q0 has no real value it trims that
///         far and says so in pooled.fit (metafor stops with an error there)
/// @throws Error "stats.trim_and_fill.few" (unanswerable) if k < 3; as egger_test if the side is
///         automatic; as pool()
/// @cost   iterations times pool(), typically 3 to 6
/// @source Duval and Tweedie 2000, J Am Stat Assoc 95:89 [duval2000]
/// @checked reference/diagnostics (metafor trimfill)
TrimAndFill trim_and_fill(std::span<const double> yi, std::span<const double> vi,
                          const TrimAndFillOptions& how = {});

}  // namespace entact
