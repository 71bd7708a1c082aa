#pragma once

#include <Eigen/Core>
#include <vector>

#include "entact/stats/imputation_data.h"

namespace entact {

/// The cross-products through which participants enter the posterior of a multivariate normal model
/// of repeated measures: those of everybody who was observed at the same visits are summed.
///
/// With z_ia = (x_ia, y_ia), the design row and outcome of participant i at visit a, a pattern
/// holds sum_i z_ia z_ib' for every two visits a, b at which it was observed. All that a sweep of
/// the sampler (posterior_draws.h) needs is linear in these sums, so it does not grow with the
/// number of participants. REML estimates have the sums of mmrm_sums.h.
class PatternSums {
 public:
  struct Pattern {
    int group = 0;                       ///< whose covariance matrix
    std::vector<Eigen::Index> visits{};  ///< observed, ascending
    double n = 0;                        ///< participants
    Eigen::MatrixXd gram{};  ///< (p + 1)^2 x v^2: column a v + b is sum z_a z_b', by columns
  };

  /// @cost O(n m^2 p^2)
  explicit PatternSums(const ImputationData& data);

  /// Sums the same participants and visits anew, after their outcomes were changed.
  void renew();

  [[nodiscard]] const std::vector<Pattern>& patterns() const { return patterns_; }
  [[nodiscard]] Eigen::Index p() const { return data_->p(); }
  [[nodiscard]] Eigen::Index m() const { return data_->m(); }
  [[nodiscard]] int groups() const { return groups_; }
  [[nodiscard]] int pattern_of(Eigen::Index participant) const {
    return pattern_of_[static_cast<std::size_t>(participant)];
  }

 private:
  void add(Eigen::Index participant, Pattern& pattern) const;

  const ImputationData* data_;  ///< must outlive the sums
  int groups_ = 1;
  std::vector<Pattern> patterns_{};
  std::vector<int> pattern_of_{};  ///< length n; -1 without any observation
};

}  // namespace entact
