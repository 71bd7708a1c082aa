#pragma once

#include <functional>
#include <string>
#include <vector>

#include "entact/pharm/simulate.h"

namespace entact {

/// Who is simulated. Both functions are called from several threads, and must depend on the
/// participant's index alone.
struct Population {
  std::ptrdiff_t n = 0;
  std::function<void(std::ptrdiff_t participant, std::span<double> parameters)> parameters{};
  std::vector<DoseEvent> doses{};  ///< of everybody, unless doses_of is given
  std::function<std::vector<DoseEvent>(std::ptrdiff_t participant)> doses_of{};
  /// When everybody's parameters change, of `doses` and the times; then parameters() is given room
  /// for n_sets sets, one after the other.
  ParameterSchedule schedule{};
  int n_sets = 1;
};

/// A participant whose course could not be finished; its rows are NaN from there on, and it counts
/// in no summary.
struct EnsembleFault {
  std::ptrdiff_t participant = 0;  ///< from 0
  std::string code{};              ///< as simulate() would throw it
  std::string message{};
};

/// Courses of participants first .. first + n - 1, in order.
struct EnsembleBlock {
  std::ptrdiff_t first = 0;
  std::ptrdiff_t n = 0;
  std::size_t n_times = 0, n_columns = 0;
  std::vector<double> values{};  ///< [participant][time][column]: the outputs, then the states
  [[nodiscard]] double at(std::size_t participant, std::size_t time, std::size_t column) const {
    return values[(participant * n_times + time) * n_columns + column];
  }
};

struct EnsembleOptions {
  SimulateOptions solver{};
  int threads = 0;
  std::vector<double> probabilities{0.05, 0.25, 0.5, 0.75, 0.95};
  bool states = true;  ///< summarise the states too, not the outputs alone
  /// Quantiles are exact while participants x times x columns do not exceed this; beyond it they
  /// come from a sketch (num/quantile_sketch.h) whose intervals are at most 1.6% of the value and
  /// the solver's absolute tolerance wide.
  std::ptrdiff_t exact_values = 4'000'000;
  /// Called in order of participants, on the caller's thread.
  std::function<void(const EnsembleBlock&)> sink{};
};

/// One output or state over time, over the participants that were finished.
struct EnsembleQuantity {
  std::string id{};
  std::vector<double> mean{}, sd{};              ///< length n_times
  std::vector<std::vector<double>> quantiles{};  ///< [probability][time]
};

struct EnsembleSummary {
  std::vector<double> t_h{};
  std::vector<EnsembleQuantity> quantities{};  ///< the outputs, then the states
  std::ptrdiff_t n = 0;                        ///< participants that were finished
  bool exact_quantiles = true;
  std::vector<EnsembleFault> faults{};  ///< in order of participants
  double mean_steps = 0;                ///< accepted ones, a participant
};

/// Simulates a population: sixteen participants side by side in the lanes of the machine, the next
/// one in a lane that is done, on several threads. Memory does not grow with n beyond exact_values.
///
/// Each lane chooses its own steps, so a participant's course is that of simulate() to the
/// tolerance, and does not depend on who stands beside them, nor on the number of threads: results
/// are the same to the last bit at any.
///
/// @param times_h  increasing, the same for all
/// @throws Error as simulate_changing() for what concerns everybody (times, tolerances, doses,
///         schedule); what concerns one participant is in `faults`
/// @cost   some 20 microseconds of CPU a participant for six states, three sessions and 579 times,
///         summaries of all states included (AVX-512; models with a solver of their own)
/// @checked reference/pharm
EnsembleSummary simulate_ensemble(const PharmModel& model, const Population& population,
                                  std::span<const double> times_h, const EnsembleOptions& how = {});

}  // namespace entact
