#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "entact/trial/interim_tally.h"
#include "entact/trial/published_pool.h"
#include "entact/trial/replicates.h"
#include "entact/trial/trial_analysis.h"

namespace entact {

/// A trial to be run many times.
struct TrialSimulation {
  std::string name{};  ///< stable within a command: a checkpoint finds results by it
  VirtualTrial trial{};
  std::vector<TrialEstimand> estimands{};
  double alpha = 0.05;  ///< two-sided; intervals are of level 1 - alpha
  std::uint64_t seed = 1;
  std::optional<InterimPlan> looks{};        ///< at the first estimands
  std::optional<PublishedPool> published{};  ///< that the trial joins; no result depends on it
};

/// Where each number of a replicate's result stands.
struct ResultLayout {
  enum Estimand : std::int64_t { estimate, se, df, p, low, high, state, treatment, control, size };
  enum Blinding : std::int64_t { bang_treatment, bang_control, james, screened, blinding_size };
  enum Arm : std::int64_t { n, stopped, believe_active, believe_inactive, arm_size };
  enum Visit : std::int64_t { seen, mean, sd, mean_change, sd_change, responders, visit_size };
  std::int64_t estimands = 0, arms = 0, visits = 0, terms = 0;
  std::int64_t looks = 0;  ///< fields of the looks

  explicit ResultLayout(const TrialSimulation& simulation);
  [[nodiscard]] std::int64_t of(std::size_t e, Estimand what) const;
  [[nodiscard]] std::int64_t of(Blinding what) const;
  [[nodiscard]] std::int64_t of(std::size_t arm, Arm what) const;
  [[nodiscard]] std::int64_t of(std::size_t arm, std::size_t visit, Visit what) const;
  /// Share of an arm's participants with an adverse event of this term.
  [[nodiscard]] std::int64_t harm(std::size_t arm, std::size_t term) const;
  /// Where the fields of the looks begin, if there are any.
  [[nodiscard]] std::int64_t interim() const;
  [[nodiscard]] std::int64_t width() const;
};

/// The simulation as a pure function of the replicate's number, which the arguments' copies live
/// in.
Replicates replicates_of(const TrialSimulation& simulation);

/// What happened in a replicate whose looks change the trial.
/// @param simulation  with looks that adapt
AdaptedTrial adapted_replicate(const TrialSimulation& simulation, std::int64_t replicate);

/// A mean over replicates with its Monte Carlo standard error.
struct SimulatedMean {
  double value = 0;
  double mc_se = 0;
  double sd = 0;  ///< over replicates
  double count = 0;
};

struct EstimandCharacteristics {
  std::string id{};
  SimulatedValue truth{};
  SimulatedMean estimate{}, se{};
  SimulatedValue bias{};
  SimulatedValue power{};       ///< p < alpha in the direction of benefit, of all replicates
  SimulatedValue rejection{};   ///< p < alpha in either direction
  SimulatedValue coverage{};    ///< of the true value, of those with an interval
  SimulatedValue half_width{};  ///< mean half width of the interval: the precision reached
  SimulatedMean treatment{}, control{};
  std::int64_t failed = 0, reserved = 0;
};

struct OperatingCharacteristics {
  std::int64_t replicates = 0;
  std::vector<EstimandCharacteristics> estimands{};
  std::vector<SimulatedMean> values{};  ///< by place in ResultLayout
  std::optional<InterimCharacteristics> looks{};
  std::optional<ConclusionCharacteristics> conclusion{};  ///< where there is a published pool
  std::vector<std::int64_t> failed{};  ///< numbers of replicates with a failed fit, the first 100
};

struct OperatingOptions {
  std::int64_t replicates = 1000;
  /// Stop when the standard error of every power is at most this; 0: run all replicates.
  double precision = 0;
  ReplicateOptions how{};
  std::function<Replicates(const Replicates&)> wrap{};  ///< around the run; empty: none
  int people = 20000;                                   ///< for the true values
};

/// Runs the simulation and reports how often it tells the truth.
///
/// A replicate whose fit failed counts as one that did not reject and is left out of bias and
/// coverage; `failed` says how many and which.
OperatingCharacteristics operate(const TrialSimulation& simulation,
                                 const OperatingOptions& how = {});

/// The binomial standard error sqrt(p (1 - p) / n); at 0 and 1 that of half an event.
double proportion_se(double p, double n);

}  // namespace entact
