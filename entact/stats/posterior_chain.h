#pragma once

// Steps of the samplers of imputation models, by visit patterns. For posterior_draws.cpp and
// latent_normal.cpp.

#include <Eigen/Core>
#include <vector>

#include "entact/base/random.h"
#include "entact/stats/imputer.h"
#include "entact/stats/pattern_sums.h"

namespace entact {

/// Cross-products of everybody's residuals at all visits, by covariance group.
struct ResidualProducts {
  std::vector<Eigen::MatrixXd> squares{};  ///< m x m
  std::vector<double> n{};                 ///< participants
};

/// One Markov chain over (beta, Sigma): its steps but for the draw of Sigma, which follows the
/// prior.
class PosteriorChain {
 public:
  /// @param sums  must outlive this; may be renewed between steps
  PosteriorChain(const PatternSums& sums, ImputationParameters start, const RandomKey& key);

  /// beta given Sigma and the observed values, missing values integrated out.
  void draw_beta();
  /// Residuals given (beta, Sigma) of the last draw_beta(), the missing ones drawn.
  ResidualProducts draw_residuals();

  [[nodiscard]] const ImputationParameters& at() const { return at_; }
  void set_covariance(std::size_t group, Eigen::MatrixXd covariance);
  RandomStream& random() { return random_; }

 private:
  [[nodiscard]] const Eigen::MatrixXd& covariance(const PatternSums::Pattern& pattern) const;
  void add_completed(std::size_t k, Eigen::MatrixXd& squares);

  const PatternSums* sums_;
  RandomStream random_;
  ImputationParameters at_;
  std::vector<std::vector<Eigen::Index>> missing_{};  ///< by pattern
  std::vector<Eigen::MatrixXd> weights_{};            ///< by pattern: V^-1
};

}  // namespace entact
