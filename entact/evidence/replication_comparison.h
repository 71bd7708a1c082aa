#pragma once

#include <string>
#include <vector>

#include "entact/evidence/published_trial.h"
#include "entact/evidence/replication.h"
#include "entact/trial/participant.h"
#include "entact/trial/virtual_trial.h"

namespace entact {

/// The numbers that are compared, and where each replicate's stand.
class ReplicationComparison {
 public:
  explicit ReplicationComparison(const PublishedTrial& published);

  [[nodiscard]] std::size_t size() const { return numbers_.size(); }
  /// These numbers of one simulated trial; NaN where it has none.
  [[nodiscard]] std::vector<double> of(const VirtualTrial& trial, const TrialKey& key) const;
  /// @param columns  a column a number, over the replicates
  [[nodiscard]] std::vector<ReplicatedNumber> compare(
      std::vector<std::vector<double>> columns) const;

 private:
  void add(const std::string& name, bool held_out, double value, std::vector<std::string> facts);
  void add_differences(std::size_t last);

  const PublishedTrial& published_;
  std::vector<ReplicatedNumber> numbers_{};
};

}  // namespace entact
