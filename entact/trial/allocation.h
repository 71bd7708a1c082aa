#pragma once

#include <map>
#include <utility>
#include <vector>

#include "entact/base/random.h"
#include "entact/trial/participant.h"

namespace entact {

/// Allocates participants in the order in which they come, as the design says.
///
/// Blocks are drawn within each stratum (site, severity, both or neither). Minimisation gives each
/// participant, with probability design.minimise, an arm that makes the ranges of the counts in the
/// participant's own margins smallest in sum, counts divided by the arms' ratios; else any arm by
/// the ratios.
///
/// @source Pocock and Simon 1975, Biometrics 31:103 [pocock1975]
class ArmAllocator {
 public:
  /// @param design  is referred to
  ArmAllocator(const TrialDesign& design, const TrialKey& key);
  int next(const Participant& person);
  /// From the next participant on; 0: nobody enters the arm any more. Open blocks are left, and
  /// minimisation balances those who come from here on. Ratios that no block of whole participants
  /// fits are kept by independent draws.
  void change_ratios(const std::vector<double>& ratios);

 private:
  [[nodiscard]] std::pair<int, int> stratum(const Participant& person) const;
  int by_ratio();
  int from_block(const std::pair<int, int>& of);
  [[nodiscard]] double imbalance(const std::vector<double>& counts, std::size_t arm) const;
  int minimised(const Participant& person);

  const TrialDesign& design_;
  RandomStream random_;
  std::vector<double> ratios_{};
  double sum_ = 0;
  std::vector<int> smallest_{};
  std::map<std::pair<int, int>, std::vector<int>> blocks_{};
  std::map<std::pair<int, int>, std::vector<double>> margins_{};
};

}  // namespace entact
