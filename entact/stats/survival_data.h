#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace entact {

/// When each row was at risk and how that ended. A participant has one row, or several where
/// covariates change with time or events recur: each row is at risk in (start, stop].
struct SurvivalData {
  std::vector<double> start{};   ///< length n; empty: every row enters at 0 or before
  std::vector<double> stop{};    ///< length n
  std::vector<int> event{};      ///< length n; 0 censored, 1 event; 1..k causes where risks compete
  std::vector<double> weight{};  ///< length n, positive; empty: 1 each
  std::vector<int> stratum{};    ///< length n, from 0; empty: one stratum
  [[nodiscard]] std::ptrdiff_t rows() const { return static_cast<std::ptrdiff_t>(stop.size()); }
  [[nodiscard]] double weight_of(std::size_t row) const { return weight.empty() ? 1 : weight[row]; }
  [[nodiscard]] int stratum_of(std::size_t row) const { return stratum.empty() ? 0 : stratum[row]; }
};

/// That the rows can be analysed: lengths, finite times, start before stop, no negative stop
/// without a start, known events, positive weights.
///
/// @param causes  largest event code allowed
/// @throws Error "stats.survival.length", "stats.survival.time", "stats.survival.event",
/// "stats.survival.weight", "stats.survival.stratum", naming the row (from 1) and the value
void check_survival(const SurvivalData& data, int causes = 1);

/// The rows named, in that order.
SurvivalData subset(const SurvivalData& data, std::span<const std::size_t> rows);

/// Rows of each value 0..values-1 of a code, in their order.
/// @throws Error "stats.survival.length" if code and data differ in length
std::vector<std::vector<std::size_t>> rows_by(const SurvivalData& data, std::span<const int> code,
                                              int values);

/// Weighted numbers at risk, of events and of censored rows at each of some times.
struct RiskCounts {
  std::vector<double> time{};      ///< length t, ascending
  Eigen::VectorXd at_risk{};       ///< length t: start < time <= stop
  Eigen::MatrixXd events{};        ///< t x causes
  Eigen::VectorXd censored{};      ///< length t
  Eigen::VectorXd rows_at_risk{};  ///< length t, unweighted
};

/// The distinct times at which rows end; at which they end by an event if `events_only`.
std::vector<double> end_times(const SurvivalData& data, bool events_only = false);

/// @param times  ascending and distinct; rows that end at other times count as at risk only
/// @cost   O(n log n + t)
RiskCounts count_risk(const SurvivalData& data, std::vector<double> times, int causes = 1);

}  // namespace entact
