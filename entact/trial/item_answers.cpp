#include "entact/trial/item_answers.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/base/random.h"
#include "entact/scales/score.h"

namespace entact {
namespace {

// Items outside the total that a diagnosis asks for (distress, impairment).
std::vector<char> asked_beside(const Instrument& instrument) {
  std::vector<char> asked(instrument.items.size());
  for (const DiagnosisRule& rule : instrument.diagnoses)
    for (const Criterion& criterion : rule.criteria)
      for (const std::size_t i : criterion.items) asked[i] = instrument.items[i].in_total ? 0 : 1;
  return asked;
}

double beside(const ScaleItem& item, double share) {
  return item.min + std::round((item.max - item.min) * std::min(1.0, 2 * share));
}

constexpr std::uint32_t apart = 0x20000000U;  // streams beside those of the course

std::vector<double> propensities(const Instrument& instrument, const TrialKey& key,
                                 std::uint32_t participant, double spread) {
  RandomStream random({key.seed, RandomPurpose::course, apart + participant, key.replicate});
  std::vector<double> propensity(instrument.items.size());
  for (double& each : propensity) each = std::exp(spread * random.normal());
  return propensity;
}

// Answers of one assessment; each has its own stream, so that one can be had without the others.
std::vector<double> answers_of(const Instrument& instrument, const std::vector<double>& propensity,
                               RandomStream random, double total) {
  const std::size_t count = instrument.items.size();
  std::vector<double> own(count, std::numeric_limits<double>::quiet_NaN());
  if (std::isnan(total)) return own;
  const std::vector<char> asked = asked_beside(instrument);
  double most = 0, sum = 0;
  for (const ScaleItem& item : instrument.items) most += item.in_total ? item.max - item.min : 0;
  std::vector<double> room(count), weight(count);
  for (std::size_t i = 0; i < count; ++i) {
    const ScaleItem& item = instrument.items[i];
    if (item.in_total) own[i] = item.min;
    if (asked[i] != 0) own[i] = beside(item, total / most);
    room[i] = item.in_total ? item.max - item.min : 0;
    weight[i] = propensity[i] * room[i];
    sum += weight[i];
  }
  for (int point = 0; point < static_cast<int>(std::lround(total)) && sum > 1e-12; ++point) {
    double at = random.uniform() * sum;
    std::size_t i = 0;
    while (i + 1 < count && (at -= weight[i]) >= 0) ++i;
    while (room[i] == 0) i = (i + 1) % count;  // rounding at the end of the list
    own[i] += 1;
    room[i] -= 1;
    sum -= propensity[i];
    weight[i] -= propensity[i];
  }
  return own;
}

RandomStream visit_stream(const TrialKey& key, std::uint32_t participant, std::size_t visit) {
  return RandomStream({key.seed, RandomPurpose::course,
                       apart + (static_cast<std::uint32_t>(visit) + 1) * 0x00100000U + participant,
                       key.replicate});
}

}  // namespace

std::vector<std::vector<double>> item_answers(const Instrument& instrument, const TrialKey& key,
                                              std::uint32_t participant,
                                              const std::vector<double>& totals, double spread) {
  const std::vector<double> propensity = propensities(instrument, key, participant, spread);
  std::vector<std::vector<double>> answers;
  for (std::size_t k = 0; k < totals.size(); ++k)
    answers.push_back(
        answers_of(instrument, propensity, visit_stream(key, participant, k), totals[k]));
  return answers;
}

bool loses_diagnosis(const Instrument& instrument, const Participant& person, int visit,
                     double score) {
  const std::vector<double> propensity =
      propensities(instrument, person.key, person.number, usual_spread);
  const auto at = [&](std::size_t k, double total) {
    return answers_of(instrument, propensity, visit_stream(person.key, person.number, k), total);
  };
  const std::vector<double> before = at(0, person.baseline),
                            now = at(static_cast<std::size_t>(visit) + 1, score);
  Answers answers{.rows = 2};
  for (std::size_t i = 0; i < instrument.items.size(); ++i)
    answers.columns.push_back({before[i], now[i]});
  const Scores scores = entact::score(instrument, answers);
  const std::vector<Decision>& met = scores.diagnoses.front().decision;
  return met[0] == Decision::yes && met[1] == Decision::no;
}

}  // namespace entact
