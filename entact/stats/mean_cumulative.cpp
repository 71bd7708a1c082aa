#include "entact/stats/mean_cumulative.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

using Order = std::vector<std::size_t>;

Order ascending(const std::vector<double>& key) {
  Order order(key.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&key](std::size_t a, std::size_t b) { return key[a] < key[b]; });
  return order;
}

/// The participants' influences on M and the sum of their squares. All at risk move by the same
/// amount at an event, so theirs are kept as `base - shift`.
class Influences {
 public:
  explicit Influences(std::size_t participants)
      : base_(participants, 0.0), at_risk_(participants, 0) {}

  bool enter(std::size_t i) {
    if (at_risk_[i] != 0) return false;
    at_risk_[i] = 1;
    ++count_;
    sum_ += base_[i];
    base_[i] += shift_;
    return true;
  }
  void leave(std::size_t i) {
    at_risk_[i] = 0;
    --count_;
    base_[i] -= shift_;
    sum_ -= base_[i];
  }
  /// d events among n: everybody at risk falls by d / n^2.
  void fall(double by) {
    squares_ += count_ * by * by - 2 * by * sum_;
    sum_ -= count_ * by;
    shift_ += by;
  }
  void rise(std::size_t i, double by) {
    squares_ += by * by + 2 * by * (base_[i] - shift_);
    sum_ += by;
    base_[i] += by;
  }
  [[nodiscard]] double squares() const { return std::max(0.0, squares_); }
  [[nodiscard]] double count() const { return count_; }

 private:
  std::vector<double> base_;
  std::vector<char> at_risk_;
  double shift_ = 0, sum_ = 0, squares_ = 0, count_ = 0;
};

void check(const SurvivalData& data, std::span<const int> participant) {
  check_survival(data);
  require(data.weight.empty(), "stats.mean_cumulative.weight",
          "a mean cumulative function takes no weights", ErrorKind::usage);
  require(participant.size() == data.stop.size(), "stats.survival.length",
          fmt::format("{} rows need one participant each, saw {}", data.stop.size(),
                      participant.size()));
  for (const int i : participant)
    require(i >= 0, "stats.survival.length", "participants are numbered from 0");
}

}  // namespace

MeanCumulative mean_cumulative(const SurvivalData& data, std::span<const int> participant,
                               double level) {
  check(data, participant);
  require(level > 0 && level < 1, "stats.survival.level",
          fmt::format("the level of an interval lies between 0 and 1, saw {}", level),
          ErrorKind::usage);
  const std::vector<double> start =
      data.start.empty() ? std::vector<double>(data.stop.size(), -1.0) : data.start;
  const Order by_start = ascending(start), by_stop = ascending(data.stop);
  const auto who = [&](std::size_t row) { return static_cast<std::size_t>(participant[row]); };
  Influences influences(participant.empty() ? 0
                                            : 1 + static_cast<std::size_t>(*std::max_element(
                                                      participant.begin(), participant.end())));
  MeanCumulative curve{.level = level};
  const double z = normal_quantile((1 + level) / 2);
  std::size_t in = 0, out = 0;
  double mean = 0;
  for (const double now : end_times(data, true)) {
    // Rows that ended before, and rows that began before, in the order of time: a participant's
    // next row may begin where the last one ended.
    for (; in < by_start.size() && start[by_start[in]] < now; ++in) {
      for (; out < by_stop.size() && data.stop[by_stop[out]] <= start[by_start[in]]; ++out)
        influences.leave(who(by_stop[out]));
      require(influences.enter(who(by_start[in])), "stats.mean_cumulative.rows",
              fmt::format("row {}: it overlaps another row of its participant", by_start[in] + 1));
    }
    for (; out < by_stop.size() && data.stop[by_stop[out]] < now; ++out)
      influences.leave(who(by_stop[out]));
    const double n = influences.count();
    double events = 0;
    for (std::size_t k = out; k < by_stop.size() && data.stop[by_stop[k]] == now; ++k)
      if (data.event[by_stop[k]] > 0) {
        ++events;
        influences.rise(who(by_stop[k]), 1 / n);
      }
    influences.fall(events / (n * n));
    mean += events / n;
    const double se = std::sqrt(influences.squares());
    curve.time.push_back(now);
    curve.at_risk.push_back(n);
    curve.events.push_back(events);
    curve.mean.push_back(mean);
    curve.se.push_back(se);
    curve.low.push_back(mean * std::exp(-z * se / mean));
    curve.high.push_back(mean * std::exp(z * se / mean));
  }
  return curve;
}

}  // namespace entact
