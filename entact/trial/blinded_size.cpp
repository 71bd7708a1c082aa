#include "entact/trial/blinded_size.h"

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/num/distributions.h"
#include "entact/trial/simulation_tally.h"

namespace entact {
namespace {

/// Two arms' means and the squares around them.
struct ArmMeans {
  double n1 = 0, n2 = 0, mean1 = 0, mean2 = 0, squares = 0;
};

ArmMeans draw(RandomStream& random, const TwoMeansDesign& truth, double n, double ratio) {
  ArmMeans s{.n1 = n * ratio / (1 + ratio), .n2 = n / (1 + ratio)};
  s.mean1 = truth.difference + truth.sd * random.normal() / std::sqrt(s.n1);
  s.mean2 = truth.sd * random.normal() / std::sqrt(s.n2);
  s.squares = truth.sd * truth.sd * random.chi_squared(n - 2);
  return s;
}

/// Squares between two groups of these sizes and means.
double between(double n1, double mean1, double n2, double mean2) {
  return (mean1 - mean2) * (mean1 - mean2) * n1 * n2 / (n1 + n2);
}

ArmMeans together(const ArmMeans& a, const ArmMeans& b) {
  ArmMeans s{.n1 = a.n1 + b.n1, .n2 = a.n2 + b.n2};
  s.mean1 = (a.n1 * a.mean1 + b.n1 * b.mean1) / s.n1;
  s.mean2 = (a.n2 * a.mean2 + b.n2 * b.mean2) / s.n2;
  s.squares = a.squares + b.squares + between(a.n1, a.mean1, b.n1, b.mean1) +
              between(a.n2, a.mean2, b.n2, b.mean2);
  return s;
}

SimulatedStop one_trial(const BlindedSize& how, const TwoMeansDesign& truth, RandomStream& random) {
  const double ratio = how.test.ratio;
  ArmMeans all = draw(random, truth, how.first, ratio);
  const double squares = all.squares + between(all.n1, all.mean1, all.n2, all.mean2);
  const double n = blinded_size(how, squares / (how.first - 1));
  // A second part needs its own squares: three participants at least.
  if (n - how.first >= 3) all = together(all, draw(random, truth, n - how.first, ratio));
  const double size = all.n1 + all.n2;
  const double se = std::sqrt(all.squares / (size - 2) * (1 / all.n1 + 1 / all.n2));
  const double t = (all.mean1 - all.mean2) / se;
  const double critical = t_quantile(1 - how.test.alpha / how.test.sides, size - 2);
  const bool rejects = (how.test.sides == 2 ? std::abs(t) : t) >= critical;
  return {.look = 0, .side = rejects ? 1 : 0, .size = size};
}

}  // namespace

double blinded_size(const BlindedSize& how, double variance) {
  require(how.first >= 3 && how.most >= how.first && how.difference != 0 && variance > 0 &&
              std::isfinite(variance),
          "trial.blinded_size.domain",
          "a blinded re-estimation needs a positive variance, at least 3 first participants, a "
          "largest size no less and an assumed difference other than 0",
          ErrorKind::usage);
  const double share = how.test.ratio / ((1 + how.test.ratio) * (1 + how.test.ratio));
  const double inflated = how.adjusted ? how.difference * how.difference * share : 0;
  const double within = std::max(variance - inflated, 1e-6 * variance);
  const TwoMeansDesign means{.difference = how.difference, .sd = std::sqrt(within), .t = false};
  const double n = size_for_means(means, how.test, how.power);
  return std::clamp(std::ceil(n - 1e-9), how.first, how.most);
}

SimulatedBlinded simulate_blinded(const BlindedSize& how, const TwoMeansDesign& truth,
                                  std::int64_t replicates, std::uint64_t seed, int threads) {
  SimulationTally all(1);
  for (const SimulationTally& part :
       in_blocks<SimulationTally>(replicates, threads, [&](std::int64_t first, std::int64_t count) {
         SimulationTally tally(1);
         for (std::int64_t i = first; i < first + count; ++i) {
           RandomStream random({.seed = seed,
                                .purpose = RandomPurpose::course,
                                .replicate = static_cast<std::uint32_t>(i)});
           tally.add(one_trial(how, truth, random));
         }
         return tally;
       }))
    all.add(part);
  const auto total = static_cast<double>(all.replicates);
  SimulatedBlinded found{.replicates = all.replicates,
                         .power = static_cast<double>(all.upper[0]) / total,
                         .expected_size = all.size / total};
  found.size_sd =
      std::sqrt(std::fmax(0, all.size_squared / total - found.expected_size * found.expected_size));
  return found;
}

}  // namespace entact
