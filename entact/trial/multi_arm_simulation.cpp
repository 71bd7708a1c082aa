#include "entact/trial/multi_arm_simulation.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string>

#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/num/distributions.h"
#include "entact/trial/dunnett.h"
#include "entact/trial/simulation_tally.h"

namespace entact {
namespace {

constexpr std::size_t most_arms = 8;
using Arms = std::array<double, most_arms>;
using Mask = unsigned;

void check(const MultiArmSimulation& trial) {
  const std::size_t arms = trial.effect.size(), looks = trial.design.rates.size();
  bool ok = arms >= 1 && arms <= most_arms && trial.ratio > 0 && trial.sd > 0 &&
            trial.design.sides == 1 && trial.arm_size.size() == looks && looks > 0 && looks <= 32 &&
            trial.selection.count >= 1 && trial.selection.epsilon >= 0 && trial.arm_size[0] > 0;
  for (std::size_t k = 1; ok && k < looks; ++k) ok = trial.arm_size[k] > trial.arm_size[k - 1];
  require(ok, "trial.multi_arm_simulation.arms",
          "a trial of several arms needs 1 to 8 effects, a one-sided design with one increasing "
          "size of an arm a look, a positive ratio and standard deviation, and a selection of at "
          "least one arm; saw " +
              std::to_string(arms) + " effects and " + std::to_string(trial.arm_size.size()) +
              " sizes for " + std::to_string(looks) + " looks",
          ErrorKind::usage);
}

/// What every replicate shares.
struct Prepared {
  explicit Prepared(const MultiArmSimulation& trial);

  const MultiArmSimulation& trial;
  std::vector<double> size, weight, root_rate;  ///< of each stage
  std::vector<DunnettZ> dunnett{};              ///< of 1, 2, ... arms
};

Prepared::Prepared(const MultiArmSimulation& given) : trial(given) {
  double n = 0, rate = 0;
  for (std::size_t k = 0; k < given.arm_size.size(); ++k) {
    size.push_back(given.arm_size[k] - n);
    weight.push_back(std::sqrt(given.design.rates[k] - rate));
    root_rate.push_back(std::sqrt(given.design.rates[k]));
    n = given.arm_size[k];
    rate = given.design.rates[k];
  }
  if (given.test != IntersectionTest::dunnett) return;
  for (std::size_t m = 1; m <= given.effect.size(); ++m)
    dunnett.emplace_back(static_cast<int>(m), given.ratio / (1 + given.ratio));
}

/// A stage's statistic of an intersection as a z at its level.
double intersection_z(const Prepared& plan, const Arms& z, Mask among) {
  if (plan.trial.test == IntersectionTest::dunnett) {
    double largest = -INFINITY;
    for (Mask left = among; left != 0; left &= left - 1)
      largest = std::max(largest, z[static_cast<std::size_t>(std::countr_zero(left))]);
    return plan.dunnett[static_cast<std::size_t>(std::popcount(among)) - 1](largest);
  }
  Arms chosen{};
  std::size_t m = 0;
  for (Mask left = among; left != 0; left &= left - 1)
    chosen[m++] = z[static_cast<std::size_t>(std::countr_zero(left))];
  const double p = intersection_p(plan.trial.test, std::span(chosen.data(), m), {});
  return p >= 1 ? -8.2 : -normal_from_uniform(std::max(p, 1e-300));
}

Mask select(const ArmSelection& how, const Arms& effect, Mask in, std::size_t arms) {
  std::array<std::size_t, most_arms> order{};
  std::size_t m = 0;
  for (std::size_t i = 0; i < arms; ++i)
    if (((in >> i) & 1U) != 0) order[m++] = i;
  std::stable_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(m),
                   [&](std::size_t a, std::size_t b) { return effect[a] > effect[b]; });
  Mask out = 0;
  for (std::size_t rank = 0; rank < m; ++rank) {
    const std::size_t i = order[rank];
    const bool stays =
        how.kind == ArmSelection::Kind::all ||
        (how.kind == ArmSelection::Kind::best ? rank < static_cast<std::size_t>(how.count)
                                              : effect[i] >= effect[order[0]] - how.epsilon);
    if (stays && effect[i] >= how.threshold) out |= Mask{1} << i;
  }
  return out;
}

/// One trial as it goes.
struct Course {
  std::array<double, 1U << most_arms> combined{};
  std::array<bool, 1U << most_arms> rejected{};
  Arms sum{};
  double control = 0;
  Mask in = 0;
  Mask arms_rejected = 0;
};

/// Outcomes of a stage: adds to the sums, gives the stage's statistics.
Arms draw(const Prepared& plan, std::size_t k, Course& course, RandomStream& random) {
  const MultiArmSimulation& trial = plan.trial;
  const double n = plan.size[k], n0 = n / trial.ratio;
  const double control = std::sqrt(n0) * trial.sd * random.normal();
  course.control += control;
  Arms z{};
  for (std::size_t i = 0; i < trial.effect.size(); ++i) {
    const double noise = random.normal();  // drawn for dropped arms too: common random numbers
    if (((course.in >> i) & 1U) == 0) continue;
    const double sum = n * trial.effect[i] + std::sqrt(n) * trial.sd * noise;
    course.sum[i] += sum;
    z[i] = (sum / n - control / n0) / (trial.sd * std::sqrt(1 / n + 1 / n0));
  }
  return z;
}

void test(const Prepared& plan, std::size_t k, const Arms& z, Course& course) {
  const std::size_t arms = plan.trial.effect.size();
  Mask open = 0;  // arms with an intersection that is not rejected
  for (Mask mask = 1; mask < Mask{1} << arms; ++mask) {
    const Mask among = mask & course.in;
    if (among != 0) {
      course.combined[mask] += plan.weight[k] * intersection_z(plan, z, among);
      if (course.combined[mask] >= plan.trial.design.upper[k] * plan.root_rate[k])
        course.rejected[mask] = true;
    }
    if (!course.rejected[mask]) open |= mask;
  }
  course.arms_rejected = ((Mask{1} << arms) - 1) & ~open;
}

Mask next_arms(const Prepared& plan, std::size_t k, const Course& course) {
  const MultiArmSimulation& trial = plan.trial;
  Arms effect{};
  const double n = trial.arm_size[k];
  for (std::size_t i = 0; i < trial.effect.size(); ++i)
    effect[i] = course.sum[i] / n - course.control * trial.ratio / n;
  return select(trial.selection, effect, course.in, trial.effect.size());
}

/// Counts over replicates.
struct Tally {
  std::array<std::array<std::int64_t, 32>, most_arms> rejected{}, selected{};
  std::array<std::int64_t, 32> stopped{};
  std::int64_t any = 0, best = 0, any_false = 0;
  double size = 0;
};

void run(const Prepared& plan, RandomStream& random, Mask effective, std::size_t best,
         Tally& tally) {
  const MultiArmSimulation& trial = plan.trial;
  const std::size_t arms = trial.effect.size(), looks = plan.size.size();
  Course course;
  course.in = (Mask{1} << arms) - 1;
  for (std::size_t k = 0; k < looks; ++k) {
    for (std::size_t i = 0; i < arms; ++i) tally.selected[i][k] += (course.in >> i) & 1U;
    tally.size += plan.size[k] * (std::popcount(course.in) + 1 / trial.ratio);
    const Mask before = course.arms_rejected;
    const Arms z = draw(plan, k, course, random);
    test(plan, k, z, course);
    for (std::size_t i = 0; i < arms; ++i)
      tally.rejected[i][k] += ((course.arms_rejected & ~before) >> i) & 1U;
    const bool success =
        trial.stop_at_first ? course.arms_rejected != 0 : (course.in & ~course.arms_rejected) == 0;
    if (k + 1 < looks && !success) course.in = next_arms(plan, k, course);
    if (!success && course.in != 0 && k + 1 < looks) continue;
    ++tally.stopped[k];
    break;
  }
  tally.any += course.arms_rejected != 0;
  tally.best += (course.arms_rejected >> best) & 1U;
  tally.any_false += (course.arms_rejected & ~effective) != 0;
}

Tally tally_of(const Prepared& plan, std::int64_t first, std::int64_t count) {
  const std::vector<double>& effect = plan.trial.effect;
  Mask effective = 0;
  for (std::size_t i = 0; i < effect.size(); ++i)
    if (effect[i] > 0) effective |= Mask{1} << i;
  const auto best =
      static_cast<std::size_t>(std::max_element(effect.begin(), effect.end()) - effect.begin());
  Tally tally;
  for (std::int64_t r = first; r < first + count; ++r) {
    RandomStream random({.seed = plan.trial.seed,
                         .purpose = RandomPurpose::course,
                         .replicate = static_cast<std::uint32_t>(r)});
    run(plan, random, effective, best, tally);
  }
  return tally;
}

SimulatedArms shares(const std::vector<Tally>& parts, const MultiArmSimulation& trial) {
  const std::size_t arms = trial.effect.size(), looks = trial.arm_size.size();
  const auto total = static_cast<double>(trial.replicates);
  SimulatedArms found{.replicates = trial.replicates};
  found.rejected.assign(arms, std::vector<double>(looks));
  found.selected = found.rejected;
  found.stopped.assign(looks, 0);
  for (const Tally& part : parts) {
    for (std::size_t k = 0; k < looks; ++k) {
      for (std::size_t i = 0; i < arms; ++i) {
        found.rejected[i][k] += static_cast<double>(part.rejected[i][k]) / total;
        found.selected[i][k] += static_cast<double>(part.selected[i][k]) / total;
      }
      found.stopped[k] += static_cast<double>(part.stopped[k]) / total;
    }
    found.any += static_cast<double>(part.any) / total;
    found.best += static_cast<double>(part.best) / total;
    found.any_false += static_cast<double>(part.any_false) / total;
    found.expected_size += part.size / total;
  }
  return found;
}

}  // namespace

SimulatedArms simulate_arms(const MultiArmSimulation& trial) {
  check(trial);
  const Prepared plan(trial);
  return shares(in_blocks<Tally>(trial.replicates, trial.threads,
                                 [&](std::int64_t first, std::int64_t count) {
                                   return tally_of(plan, first, count);
                                 }),
                trial);
}

}  // namespace entact
