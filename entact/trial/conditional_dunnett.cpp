#include "entact/trial/conditional_dunnett.h"

#include <cmath>
#include <string>
#include <utility>

#include "entact/base/error.h"
#include "entact/trial/closed_testing.h"
#include "entact/trial/dunnett.h"

namespace entact {
namespace {

bool holds(std::size_t set, std::size_t arm) { return ((set >> arm) & 1U) != 0; }

std::vector<double> of_set(std::span<const double> values, std::size_t set) {
  std::vector<double> chosen;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (holds(set, i)) chosen.push_back(values[i]);
  return chosen;
}

std::size_t without_missing(std::size_t set, std::span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isnan(values[i])) set &= ~(std::size_t{1} << i);
  return set;
}

}  // namespace

double conditional_dunnett_error(std::span<const double> first, std::span<const double> shares,
                                 double rate, double critical) {
  std::vector<double> limits;
  for (const double z : first)
    limits.push_back((critical - std::sqrt(rate) * z) / std::sqrt(1 - rate));
  return dunnett_any(limits, shares);
}

ConditionalDunnett::ConditionalDunnett(std::vector<double> shares, double rate, double alpha)
    : shares_(std::move(shares)), rate_(rate) {
  require(rate > 0 && rate < 1 && !shares_.empty() && shares_.size() <= 12, "trial.dunnett.shares",
          "a conditional Dunnett test needs 1 to 12 arms and a first stage in (0, 1); saw " +
              std::to_string(shares_.size()) + " and " + std::to_string(rate),
          ErrorKind::usage);
  critical_.push_back(0);
  for (std::size_t set = 1; set < (std::size_t{1} << shares_.size()); ++set)
    critical_.push_back(dunnett_critical(alpha, of_set(shares_, set)));
}

std::vector<char> ConditionalDunnett::rejected(std::span<const double> first,
                                               std::span<const double> second,
                                               std::span<const double> second_shares) const {
  const std::span<const double> later = second_shares.empty() ? shares_ : second_shares;
  require(first.size() == shares_.size() && second.size() == shares_.size() &&
              later.size() == shares_.size(),
          "trial.dunnett.shares", "a conditional Dunnett test needs a statistic of each arm",
          ErrorKind::usage);
  std::vector<char> rejects(shares_.size(), 1);
  for (std::size_t set = 1; set < critical_.size(); ++set) {
    const std::size_t there = without_missing(set, second);
    const bool rejected =
        there != 0 &&
        intersection_p(IntersectionTest::dunnett, of_set(second, there), of_set(later, there)) <=
            conditional_dunnett_error(of_set(first, set), of_set(shares_, set), rate_,
                                      critical_[set]);
    for (std::size_t i = 0; i < rejects.size(); ++i)
      if (holds(set, i) && !rejected) rejects[i] = 0;
  }
  return rejects;
}

}  // namespace entact
