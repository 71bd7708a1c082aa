#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "entact/base/random.h"
#include "entact/evidence/published_trial.h"
#include "entact/trial/virtual_trial.h"

namespace entact {

/// Correlation of baseline and last visit from the SD of the change, where one is published.
std::optional<double> baseline_correlation(const PublishedTrial& published);

/// Everything that one replicate draws before its people.
class ReplicationCalibration {
 public:
  ReplicationCalibration(const PublishedTrial& published, const EvidenceBase& base);

  /// The truth of one replicate: what was published, within its errors and the ranges kept.
  [[nodiscard]] VirtualTrial draw(std::uint64_t seed, std::uint32_t replicate) const;

 private:
  [[nodiscard]] std::vector<double> draw_differences(RandomStream& random) const;
  [[nodiscard]] Eigen::MatrixXd draw_correlation(RandomStream& random, std::size_t size) const;

  const PublishedTrial& published_;
  std::optional<double> correlation_{};
  TrialDesign design_{};
  std::vector<StopReason> stops_{};
  std::vector<double> sd_{};  ///< of scores that may fall below 0: at baseline and the visits
};

}  // namespace entact
