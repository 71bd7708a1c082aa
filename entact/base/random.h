#pragma once

#include <array>
#include <cstdint>

namespace entact {

/// What a random number is for. Part of the counter, so two purposes never share numbers at one
/// seed. Append only: a changed order changes every simulation.
enum class RandomPurpose : std::uint32_t {
  posterior = 0,   ///< Markov chains over model parameters
  imputation = 1,  ///< missing values given the parameters
  bootstrap = 2,   ///< participants drawn with replacement
  people = 3,      ///< parameters and covariates that differ between people
  ignorance = 4,   ///< parameters that nobody knows
  residual = 5,    ///< measurement error
  estimation = 6,  ///< stochastic search of a fit
  allocation = 7,  ///< arms, sites and therapists
  baseline = 8,    ///< participants as they enter a trial
  course = 9,      ///< outcomes over the visits of a trial
  guess = 10,      ///< which arm a participant believes to be in
  events = 11,     ///< dropout, intercurrent and adverse events
  raters = 12,     ///< who rates, and with what drift
  sampling = 13,   ///< draws from a prior, subsets for a global sensitivity
};

/// Four 32-bit words from a counter and a key: Philox4x32 with ten rounds.
///
/// @source  Salmon, Moraes, Dror, Shaw 2011, SC11 [salmon2011]
/// @checked random_test.cpp (known answers published with Random123)
std::array<std::uint32_t, 4> philox(const std::array<std::uint32_t, 4>& counter,
                                    const std::array<std::uint32_t, 2>& key);

/// x with P(Z <= x) = p of the standard normal, to full double precision; 0 < p < 1.
///
/// @source  Wichura 1988, Appl Stat 37:477, algorithm AS 241 [wichura1988]
/// @checked random_test.cpp (against erfc)
double normal_from_uniform(double p);

/// Which stream of random numbers: each participant and replicate has its own, so that results
/// depend neither on the order of computation nor on the number of threads.
struct RandomKey {
  std::uint64_t seed = 0;
  RandomPurpose purpose = RandomPurpose::posterior;
  std::uint32_t participant = 0;
  std::uint32_t replicate = 0;
};

/// A stream of random numbers: the counter is {draw, purpose, participant, replicate}, the key the
/// seed. Copies continue independently from the same place.
///
/// @cost  about 15 ns a uniform, 25 ns a normal
class RandomStream {
 public:
  explicit RandomStream(const RandomKey& key) : key_(key) {}

  /// Uniform on (0, 1): an odd multiple of 2^-53, so never 0 or 1 and symmetric around 1/2.
  double uniform();
  /// Standard normal, by inversion: one uniform each.
  double normal() { return normal_from_uniform(uniform()); }
  /// Gamma with this shape and scale 1.
  /// @param shape  positive
  /// @throws Error "base.random.shape" (usage) unless it is
  /// @source Marsaglia and Tsang 2000, ACM TOMS 26:363 [marsaglia2000]
  double gamma(double shape);
  /// Chi-squared; df > 0 need not be whole.
  /// @throws as gamma()
  double chi_squared(double df) { return 2 * gamma(df / 2); }
  /// Whole number in 0..n-1, each equally likely to within 2^-52.
  std::uint32_t below(std::uint32_t n);

 private:
  RandomKey key_;
  std::uint32_t draw_ = 0;
  int left_ = 0;  ///< uniforms left of the last block of four words
  std::array<std::uint32_t, 4> block_{};
};

}  // namespace entact
