#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "entact/trial/virtual_trial.h"

namespace entact {

/// Who is who: seed and replicate.
struct TrialKey {
  std::uint64_t seed = 1;
  std::uint32_t replicate = 0;
};

/// Everything random about one participant, drawn before it is known in which arm: the course in
/// every arm and under every "what if" follows from it. Same seed, participant and replicate: the
/// same person in every scenario, as far as the scenarios share parts (common random numbers).
struct Participant {
  TrialKey key{};
  std::uint32_t number = 0;
  int site = 0;
  int pair = 0;  ///< therapist pair, numbered over all sites
  int rater = 0;
  int screened = 1;              ///< candidates until one was eligible
  double baseline = 0;           ///< score, as measured
  std::size_t exposed = 0;       ///< place in the exposure table, where there is one
  double effect_z = 0;           ///< standard normal: sensitivity to the drug
  std::vector<double> own{};     ///< by visit: deviation from the expected score
  std::vector<char> subgroup{};  ///< by subgroup: belongs
  double guess = 0, unsure = 0, told = 0, followed = 0, unblinded = 0;  ///< uniforms
  std::vector<double> chance{};  ///< visits x (stops + events), uniforms
};

/// What participants of one replicate share: sites, therapist pairs, raters, the drug itself.
struct Surroundings {
  std::vector<double> site{};         ///< shift of the change
  std::vector<double> pair{};         ///< the same
  std::vector<double> pair_effect{};  ///< shift of the drug effect at the reference dose
  std::vector<double> rater{}, rater_drift{};
  double effect_factor = 1;  ///< drawn from the prior for the effect
};

Surroundings draw_surroundings(const VirtualTrial& trial, const TrialKey& key);

/// Draws candidates until one is eligible.
Participant draw_participant(const VirtualTrial& trial, const TrialKey& key, std::uint32_t number);

}  // namespace entact
