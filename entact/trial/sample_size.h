#pragma once

namespace entact {

/// A comparison of two arms that is analysed once. Arm 1 has `ratio` participants for each one of
/// arm 2, in expectation; sizes are real numbers, as if participants could be split.
struct TwoArmTest {
  double alpha = 0.05;  ///< of all sides together
  int sides = 2;        ///< 1: only an effect above 0 counts
  double ratio = 1;     ///< participants of arm 1 over those of arm 2
};

// Every function here
//   @throws Error "trial.sample_size.domain" (usage) for a standard deviation, ratio, proportion,
//           level, power or size that is none; "trial.sample_size.none" (unanswerable) if no size
//           up to a thousand million reaches the power, as when there is no effect
//   @cost   microseconds for z, below a millisecond for t
//   @checked reference/group_sequential (rpact getSampleSizeMeans, getPowerMeans,
//           getSampleSizeRates)

struct TwoMeansDesign {
  double difference = 0;  ///< of the means, arm 1 minus arm 2, less any margin
  double sd = 1;          ///< within an arm
  bool t = true;          ///< Student's t test; false: the standard deviation is known
};

/// Power of n participants in both arms: with shift = difference / (sd sqrt(1 / n_1 + 1 / n_2)),
///
///     P(T > t(1 - alpha / sides; n - 2)) + [sides = 2] P(T < -t),  T ~ noncentral t(n - 2, shift)
double power_of_means(const TwoMeansDesign& means, const TwoArmTest& test, double n);

/// Participants in both arms for that power, a real number.
double size_for_means(const TwoMeansDesign& means, const TwoArmTest& test, double power);

struct TwoProportionsDesign {
  double p1 = 0.5;
  double p2 = 0.5;
};

/// Participants in both arms for a z test of two proportions with the pooled variance under no
/// difference, at p_0 = (ratio p_1 + p_2) / (1 + ratio):
///
///     n_2 = (z(1 - alpha / sides) sqrt((1 + 1 / ratio) p_0 (1 - p_0))
///            + z(power) sqrt(p_1 (1 - p_1) / ratio + p_2 (1 - p_2)))^2 / (p_1 - p_2)^2
///
/// @source Fleiss, Levin and Paik 2003, ch. 4, without continuity correction [fleiss2003]
double size_for_proportions(const TwoProportionsDesign& proportions, const TwoArmTest& test,
                            double power);

/// Power of n participants in both arms, by the same approximation, on the side of the difference.
double power_of_proportions(const TwoProportionsDesign& proportions, const TwoArmTest& test,
                            double n);

/// Participants to enrol so that `n` are observed although a share drops out: n / (1 - dropout).
double with_dropout(double n, double dropout);

/// n to whole participants, so that each arm has at least its share.
struct ArmSizes {
  long arm1 = 0;
  long arm2 = 0;
};
ArmSizes whole_arms(double n, double ratio);

}  // namespace entact
