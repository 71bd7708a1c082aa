#include "entact/trial/sample_size_search.h"

#include <algorithm>
#include <cmath>

#include "entact/num/distributions.h"

namespace entact {
namespace {

class Search {
 public:
  Search(const std::function<TrialSimulation(int n)>& at, const SampleSizeQuestion& question)
      : at_(at), question_(question) {}

  // Power at n, known well enough to tell it from the target, or to the precision.
  const TriedSize& power_at(int n) {
    const TrialSimulation simulation = at_(n);
    const ResultLayout layout(simulation);
    const double sign = benefit_sign(simulation.estimands.front());
    TriedSize tried{.n = n};
    double successes = 0;
    ReplicateOptions how = question_.how;
    how.progress = [&](std::int64_t) { return !settled(tried); };
    Replicates run = replicates_of(simulation);
    if (question_.wrap) run = question_.wrap(run);
    run_replicates(run, {0, 1000000}, how, [&](std::int64_t, const std::vector<double>& result) {
      const auto value = [&](ResultLayout::Estimand what) {
        return result[static_cast<std::size_t>(layout.of(0, what))];
      };
      ++tried.replicates;
      if (value(ResultLayout::p) < simulation.alpha && sign * value(ResultLayout::estimate) > 0)
        ++successes;
      const double share = successes / tried.replicates;
      tried.power = {share, proportion_se(share, tried.replicates)};
    });
    made_.tried.push_back(tried);
    return made_.tried.back();
  }

  SampleSize find() {
    int low = question_.low, high = question_.high;
    const bool low_enough = power_at(low).power.value < question_.power;
    const bool high_enough = power_at(high).power.value >= question_.power;
    made_.bracketed = low_enough && high_enough;
    while (made_.bracketed && high - low > std::max(2, low / 50)) {
      // In sqrt(n), where the probit of power is nearly straight.
      const double middle = (std::sqrt(low) + std::sqrt(high)) / 2;
      const int n = std::clamp(static_cast<int>(std::lround(middle * middle)), low + 1, high - 1);
      (power_at(n).power.value < question_.power ? low : high) = n;
    }
    if (made_.bracketed) read_curve();
    return std::move(made_);
  }

 private:
  [[nodiscard]] bool settled(const TriedSize& tried) const {
    const double off = std::abs(tried.power.value - question_.power);
    return off > 3 * tried.power.mc_se || tried.power.mc_se <= question_.precision;
  }

  // Weighted least squares of probit(power) on sqrt(n), near the target first; delta method.
  void read_curve() {
    double w0 = 0, wx = 0, wxx = 0, wy = 0, wxy = 0;
    for (const TriedSize& tried : made_.tried) {
      const double p = std::clamp(tried.power.value, 1e-4, 1 - 1e-4);
      const double y = normal_quantile(p), x = std::sqrt(tried.n);
      // Far from the target the curve bends: such sizes count for less.
      const double off = (y - normal_quantile(question_.power)) / 0.5;
      const double sd = tried.power.mc_se / normal_density(y);
      const double w = std::exp(-off * off / 2) / (sd * sd);
      w0 += w, wx += w * x, wxx += w * x * x, wy += w * y, wxy += w * x * y;
    }
    const double det = w0 * wxx - wx * wx;
    const double slope = (w0 * wxy - wx * wy) / det, intercept = (wxx * wy - wx * wxy) / det;
    const double root = (normal_quantile(question_.power) - intercept) / slope;
    const double se = std::sqrt((wxx - 2 * root * wx + root * root * w0) / det) / std::abs(slope);
    const auto even = [](double x) { return 2 * static_cast<int>(std::ceil(x * x / 2)); };
    made_.n = even(root);
    made_.low = even(std::max(0.0, root - 1.96 * se));
    made_.high = even(root + 1.96 * se);
    made_.power = power_at(made_.n).power;
  }

  const std::function<TrialSimulation(int n)>& at_;
  const SampleSizeQuestion& question_;
  SampleSize made_{};
};

}  // namespace

SampleSize find_sample_size(const std::function<TrialSimulation(int n)>& at,
                            const SampleSizeQuestion& question) {
  return Search(at, question).find();
}

}  // namespace entact
