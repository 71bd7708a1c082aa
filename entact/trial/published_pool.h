#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "entact/stats/effect_size.h"
#include "entact/stats/pool.h"
#include "entact/trial/trial_estimand.h"

namespace entact {

/// What a pooled answer says: its interval lies on the side of benefit, holds no effect, or lies on
/// the side of harm.
enum class Conclusion { benefit, not_shown, harm };
/// "benefit shown", "not shown", "harm shown".
std::string to_text(Conclusion conclusion);

/// Published trials that a new one would join, and the models that pool them.
struct PublishedPool {
  std::string id{}, title{};
  Measure measure = Measure::mean_difference;
  bool negative_favours = true;  ///< an effect below 0 is benefit
  std::vector<double> yi{}, vi{};
  PoolOptions today{};  ///< of the k trials
  PoolOptions then{};   ///< of the k + 1
};

/// A pooled answer and what it says.
struct PooledConclusion {
  Conclusion says = Conclusion::not_shown;
  double estimate = 0, low = 0, high = 0;
};

/// The effects pooled, and which side of no effect their interval lies on.
/// @throws as pool()
PooledConclusion conclude(std::span<const double> yi, std::span<const double> vi,
                          const PoolOptions& how, bool negative_favours);

/// Of the trials on record.
PooledConclusion conclusion_today(const PublishedPool& published);

/// How often one more trial changes what the pooled answer says.
struct ConclusionCharacteristics {
  PooledConclusion today{};
  SimulatedValue changes{};                       ///< another conclusion than today's
  SimulatedValue benefit{}, not_shown{}, harm{};  ///< of the pool with the trial
  SimulatedValue estimate{};                      ///< mean of the pooled estimate
  SimulatedValue half_width{};                    ///< mean half width of its interval
  std::int64_t unpooled = 0;  ///< replicates without an effect: they change nothing
};

}  // namespace entact
