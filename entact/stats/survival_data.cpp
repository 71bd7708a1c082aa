#include "entact/stats/survival_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "entact/base/error.h"

namespace entact {
namespace {

void require_length(std::size_t saw, std::size_t n, const char* what) {
  if (saw != n)
    throw Error("stats.survival.length",
                fmt::format("{} rows need one {} each, saw {}", n, what, saw));
}

void check_times(const SurvivalData& data, std::size_t i) {
  const double stop = data.stop[i];
  if (!std::isfinite(stop))
    throw Error("stats.survival.time", fmt::format("row {}: the time is not a number", i + 1));
  if (data.start.empty()) {
    if (stop < 0)
      throw Error("stats.survival.time",
                  fmt::format("row {}: a time is not negative, saw {}", i + 1, stop));
    return;
  }
  if (!(data.start[i] < stop) || std::isnan(data.start[i]))
    throw Error("stats.survival.time",
                fmt::format("row {}: the start must lie before the stop, saw start {} and stop {}",
                            i + 1, data.start[i], stop));
}

template <typename T>
std::vector<T> taken(const std::vector<T>& from, std::span<const std::size_t> rows) {
  std::vector<T> values;
  if (from.empty()) return values;
  values.reserve(rows.size());
  for (const std::size_t row : rows) values.push_back(from[row]);
  return values;
}

/// Row numbers by descending key.
std::vector<std::size_t> descending(const std::vector<double>& key) {
  std::vector<std::size_t> order(key.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&key](std::size_t a, std::size_t b) { return key[a] > key[b]; });
  return order;
}

}  // namespace

void check_survival(const SurvivalData& data, int causes) {
  const std::size_t n = data.stop.size();
  require_length(data.event.size(), n, "event");
  if (!data.start.empty()) require_length(data.start.size(), n, "start");
  if (!data.weight.empty()) require_length(data.weight.size(), n, "weight");
  if (!data.stratum.empty()) require_length(data.stratum.size(), n, "stratum");
  for (std::size_t i = 0; i < n; ++i) {
    check_times(data, i);
    if (data.event[i] < 0 || data.event[i] > causes)
      throw Error(
          "stats.survival.event",
          fmt::format("row {}: an event is {}, saw {}", i + 1,
                      causes == 1 ? "0 (censored) or 1"
                                  : fmt::format("0 (censored) or a cause from 1 to {}", causes),
                      data.event[i]));
    if (!(data.weight_of(i) > 0) || !std::isfinite(data.weight_of(i)))
      throw Error("stats.survival.weight",
                  fmt::format("row {}: a weight is positive, saw {}", i + 1, data.weight_of(i)));
    if (data.stratum_of(i) < 0)
      throw Error(
          "stats.survival.stratum",
          fmt::format("row {}: strata are numbered from 0, saw {}", i + 1, data.stratum_of(i)));
  }
}

SurvivalData subset(const SurvivalData& data, std::span<const std::size_t> rows) {
  return {.start = taken(data.start, rows),
          .stop = taken(data.stop, rows),
          .event = taken(data.event, rows),
          .weight = taken(data.weight, rows),
          .stratum = taken(data.stratum, rows)};
}

std::vector<std::vector<std::size_t>> rows_by(const SurvivalData& data, std::span<const int> code,
                                              int values) {
  require_length(code.size(), data.stop.size(), "group");
  std::vector<std::vector<std::size_t>> rows(static_cast<std::size_t>(values));
  for (std::size_t i = 0; i < code.size(); ++i) {
    require(code[i] >= 0 && code[i] < values, "stats.survival.length",
            fmt::format("row {}: groups are numbered from 0 to {}, saw {}", i + 1, values - 1,
                        code[i]));
    rows[static_cast<std::size_t>(code[i])].push_back(i);
  }
  return rows;
}

std::vector<double> end_times(const SurvivalData& data, bool events_only) {
  std::vector<double> times;
  for (std::size_t i = 0; i < data.stop.size(); ++i)
    if (!events_only || data.event[i] > 0) times.push_back(data.stop[i]);
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

RiskCounts count_risk(const SurvivalData& data, std::vector<double> times, int causes) {
  const auto t = static_cast<Eigen::Index>(times.size());
  RiskCounts counts{.time = std::move(times),
                    .at_risk = Eigen::VectorXd::Zero(t),
                    .events = Eigen::MatrixXd::Zero(t, causes),
                    .censored = Eigen::VectorXd::Zero(t),
                    .rows_at_risk = Eigen::VectorXd::Zero(t)};
  const std::vector<std::size_t> by_stop = descending(data.stop);
  const std::vector<std::size_t> by_start = descending(data.start);
  std::size_t in = 0, out = 0;
  double at_risk = 0, rows = 0;
  for (Eigen::Index k = t - 1; k >= 0; --k) {
    const double now = counts.time[static_cast<std::size_t>(k)];
    for (; in < by_stop.size() && data.stop[by_stop[in]] >= now; ++in) {
      const std::size_t i = by_stop[in];
      at_risk += data.weight_of(i);
      ++rows;
      if (data.stop[i] > now) continue;
      if (data.event[i] == 0)
        counts.censored(k) += data.weight_of(i);
      else
        counts.events(k, data.event[i] - 1) += data.weight_of(i);
    }
    for (; out < by_start.size() && data.start[by_start[out]] >= now; ++out) {
      at_risk -= data.weight_of(by_start[out]);
      --rows;
    }
    if (rows == 0) at_risk = 0;
    counts.at_risk(k) = at_risk;
    counts.rows_at_risk(k) = rows;
  }
  return counts;
}

}  // namespace entact
