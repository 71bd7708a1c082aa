#include "entact/trial/closed_testing.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/trial/dunnett.h"

namespace entact {
namespace {

void check(const ClosedTestStages& stages, std::span<const double> rates,
           std::span<const double> upper) {
  const std::size_t arms = stages.shares.size();
  bool ok = arms >= 1 && arms <= 12 && !stages.z.empty() && stages.z.size() <= rates.size() &&
            rates.size() == upper.size() &&
            (stages.stage_shares.empty() || stages.stage_shares.size() == stages.z.size());
  for (std::size_t k = 0; ok && k < stages.z.size(); ++k) {
    ok = stages.z[k].size() == arms &&
         (stages.stage_shares.empty() || stages.stage_shares[k].size() == arms);
    for (std::size_t i = 0; ok && i < arms; ++i)
      ok = k == 0 ? !std::isnan(stages.z[0][i])
                  : !std::isnan(stages.z[k - 1][i]) || std::isnan(stages.z[k][i]);
  }
  require(ok, "trial.closed_test.shape",
          "a closed test needs 1 to 12 arms, statistics of all of them in the first stage, none of "
          "an arm after it was dropped, and a bound and a rate a stage; saw " +
              std::to_string(arms) + " arms and " + std::to_string(stages.z.size()) + " stages",
          ErrorKind::usage);
}

/// Combined statistic of one intersection after each stage it is tested in.
std::vector<double> combined(IntersectionTest test, const ClosedTestStages& stages,
                             std::span<const double> rates, std::size_t mask) {
  std::vector<double> statistics;
  double sum = 0, before = 0;
  for (std::size_t k = 0; k < stages.z.size(); ++k) {
    std::vector<double> z, shares;
    for (std::size_t i = 0; i < stages.shares.size(); ++i) {
      if (((mask >> i) & 1U) == 0 || std::isnan(stages.z[k][i])) continue;
      z.push_back(stages.z[k][i]);
      shares.push_back(stages.stage_shares.empty() ? stages.shares[i] : stages.stage_shares[k][i]);
    }
    if (z.empty()) break;
    const double p = intersection_p(test, z, shares);
    // A p of 1 counts as the largest below it: the combination stays finite.
    sum += std::sqrt(rates[k] - before) * (p >= 1 ? -8.2 : -normal_quantile(p));
    before = rates[k];
    statistics.push_back(sum / std::sqrt(rates[k]));
  }
  return statistics;
}

}  // namespace

double intersection_p(IntersectionTest test, std::span<const double> z,
                      std::span<const double> shares) {
  if (test == IntersectionTest::dunnett)
    return dunnett_upper(*std::max_element(z.begin(), z.end()), shares);
  std::vector<double> p;
  for (const double one : z) p.push_back(normal_upper(one));
  std::sort(p.begin(), p.end());
  const auto m = static_cast<double>(p.size());
  double least = std::min(1.0, m * p[0]);
  if (test == IntersectionTest::simes)
    for (std::size_t i = 1; i < p.size(); ++i)
      least = std::min(least, m * p[i] / static_cast<double>(i + 1));
  return least;
}

ClosedTestResult closed_test(IntersectionTest test, const ClosedTestStages& stages,
                             std::span<const double> rates, std::span<const double> upper) {
  check(stages, rates, upper);
  const std::size_t arms = stages.shares.size(), last = stages.z.size();
  // Of each arm: the latest first rejection of its intersections, and the largest p.
  std::vector<std::size_t> stage(arms, 0);
  std::vector<double> p(arms, 0);
  for (std::size_t mask = 1; mask < (std::size_t{1} << arms); ++mask) {
    const std::vector<double> statistics = combined(test, stages, rates, mask);
    std::size_t first = last + 1;
    for (std::size_t k = statistics.size(); k-- > 0;)
      if (statistics[k] >= upper[k]) first = k + 1;
    const double level = statistics.size() < last ? 1 : normal_upper(statistics.back());
    for (std::size_t i = 0; i < arms; ++i) {
      if (((mask >> i) & 1U) == 0) continue;
      stage[i] = std::max(stage[i], first);
      p[i] = std::max(p[i], level);
    }
  }
  ClosedTestResult result{.stage = {}, .p = p};
  for (const std::size_t at : stage) result.stage.push_back(at > last ? 0 : static_cast<int>(at));
  return result;
}

}  // namespace entact
