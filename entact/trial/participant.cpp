#include "entact/trial/participant.h"

#include <algorithm>
#include <cmath>

#include "entact/base/random.h"

namespace entact {
namespace {

// Streams of what is shared stand beyond the participants' numbers.
constexpr std::uint32_t shared = 0xFFFFFF00U;

RandomStream stream(const TrialKey& key, RandomPurpose purpose, std::uint32_t number) {
  return RandomStream({key.seed, purpose, number, key.replicate});
}

std::vector<double> normals(RandomStream random, int count, double sd) {
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) value = sd * random.normal();
  return values;
}

// Standard normal to standardised shifted lognormal: mean 0, variance 1.
double skewed(double z, double skew) {
  const double mean = std::exp(skew * skew / 2);
  return (std::exp(skew * z) - mean) / (mean * std::sqrt(std::expm1(skew * skew)));
}

double student(RandomStream& random, double df) {
  const double z = random.normal();
  return df > 0 ? z / std::sqrt(random.chi_squared(df) / df) : z;
}

double on_scale(double score, const ScoreRange& range) {
  return std::clamp(range.whole ? std::round(score) : score, range.low, range.high);
}

void draw_belonging(Participant& person, const VirtualTrial& trial, RandomStream& random) {
  person.subgroup.clear();
  for (const TrialSubgroup& each : trial.truth.subgroups)
    person.subgroup.push_back(random.uniform() < each.share ? 1 : 0);
}

double baseline_shift(const Participant& person, const VirtualTrial& trial) {
  double shift = 0;
  for (std::size_t g = 0; g < person.subgroup.size(); ++g)
    if (person.subgroup[g] != 0) shift += trial.truth.subgroups[g].baseline_shift;
  return shift;
}

// The deviations from expectation: L z, each with its own skewness where there is one.
std::vector<double> deviations(const VirtualTrial& trial, double z0, RandomStream& random) {
  const Eigen::Index size = trial.root.rows();
  std::vector<double> z{z0}, own;
  for (Eigen::Index k = 1; k < size; ++k) {
    z.push_back(random.normal());
    double sum = 0;
    for (Eigen::Index j = 0; j <= k; ++j) sum += trial.root(k, j) * z[static_cast<std::size_t>(j)];
    if (trial.truth.skew > 0) sum = trial.sd[k] * skewed(sum / trial.sd[k], trial.truth.skew);
    own.push_back(sum);
  }
  return own;
}

}  // namespace

Surroundings draw_surroundings(const VirtualTrial& trial, const TrialKey& key) {
  const TrialTruth& truth = trial.truth;
  const int sites = trial.design.sites, pairs = sites * trial.design.pairs_per_site;
  Surroundings around;
  if (truth.site_sd > 0)
    around.site = normals(stream(key, RandomPurpose::allocation, shared), sites, truth.site_sd);
  if (truth.pair_sd > 0)
    around.pair = normals(stream(key, RandomPurpose::allocation, shared + 1), pairs, truth.pair_sd);
  if (truth.pair_effect_sd > 0)
    around.pair_effect =
        normals(stream(key, RandomPurpose::allocation, shared + 2), pairs, truth.pair_effect_sd);
  const RaterTruth& raters = truth.raters;
  if (raters.sd > 0)
    around.rater = normals(stream(key, RandomPurpose::raters, shared), raters.raters, raters.sd);
  if (raters.drift_sd > 0)
    around.rater_drift =
        normals(stream(key, RandomPurpose::raters, shared + 1), raters.raters, raters.drift_sd);
  if (truth.effect_prior_sd > 0) {
    RandomStream random = stream(key, RandomPurpose::sampling, shared);
    const double last = std::abs(truth.effect.back());
    around.effect_factor =
        1 - truth.effect_prior_sd * student(random, truth.effect_prior_df) / (last > 0 ? last : 1);
  }
  return around;
}

Participant draw_participant(const VirtualTrial& trial, const TrialKey& key, std::uint32_t number) {
  const TrialDesign& design = trial.design;
  Participant person{.key = key, .number = number};
  RandomStream entry = stream(key, RandomPurpose::baseline, number);
  double z0 = 0;
  for (person.screened = 1;; ++person.screened) {
    z0 = entry.normal();
    draw_belonging(person, trial, entry);
    const double own = trial.truth.skew > 0 ? skewed(z0, trial.truth.skew) : z0;
    person.baseline = on_scale(
        trial.truth.baseline + baseline_shift(person, trial) + trial.sd[0] * own, design.range);
    const bool eligible =
        person.baseline >= design.eligible_low && person.baseline <= design.eligible_high;
    if (eligible || person.screened == 1000000) break;
  }
  if (trial.truth.exposure) {
    RandomStream people = stream(key, RandomPurpose::people, number);
    person.exposed =
        people.below(static_cast<std::uint32_t>(trial.truth.exposure->table->people()));
  }
  RandomStream course = stream(key, RandomPurpose::course, number);
  person.effect_z = course.normal();
  person.own = deviations(trial, z0, course);
  const double shift = baseline_shift(person, trial);
  for (double& value : person.own) value += shift;
  RandomStream place = stream(key, RandomPurpose::allocation, number);
  person.site = static_cast<int>(place.below(static_cast<std::uint32_t>(design.sites)));
  person.pair = person.site * design.pairs_per_site +
                static_cast<int>(place.below(static_cast<std::uint32_t>(design.pairs_per_site)));
  RandomStream guess = stream(key, RandomPurpose::guess, number);
  person.guess = guess.uniform();
  person.unsure = guess.uniform();
  person.told = guess.uniform();
  if (trial.truth.raters.unblinded > 0 || trial.truth.raters.raters > 1) {
    RandomStream raters = stream(key, RandomPurpose::raters, number);
    person.rater =
        static_cast<int>(raters.below(static_cast<std::uint32_t>(trial.truth.raters.raters)));
    person.unblinded = raters.uniform();
  }
  const std::size_t kinds = trial.truth.stops.size() + trial.truth.events.size();
  if (kinds > 0) {
    RandomStream events = stream(key, RandomPurpose::events, number);
    person.followed = events.uniform();
    person.chance.resize(kinds * design.visit_weeks.size());
    for (double& value : person.chance) value = events.uniform();
  }
  return person;
}

}  // namespace entact
