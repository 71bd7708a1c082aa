#include "entact/trial/item_answers.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/base/random.h"

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

}  // namespace

std::vector<std::vector<double>> item_answers(const Instrument& instrument, const TrialKey& key,
                                              std::uint32_t participant,
                                              const std::vector<double>& totals, double spread) {
  constexpr std::uint32_t apart = 0x20000000U;  // streams beside those of the course
  const std::size_t count = instrument.items.size();
  RandomStream random({key.seed, RandomPurpose::course, apart + participant, key.replicate});
  std::vector<double> propensity(count);
  for (double& each : propensity) each = std::exp(spread * random.normal());
  const std::vector<char> asked = asked_beside(instrument);
  double most = 0;
  for (const ScaleItem& item : instrument.items) most += item.in_total ? item.max - item.min : 0;
  std::vector<std::vector<double>> answers;
  for (const double total : totals) {
    std::vector<double> own(count, std::numeric_limits<double>::quiet_NaN());
    if (!std::isnan(total)) {
      std::vector<double> room(count), weight(count);
      double sum = 0;
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
    }
    answers.push_back(std::move(own));
  }
  return answers;
}

}  // namespace entact
