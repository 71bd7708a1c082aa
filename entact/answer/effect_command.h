#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/answer/effect_request.h"
#include "entact/stats/number_needed.h"

namespace entact {

/// An effect of two arms, or a proportion, with its interval. Ratios stand on the log scale and, as
/// people read them, in `ratio`; an end of the interval may be 0 or infinite there.
struct EffectResult {
  /// Would a harm this rare show in so many persons?
  struct RareHarm {
    double risk = 0;
    double persons_to_see = 0;  ///< for a chance of `level` to see it at least once
    double chance_to_see = 0;   ///< in the persons given
  };
  /// How the studies of a pooled effect differ.
  struct Heterogeneity {
    int studies = 0;
    double q = 0;
    int q_df = 0;
    double q_p = 1;
  };

  std::string measure{};
  std::string interval{};  ///< the method in words
  double level = 0.95;
  bool log_scale = false;
  double value = 0, ci_low = 0, ci_high = 0;  ///< log scale for ratios
  std::optional<double> se{};                 ///< none where it is infinite or not defined
  std::optional<double> p{};  ///< two-sided, of no effect; none where the method has
                              ///< no test
  double ratio = 0, ratio_low = 0, ratio_high = 0;  ///< set if log_scale
  double events = 0, persons = 0;                   ///< PR, SEE: added up
  std::optional<NumberNeeded> number_needed{};      ///< RD of one study, interval without 0
  std::optional<Heterogeneity> heterogeneity{};     ///< pooled by mh
  std::optional<RareHarm> rare{};                   ///< SEE; value is its chance_to_see
  std::vector<std::string> notes{};                 ///< what was done, sentences
};

/// Answers the request. `p` is that of the interval's own test: score with mn, Wald with wald.
///
/// Pooled by `mh`: Mantel-Haenszel without additions to zero cells; RD with Sato's variance. Pooled
/// by `sum`: events and persons of single arms added up, as if of one group.
///
/// @throws as completed(); the stats functions' errors: impossible counts (input),
///         no finite answer (unanswerable); "answer.effect.no_events" (unanswerable) if neither
///         arm has an event and a ratio is asked, or, for OR, no arm a person without one
EffectResult effect_of(const EffectRequest& request);

/// The command: the result as JSON, as a text for people and as CSV with one row.
Answer effect_answer(const EffectRequest& request);

}  // namespace entact
