// One loop over looks for every kind of outcome: what differs is how a stage is drawn and tested.
#include "entact/trial/two_arm_simulation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/num/distributions.h"
#include "entact/trial/binomial_draw.h"
#include "entact/trial/simulation_tally.h"

namespace entact {
namespace {

void check(const TwoArmSimulation& trial) {
  const std::size_t looks = trial.design.rates.size();
  for (const std::vector<double>& arm : {trial.arm1, trial.arm2}) {
    bool ok = arm.size() == looks && looks > 0 && arm[0] > 0;
    for (std::size_t k = 1; ok && k < looks; ++k) ok = arm[k] > arm[k - 1];
    require(ok, "trial.two_arm_simulation.sizes",
            "each arm needs a size a look (" + std::to_string(looks) +
                "), positive and increasing; saw " + std::to_string(arm.size()),
            ErrorKind::usage);
  }
  if (!trial.resize) return;
  const ConditionalPowerSize& how = *trial.resize;
  require(how.conditional_power > 0 && how.conditional_power < 1 && how.least > 0 &&
              how.most >= how.least && trial.design.sides == 1 &&
              (!how.difference || *how.difference != 0),
          "trial.two_arm_simulation.resize",
          "re-estimation needs a one-sided design, a conditional power between 0 and 1, an assumed "
          "difference other than 0 and 0 < least <= most",
          ErrorKind::usage);
}

/// Sums of a stage, or of all so far: participants and outcomes of both arms.
struct TwoArmSums {
  double n1 = 0, n2 = 0;
  double sum1 = 0, sum2 = 0;
  double squares = 0;  ///< around the arms' means, both arms

  [[nodiscard]] double difference() const { return sum1 / n1 - sum2 / n2; }
  /// 1 / n1 + 1 / n2.
  [[nodiscard]] double inverse() const { return 1 / n1 + 1 / n2; }
  void add(const TwoArmSums& stage);
};

/// Squares that two parts of an arm have between them.
double between(double n, double sum, double more, double more_sum) {
  if (n == 0) return 0;
  const double apart = sum / n - more_sum / more;
  return apart * apart * n * more / (n + more);
}

void TwoArmSums::add(const TwoArmSums& stage) {
  squares += stage.squares + between(n1, sum1, stage.n1, stage.sum1) +
             between(n2, sum2, stage.n2, stage.sum2);
  n1 += stage.n1, n2 += stage.n2;
  sum1 += stage.sum1, sum2 += stage.sum2;
}

/// Normal outcomes with arm 2 at 0. Bounds of the t test stand for those of z at the same level.
class NormalOutcome {
 public:
  explicit NormalOutcome(const TwoMeansDesign& truth) : truth_(truth) {}
  [[nodiscard]] TwoArmSums draw(RandomStream& random, double n1, double n2) const {
    TwoArmSums s{.n1 = n1, .n2 = n2};
    s.sum1 = n1 * truth_.difference + std::sqrt(n1) * truth_.sd * random.normal();
    s.sum2 = std::sqrt(n2) * truth_.sd * random.normal();
    if (truth_.t && n1 + n2 > 2)
      s.squares = truth_.sd * truth_.sd * random.chi_squared(n1 + n2 - 2);
    return s;
  }
  [[nodiscard]] double spread(const TwoArmSums& s) const {
    return truth_.t ? std::sqrt(s.squares / (s.n1 + s.n2 - 2)) : truth_.sd;
  }
  /// The statistic, as a z at the same level.
  [[nodiscard]] double z(const TwoArmSums& s) const {
    const double t = s.difference() / (spread(s) * std::sqrt(s.inverse()));
    if (!truth_.t) return t;
    const double p = two_sided_p(t, s.n1 + s.n2 - 2) / 2;
    return t < 0 ? normal_quantile(p) : -normal_quantile(p);
  }
  /// The bound for the plain statistic that has the level of a bound for z.
  [[nodiscard]] double bound(double z, double n) const {
    if (!truth_.t || !std::isfinite(z)) return z;
    const double t = t_quantile(normal_upper(std::abs(z)), n - 2);
    return z < 0 ? t : -t;
  }
  [[nodiscard]] double statistic(const TwoArmSums& s) const {
    return s.difference() / (spread(s) * std::sqrt(s.inverse()));
  }
  static double whole(double n) { return n; }

 private:
  TwoMeansDesign truth_;
};

class BinaryOutcome {
 public:
  explicit BinaryOutcome(const TwoProportionsDesign& truth) : truth_(truth) {}
  [[nodiscard]] TwoArmSums draw(RandomStream& random, double n1, double n2) {
    TwoArmSums s{.n1 = n1, .n2 = n2};
    s.sum1 = events(arm1_, n1, truth_.p1, random);
    s.sum2 = events(arm2_, n2, truth_.p2, random);
    return s;
  }
  [[nodiscard]] static double spread(const TwoArmSums& s) {
    const double pooled = (s.sum1 + s.sum2) / (s.n1 + s.n2);
    return std::sqrt(pooled * (1 - pooled));
  }
  [[nodiscard]] static double z(const TwoArmSums& s) { return statistic(s); }
  [[nodiscard]] static double bound(double z, double) { return z; }
  [[nodiscard]] static double statistic(const TwoArmSums& s) {
    const double sd = spread(s);
    return sd > 0 ? s.difference() / (sd * std::sqrt(s.inverse())) : 0;
  }
  static double whole(double n) { return std::ceil(n - 1e-9); }

 private:
  // Sizes that re-estimation gives recur: their tables are kept, the last at hand.
  struct Known {
    long n = -1;
    const BinomialDraw* last = nullptr;
    std::map<long, BinomialDraw> all{};
  };
  static double events(Known& arm, double n, double p, RandomStream& random) {
    const auto trials = static_cast<long>(n);
    if (arm.n != trials) {
      arm.last = &arm.all.try_emplace(trials, trials, p).first->second;
      arm.n = trials;
    }
    return static_cast<double>((*arm.last)(random));
  }

  TwoProportionsDesign truth_;
  Known arm1_{}, arm2_{};
};

/// A stage's planned participants and what its test is compared with.
struct PlannedStage {
  double n1 = 0, n2 = 0;
  double upper = 0, lower = 0;
};

template <class Outcome>
std::vector<PlannedStage> planned(const TwoArmSimulation& trial, const Outcome& outcome) {
  std::vector<PlannedStage> stages;
  double n1 = 0, n2 = 0;
  for (std::size_t k = 0; k < trial.arm1.size(); ++k) {
    const double to1 = Outcome::whole(trial.arm1[k]), to2 = Outcome::whole(trial.arm2[k]);
    const double upper = trial.design.upper[k], lower = trial.design.lower[k];
    stages.push_back(
        {to1 - n1, to2 - n2, outcome.bound(upper, to1 + to2), outcome.bound(lower, to1 + to2)});
    n1 = to1, n2 = to2;
  }
  return stages;
}

/// What a statistic says: 1 or -1 rejects, 0 goes on, 2 gives up.
int verdict(int sides, double z, double upper, double lower) {
  if (z >= upper) return 1;
  if (sides == 2 && z <= -upper) return -1;
  return (sides == 1 ? z : std::abs(z)) <= lower ? 2 : 0;
}

SimulatedStop stopped(std::size_t look, int verdict, double size) {
  return {look, verdict == 1 || verdict == -1 ? verdict : 0, size};
}

/// All participants so far are tested together.
template <class Outcome>
SimulatedStop pooled_trial(const TwoArmSimulation& trial, const std::vector<PlannedStage>& stages,
                           Outcome& outcome, RandomStream& random) {
  TwoArmSums sums;
  for (std::size_t k = 0;; ++k) {
    sums.add(outcome.draw(random, stages[k].n1, stages[k].n2));
    const int says =
        verdict(trial.design.sides, outcome.statistic(sums), stages[k].upper, stages[k].lower);
    if (says != 0 || k + 1 == stages.size()) return stopped(k, says, sums.n1 + sums.n2);
  }
}

/// Stages are tested apart and combined; the next is sized by what has been seen.
template <class Outcome>
SimulatedStop resized_trial(const TwoArmSimulation& trial, const std::vector<PlannedStage>& stages,
                            Outcome& outcome, RandomStream& random) {
  const GroupSequentialDesign& design = trial.design;
  const ConditionalPowerSize& how = *trial.resize;
  const double ratio = trial.arm1[0] / trial.arm2[0],
               z_power = normal_quantile(how.conditional_power);
  TwoArmSums sums;
  double n1 = stages[0].n1, n2 = stages[0].n2, combined = 0, before = 0;
  for (std::size_t k = 0;; ++k) {
    const TwoArmSums stage = outcome.draw(random, n1, n2);
    sums.add(stage);
    const double t = design.rates[k];
    combined += std::sqrt(t - before) * outcome.z(stage);
    before = t;
    const int says = verdict(1, combined / std::sqrt(t), design.upper[k], design.lower[k]);
    if (says != 0 || k + 1 == stages.size()) return stopped(k, says, sums.n1 + sums.n2);
    const double next = design.rates[k + 1];
    const double critical =
        (design.upper[k + 1] * std::sqrt(next) - combined) / std::sqrt(next - t);
    const double effect = how.difference.value_or(std::fmax(sums.difference(), 1e-12));
    const double units = std::fmax(0, critical + z_power) * outcome.spread(sums) / effect;
    const double n =
        std::clamp(units * units * (1 + ratio) * (1 + ratio) / ratio, how.least, how.most);
    n1 = Outcome::whole(n * ratio / (1 + ratio));
    n2 = Outcome::whole(n / (1 + ratio));
  }
}

template <class Outcome>
SimulationTally tally(const TwoArmSimulation& trial, Outcome outcome, std::int64_t first,
                      std::int64_t count) {
  const std::vector<PlannedStage> stages = planned(trial, outcome);
  SimulationTally found(stages.size());
  for (std::int64_t i = first; i < first + count; ++i) {
    RandomStream random({.seed = trial.seed,
                         .purpose = RandomPurpose::course,
                         .replicate = static_cast<std::uint32_t>(i)});
    found.add(trial.resize ? resized_trial(trial, stages, outcome, random)
                           : pooled_trial(trial, stages, outcome, random));
  }
  return found;
}

template <class Outcome>
SimulatedLooks simulate(const TwoArmSimulation& trial, const Outcome& outcome) {
  check(trial);
  SimulationTally all(trial.design.rates.size());
  for (const SimulationTally& part : in_blocks<SimulationTally>(
           trial.replicates, trial.threads, [&](std::int64_t first, std::int64_t count) {
             return tally(trial, outcome, first, count);
           }))
    all.add(part);
  const auto total = static_cast<double>(all.replicates);
  SimulatedLooks found{.replicates = all.replicates};
  for (std::size_t k = 0; k < all.upper.size(); ++k) {
    found.efficacy.push_back(static_cast<double>(all.upper[k]) / total);
    found.opposite.push_back(static_cast<double>(all.lower[k]) / total);
    found.futility.push_back(static_cast<double>(all.none[k]) / total);
    found.power += found.efficacy[k];
  }
  found.expected_size = all.size / total;
  found.size_sd =
      std::sqrt(std::fmax(0, all.size_squared / total - found.expected_size * found.expected_size));
  return found;
}

}  // namespace

SimulatedLooks simulate_means(const TwoArmSimulation& trial, const TwoMeansDesign& truth) {
  require(truth.sd > 0 && std::isfinite(truth.sd), "trial.sample_size.domain",
          "the standard deviation must be positive; saw " + std::to_string(truth.sd),
          ErrorKind::usage);
  return simulate(trial, NormalOutcome(truth));
}

SimulatedLooks simulate_proportions(const TwoArmSimulation& trial,
                                    const TwoProportionsDesign& truth) {
  for (const double p : {truth.p1, truth.p2})
    require(p >= 0 && p <= 1, "trial.sample_size.domain",
            "a proportion must lie in [0, 1]; saw " + std::to_string(p), ErrorKind::usage);
  return simulate(trial, BinaryOutcome(truth));
}

}  // namespace entact
