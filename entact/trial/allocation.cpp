#include "entact/trial/allocation.h"

#include <algorithm>
#include <cmath>

namespace entact {
namespace {

/// Counts of the smallest block that fits: the least ratio is one participant, or two, or three ...
std::vector<int> smallest_block(const std::vector<double>& ratios) {
  double least = 1e300;
  for (const double ratio : ratios)
    if (ratio > 0) least = std::min(least, ratio);
  for (int parts = 1; parts <= 100; ++parts) {
    std::vector<int> counts;
    for (const double ratio : ratios) {
      const double count = ratio / least * parts;
      if (std::abs(count - std::round(count)) < 1e-9)
        counts.push_back(static_cast<int>(std::round(count)));
    }
    if (counts.size() == ratios.size()) return counts;
  }
  return {};
}

}  // namespace

ArmAllocator::ArmAllocator(const TrialDesign& design, const TrialKey& key)
    : design_(design), random_({key.seed, RandomPurpose::allocation, 0xFFFFFFF0U, key.replicate}) {
  std::vector<double> ratios;
  for (const TrialArm& arm : design.arms) ratios.push_back(arm.ratio);
  change_ratios(ratios);
}

void ArmAllocator::change_ratios(const std::vector<double>& ratios) {
  ratios_ = ratios;
  sum_ = 0;
  for (const double ratio : ratios) sum_ += ratio;
  smallest_ = smallest_block(ratios);
  blocks_.clear();
  margins_.clear();
}

int ArmAllocator::next(const Participant& person) {
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

std::pair<int, int> ArmAllocator::stratum(const Participant& person) const {
  return {design_.by_site ? person.site : 0,
          design_.severity_cut && person.baseline >= *design_.severity_cut ? 1 : 0};
}

int ArmAllocator::by_ratio() {
  double at = random_.uniform() * sum_;
  int last = 0;
  for (std::size_t a = 0; a < ratios_.size(); ++a) {
    if (ratios_[a] <= 0) continue;
    last = static_cast<int>(a);
    at -= ratios_[a];
    if (at < 0) break;
  }
  return last;
}

int ArmAllocator::from_block(const std::pair<int, int>& of) {
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
double ArmAllocator::imbalance(const std::vector<double>& counts, std::size_t arm) const {
  double low = 1e300, high = -1e300;
  for (std::size_t a = 0; a < ratios_.size(); ++a) {
    if (ratios_[a] <= 0) continue;
    const double count = (counts[a] + (a == arm ? 1 : 0)) / ratios_[a];
    low = std::min(low, count);
    high = std::max(high, count);
  }
  return high - low;
}

int ArmAllocator::minimised(const Participant& person) {
  const auto [site, severity] = stratum(person);
  const std::pair<int, int> keys[3] = {{0, 0}, {1, site}, {2, severity}};
  for (const auto& margin : keys) margins_[margin].resize(ratios_.size());
  std::vector<double> sums(ratios_.size());
  for (std::size_t a = 0; a < sums.size(); ++a)
    for (const auto& margin : keys)
      sums[a] += ratios_[a] > 0 ? imbalance(margins_[margin], a) : 1e300;
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

}  // namespace entact
