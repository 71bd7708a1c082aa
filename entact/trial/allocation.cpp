#include "entact/trial/allocation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "entact/base/random.h"

namespace entact {
namespace {

class Allocator {
 public:
  Allocator(const TrialDesign& design, const TrialKey& key)
      : design_(design),
        random_({key.seed, RandomPurpose::allocation, 0xFFFFFFF0U, key.replicate}) {
    double least = design.arms[0].ratio;
    for (const TrialArm& arm : design.arms) least = std::min(least, arm.ratio), sum_ += arm.ratio;
    // The smallest block that fits: the least ratio is one participant, or two, or three ...
    for (int parts = 1; parts <= 100 && smallest_.empty(); ++parts) {
      std::vector<int> counts;
      for (const TrialArm& arm : design.arms) {
        const double count = arm.ratio / least * parts;
        if (std::abs(count - std::round(count)) < 1e-9)
          counts.push_back(static_cast<int>(std::round(count)));
      }
      if (counts.size() == design.arms.size()) smallest_ = counts;
    }
  }

  int next(const Participant& person) {
    switch (design_.allocation) {
      case Allocation::blocks:
        return smallest_.empty() ? by_ratio() : from_block(stratum(person));
      case Allocation::minimisation:
        return minimised(person);
      case Allocation::simple:
        break;
    }
    return by_ratio();
  }

 private:
  [[nodiscard]] std::pair<int, int> stratum(const Participant& person) const {
    return {design_.by_site ? person.site : 0,
            design_.severity_cut && person.baseline >= *design_.severity_cut ? 1 : 0};
  }

  int by_ratio() {
    double at = random_.uniform() * sum_;
    for (std::size_t a = 0; a + 1 < design_.arms.size(); ++a) {
      at -= design_.arms[a].ratio;
      if (at < 0) return static_cast<int>(a);
    }
    return static_cast<int>(design_.arms.size()) - 1;
  }

  int from_block(const std::pair<int, int>& of) {
    std::vector<int>& block = blocks_[of];
    if (block.empty()) {
      int size = 0;
      for (int count : smallest_) size += count;
      const int times = design_.block > 0 ? std::max(1, design_.block / size) : 2;
      for (std::size_t a = 0; a < smallest_.size(); ++a)
        block.insert(block.end(), static_cast<std::size_t>(times * smallest_[a]),
                     static_cast<int>(a));
      for (std::size_t i = block.size(); i > 1; --i)
        std::swap(block[i - 1], block[random_.below(static_cast<std::uint32_t>(i))]);
    }
    const int arm = block.back();
    block.pop_back();
    return arm;
  }

  // Range over the arms of count / ratio in a margin, were the participant to enter `arm`.
  [[nodiscard]] double imbalance(const std::vector<double>& counts, std::size_t arm) const {
    double low = 1e300, high = -1e300;
    for (std::size_t a = 0; a < design_.arms.size(); ++a) {
      const double count = (counts[a] + (a == arm ? 1 : 0)) / design_.arms[a].ratio;
      low = std::min(low, count);
      high = std::max(high, count);
    }
    return high - low;
  }

  int minimised(const Participant& person) {
    const auto [site, severity] = stratum(person);
    const std::pair<int, int> keys[3] = {{0, 0}, {1, site}, {2, severity}};
    for (const auto& margin : keys) margins_[margin].resize(design_.arms.size());
    std::vector<double> sums(design_.arms.size());
    for (std::size_t a = 0; a < sums.size(); ++a)
      for (const auto& margin : keys) sums[a] += imbalance(margins_[margin], a);
    const double best = *std::min_element(sums.begin(), sums.end());
    std::vector<int> candidates;
    for (std::size_t a = 0; a < sums.size(); ++a)
      if (sums[a] < best + 1e-9) candidates.push_back(static_cast<int>(a));
    const double coin = random_.uniform();
    const auto pick = random_.below(static_cast<std::uint32_t>(candidates.size()));
    const int arm = coin < design_.minimise ? candidates[pick] : by_ratio();
    for (const auto& margin : keys) ++margins_[margin][static_cast<std::size_t>(arm)];
    return arm;
  }

  const TrialDesign& design_;
  RandomStream random_;
  double sum_ = 0;
  std::vector<int> smallest_{};
  std::map<std::pair<int, int>, std::vector<int>> blocks_{};
  std::map<std::pair<int, int>, std::vector<double>> margins_{};
};

}  // namespace

std::vector<int> allocate(const VirtualTrial& trial, const TrialKey& key,
                          const std::vector<Participant>& people) {
  Allocator allocator(trial.design, key);
  std::vector<int> arms;
  arms.reserve(people.size());
  for (const Participant& person : people) arms.push_back(allocator.next(person));
  return arms;
}

}  // namespace entact
