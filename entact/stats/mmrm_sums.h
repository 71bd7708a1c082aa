#pragma once

#include <Eigen/Core>
#include <vector>

namespace entact {

/// Repeated measures in long form: n rows, each one visit of one participant.
struct MmrmData {
  Eigen::MatrixXd x{};         ///< n x p design, of full column rank
  std::vector<int> subject{};  ///< length n: 0-based participant
  std::vector<int> visit{};    ///< length n: 0-based visit, < visits
  int visits = 0;              ///< order of the covariance matrix
  std::vector<int> group{};  ///< length n: covariance group, constant in a participant; empty: one
  Eigen::VectorXd weight{};  ///< length n, > 0; empty: 1
};

/// Participants of one group who were seen at the same visits.
struct VisitPattern {
  int group = 0;
  std::vector<int> visits{};  ///< ascending
  double count = 0;           ///< participants, each as often as it counts
};

/// What the likelihood needs of the design: sums over the participants of each visit pattern.
///
/// At visit s a participant's design row is M_s z: the columns of the design take their values from
/// a few variables z of the participant (1, baseline, arm, ...), each the same at every visit or
/// used at one of them only. They are found by comparing columns, so a covariate that changes over
/// time just makes z longer. z is centred and scaled and the columns are turned into an orthonormal
/// basis X T, so that sums of squares do not lose digits; beta of X is T times beta of the basis.
struct MmrmSums {
  int rows = 0, columns = 0, visits = 0, groups = 1;
  int subjects = 0;                      ///< highest number + 1
  int present = 0;                       ///< of these, with rows
  std::vector<VisitPattern> patterns{};  ///< those of one group stand together
  std::vector<int> group_start{};        ///< first pattern of each group, and their number
  Eigen::MatrixXd z{};                   ///< q x subjects
  std::vector<Eigen::MatrixXd> map{};    ///< one a visit: p x q, design row in the basis = map z
  Eigen::MatrixXd basis{};               ///< T, p x p upper triangular
  double log_det_basis = 0;              ///< log |T|
  Eigen::MatrixXd zz{};                  ///< packed q x q sum of z z' (rows) by pattern (columns)
  std::vector<int> pattern_of{};         ///< by subject
  Eigen::VectorXd counts{};              ///< by subject: how often each counts; empty: once
  std::vector<int> subject{}, visit{};   ///< by row, as given
  Eigen::VectorXd root_weight{};         ///< by row; empty: 1
  double log_weights = 0;                ///< sum of log weights
  /// By column: does it vary within a participant? The intercept counts as varying where any other
  /// column does (R mmrm's rule for its degrees of freedom).
  std::vector<bool> within{};
  bool intercept = false;  ///< is one column 1 everywhere?

  [[nodiscard]] double count_of(int participant) const {
    return counts.size() == 0 ? 1 : counts[participant];
  }
};

/// What is said of rows, participants, groups and columns, without patterns, variables and basis.
/// @throws Error "stats.mmrm.data" if sizes or ranges are wrong, "stats.mmrm.group" if a
/// participant is in two groups
MmrmSums describe_rows(const MmrmData& data);

/// @throws Error "stats.mmrm.data" if sizes or ranges are wrong, "stats.mmrm.twice" if a
/// participant has two rows for one visit, "stats.mmrm.group" if a participant is in two groups,
/// "stats.mmrm.rank" if the columns are linearly dependent
/// @cost O(n p + n q^2), once
MmrmSums sum_design(const MmrmData& data);

/// Counts each participant so many times: renews rows, present, the patterns' counts and zz; what
/// the columns are turned into stays, so X'X need no longer be the identity.
///
/// @param counts  by subject, >= 0 (0 leaves out)
/// @throws Error "stats.mmrm.data" on another length or a negative count; "stats.mmrm.rank"
///         (unanswerable) if the columns are linearly dependent among those who count
/// @cost   O(n q^2)
void count_subjects(MmrmSums& sums, const Eigen::VectorXd& counts);

/// Sums of the residuals of an ordinary least-squares fit (to everybody once): small numbers, so
/// that differences of sums keep their digits. The likelihood of y is that of these residuals.
struct ResponseSums {
  Eigen::VectorXd fitted{};      ///< length p: least-squares coefficients in the basis
  Eigen::MatrixXd zr{};          ///< q * visits x patterns: sum of z r(s), visit by visit
  Eigen::MatrixXd rr{};          ///< packed visits x visits: sum of r(s) r(t), by pattern
  Eigen::VectorXd residual{};    ///< length n, weighted
  Eigen::MatrixXd by_subject{};  ///< visits x subjects: residuals, 0 where not seen
  Eigen::MatrixXd by_visit{};    ///< q x visits: the fit at each visit as a function of z
};

/// @param y    length n, in the rows' order
/// @param out  reused: nothing is allocated where its sizes fit
/// @throws Error "stats.mmrm.data" if y has another length or is not finite
/// @cost O(n (q + visits))
void sum_response(const MmrmSums& sums, const Eigen::Ref<const Eigen::VectorXd>& y,
                  ResponseSums& out);

}  // namespace entact
