#pragma once

#include "entact/trial/group_sequential.h"

namespace entact {

/// What is believed of the drift (the mean of z at the last look) before the trial.
struct DriftPrior {
  double mean = 0;
  double sd = 0;  ///< 0: flat, the data alone speak
};

/// P(reject for the upper side at a later look | z at this one): conditional power averaged over
/// the posterior of the drift,
///
///     drift | z ~ N(v (z sqrt(t) + mean / sd^2), v),  v = 1 / (t + 1 / sd^2)
///
/// @param look  1-based, before the last
/// @throws as conditional_power(); "trial.predictive.prior" (usage) if sd is negative
/// @cost   milliseconds
/// @source Spiegelhalter, Freedman and Blackburn 1986, Control Clin Trials 7:8 [spiegelhalter1986]
/// @checked predictive_probability_test.cpp (closed form of one later look)
double predictive_power(const GroupSequentialDesign& design, int look, double z,
                        const DriftPrior& prior = {});

/// P(z at the last look >= critical | z at information t), over the posterior of the drift as
/// predictive_power(), whatever looks are between; in closed form.
double predictive_power_at_last(double critical, double t, double z, const DriftPrior& prior = {});

/// Two arms with binary outcomes, part of them seen.
struct BinaryInterim {
  int events1 = 0, seen1 = 0, planned1 = 0;
  int events2 = 0, seen2 = 0, planned2 = 0;
  double prior_a = 1, prior_b = 1;  ///< Beta prior of both proportions
};

/// P(p_1 > p_2) for independent Beta distributions.
/// @throws Error "trial.predictive.beta" (usage) unless all parameters are positive
double probability_greater(double a1, double b1, double a2, double b2);

/// P(the posterior P(p_1 > p_2) of all planned participants is at least `threshold`), over what
/// those not yet seen will do (beta-binomial).
///
/// @throws Error "trial.predictive.counts" (usage) unless 0 <= events <= seen <= planned and the
///         threshold lies in (0, 1)
/// @cost   O(m_1 + m_2) posterior probabilities for m_i participants to come, 0.1 ms each
/// @source Lee and Liu 2008, Clin Trials 5:93 [lee2008]
double predictive_success(const BinaryInterim& interim, double threshold);

}  // namespace entact
