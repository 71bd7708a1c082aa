#pragma once

#include <optional>
#include <string>
#include <vector>

namespace entact {

/// What `entact effect` is asked: summary numbers of one or two arms in the names that metafor
/// gives them. Lists have one entry a study; more than one only with `pool`.
struct EffectRequest {
  std::string measure{};     ///< MD SMD RD RR OR PR SEE
  std::string interval{};    ///< wald mn newcombe exact wilson jeffreys upper; empty: the default
  std::string pool{};        ///< empty; mh for RD, RR, OR; sum for PR and SEE
  double level = 0.95;       ///< of the interval
  std::vector<double> ai{};  ///< events, treatment
  std::vector<double> ci{};  ///< events, control
  std::vector<double> m1i{}, sd1i{}, n1i{};  ///< mean, standard deviation, persons; treatment
  std::vector<double> m2i{}, sd2i{}, n2i{};  ///< the same; control
  std::vector<double> xi{}, ni{};            ///< events and persons of one arm
  std::optional<double> risk{};  ///< SEE: a harm of this risk per person, would it show?
};

/// The request with its default interval filled in.
///
/// Defaults: wald for means, Miettinen and Nurminen's score for two proportions, exact for one;
/// pooled numbers have wald, SEE has none.
///
/// @throws Error (all usage) "answer.effect.measure", "answer.effect.interval",
///         "answer.effect.pool" if a word is unknown or does not fit the measure,
///         "answer.effect.level" unless 0 < level < 1 (above 0.5 for upper),
///         "answer.effect.inputs" if a list is missing, superfluous or of another length
EffectRequest completed(EffectRequest request);

/// The shell command that asks it: options in fixed order, numbers in full precision, without
/// format and quiet.
std::string canonical_command(const EffectRequest& request);

}  // namespace entact
