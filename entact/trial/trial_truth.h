#pragma once

// The data-generating model of a virtual trial. Every part is optional: at its default it does
// nothing. Scores are in points of the instrument, lower is better, so a beneficial shift is
// negative. Visits are numbered as in the design, the baseline apart.

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "entact/trial/exposure.h"

namespace entact {

/// Effect of a dose as a share of that at the reference dose.
enum class DoseShape { linear, emax };

struct DoseResponse {
  DoseShape shape = DoseShape::linear;
  double reference_mg = 0;  ///< where the share is 1; 0: the highest dose of the design
  double half_mg = 40;      ///< emax: share (d / (d + half)) / (ref / (ref + half))
};

/// People who differ in what the treatment does to them, or in how they enter.
struct TrialSubgroup {
  std::string name{};
  double share = 0;           ///< probability of belonging
  double baseline_shift = 0;  ///< of all scores
  double change_shift = 0;    ///< of the change in every arm
  double effect_shift = 0;    ///< of the drug effect at the reference dose
};

/// Functional unblinding: what participants believe after the first session, and what that does.
///
///     logit P(believes active) = logit(inactive) + s(d) (logit(active) - logit(inactive))
///                                - benefit * drug effect at the first visit / 10
///
/// s is the share of the perceived dose d on an emax curve.
struct Belief {
  double active = 0.5;        ///< P(believes active) at the reference dose, of those who guess
  double inactive = 0.5;      ///< the same without the drug
  double unsure = 0;          ///< share that does not know, in every arm
  double half_mg = 40;        ///< of s(d)
  double benefit = 0;         ///< log odds for each 10 points of drug benefit
  double credibility = 1;     ///< P(believing what the arm is told), where it is told anything
  double expectancy = 0;      ///< points while one believes to be on the drug (negative: better)
  double disappointment = 0;  ///< points while one believes not to be (positive: worse)
};

/// Raters: what is seen instead of what is there.
struct RaterTruth {
  int raters = 1;
  double sd = 0;         ///< between raters, points
  double drift_sd = 0;   ///< between raters, points a week after the baseline
  double unblinded = 0;  ///< probability that a rater learns what the participant believes
  double bias = 0;       ///< points added for one who believes to be on the drug; negative flatters
};

/// Whom a hazard concerns.
enum class Concerned { everyone, on_drug, off_drug, believes_active, believes_inactive };

/// A reason to stop. At each visit, if not yet stopped:
///
///     logit p = logit(rate) + seen * d_last / 10 + unseen * d_now / 10
///
/// d is how much the change from baseline is above (worse than) the expected change without the
/// drug, at the last visit seen and at this one, which nobody sees if the participant stops: unseen
/// != 0 makes dropout not at random.
struct StopReason {
  std::string name{};
  double rate = 0;
  std::vector<double> rates{};  ///< one for each visit, instead of `rate`
  double seen = 0;
  double unseen = 0;
  Concerned who = Concerned::everyone;
};

/// An intercurrent event that shifts the score from its visit on: rescue treatment, non-study drug,
/// relapse. Its probability at each visit is that of StopReason with `severity` for d_now.
struct TrialEvent {
  std::string name{};
  double rate = 0;
  double severity = 0;
  double shift = 0;  ///< points
  double from_week = 0;
  Concerned who = Concerned::everyone;
};

/// An adverse event: probability in one session without the drug and at the reference dose,
/// logit-linear in the dose share.
struct TrialHarm {
  std::string term{};
  double without = 0;
  double with = 0;
};

struct TrialTruth {
  double baseline = 40;
  /// Expected change from baseline at each visit: what happens anyway, what the therapy adds.
  std::vector<double> natural{}, therapy{};
  std::vector<double> effect{};  ///< of the drug at the reference dose, each visit
  Eigen::MatrixXd covariance{};  ///< of baseline and visits, (visits + 1) square
  double skew = 0;               ///< > 0: a shifted lognormal with this log-scale SD, same moments
  DoseResponse dose{};
  std::optional<ExposureResponse> exposure{};  ///< a scenario; instead of `dose`
  double effect_sd = 0;  ///< between people, of the drug effect at the reference dose
  std::vector<TrialSubgroup> subgroups{};
  double site_sd = 0;         ///< of the change, between sites
  double pair_sd = 0;         ///< between therapist pairs
  double pair_effect_sd = 0;  ///< of the drug effect, between pairs
  Belief belief{};
  RaterTruth raters{};
  std::vector<StopReason> stops{};
  double followed = 0;  ///< P(seen at later visits | stopped treatment)
  double keeps = 1;     ///< share of drug effect and belief's shift that stays after stopping
  std::vector<TrialEvent> events{};
  std::vector<TrialHarm> harms{};
  /// A prior for the drug effect: each replicate's is multiplied by 1 + spread t / |effect at the
  /// last visit|, t with these degrees of freedom. 0: the effect is known.
  double effect_prior_sd = 0;
  double effect_prior_df = 0;  ///< 0: normal
};

}  // namespace entact
