#pragma once

#include <Eigen/Core>
#include <functional>
#include <string>
#include <vector>

namespace entact {

/// What one completed data set gives for one parameter.
struct AnalysisEstimate {
  double estimate = 0;
  double se = 0;
  double df = 0;  ///< of the t distribution if nothing were missing; infinity: normal
};

/// A number that an analysis estimates: a mean of an arm at a visit, or a difference from another.
struct AnalysisParameter {
  std::string visit{};
  std::string arm{};
  std::string comparator{};  ///< empty: the arm's mean itself
  std::string summary{};     ///< "difference of least-squares means", "risk difference"
};

/// Any analysis of a completed data set.
///
/// `run` takes the outcomes, n x m without a missing value, and how often each participant counts
/// (length n, or empty for once each; 0 leaves out, as the jackknife does). It gives one estimate a
/// parameter, in their order, and must be safe to call from several threads.
struct ImputedAnalysis {
  std::vector<AnalysisParameter> parameters{};
  std::function<std::vector<AnalysisEstimate>(const Eigen::MatrixXd&, const Eigen::VectorXd&)>
      run{};
};

/// Regression of the outcome at one visit on arm and covariates.
struct AncovaVisit {
  std::string visit{};
  Eigen::Index column = 0;                ///< of the completed outcomes
  Eigen::MatrixXd x{};                    ///< n x q
  std::vector<Eigen::MatrixXd> as_arm{};  ///< n x q for each arm: x with everybody in that arm
};

/// Analysis of covariance at each visit by least squares: at each, the least-squares mean of every
/// arm (the average prediction with everybody in that arm) and its difference from the reference's.
///
/// @param arms       names, as many as `as_arm` has
/// @param reference  index of the arm that the others are compared with
/// @return per visit: for each other arm its difference from the reference, then all means, the
///         reference's first
/// @throws Error "stats.impute.shape" on sizes that do not agree; `run` throws "stats.impute.rank"
///         (unanswerable) if the covariates are not independent, or as many as participants
/// @cost   O(n q^2) a visit; 4 us at n = 100, q = 3
/// @checked imputed_analysis_test.cpp (R lm)
ImputedAnalysis ancova_analysis(std::vector<AncovaVisit> visits, std::vector<std::string> arms,
                                int reference);

/// Who counts as a responder.
struct ResponderRule {
  double threshold = 0;
  bool below = true;  ///< a responder has an outcome <= threshold, else >= threshold
};

/// Share of responders at each visit by logistic regression on arm and covariates, standardised to
/// all participants: the average predicted risk with everybody in an arm, and its difference from
/// the reference's, with delta-method standard errors. Parameters as ancova_analysis().
///
/// @throws as ancova_analysis(); `run` throws "stats.impute.separation" (unanswerable) if the
///         regression has no finite maximum
/// @source Ge, Durham, Meyer, Xie, Thomas 2011, Drug Inf J 45:481 [ge2011]
/// @checked imputed_analysis_test.cpp (R glm; closed form without covariates)
ImputedAnalysis responder_analysis(std::vector<AncovaVisit> visits, std::vector<std::string> arms,
                                   int reference, const ResponderRule& rule);

}  // namespace entact
