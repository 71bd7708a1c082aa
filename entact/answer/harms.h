#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "entact/answer/effect_command.h"
#include "entact/evidence/evidence_base.h"
#include "entact/evidence/selection.h"

namespace entact {

/// Counts of one event in the treated and in the control arm of one trial.
struct HarmPair {
  Row treatment;
  Row control;
};

/// One event, defined the same way (term, class, window, severity) in one or more trials with the
/// same kind of comparator.
struct Harm {
  std::string term{};
  std::string term_group{};
  std::string event_class{};
  std::string window{};
  std::string severity{};
  std::string comparator_class{};
  std::vector<HarmPair> trials{};

  [[nodiscard]] std::vector<std::string> facts() const;    ///< of all its counts
  [[nodiscard]] std::vector<std::string> studies() const;  ///< study_id of each pair
};

/// The adverse events of people who had MDMA, by what can be said of them.
struct Harms {
  /// A count that no estimate uses, and why.
  struct LeftOut {
    Row row;
    std::string reason{};
  };
  std::vector<Harm> compared{};     ///< counted in both arms; most frequent excess first
  std::vector<Row> alone{};         ///< admitted, but without a count in another arm
  std::vector<LeftOut> left_out{};  ///< not admitted
};

/// Sorts the adverse_events rows of studies of MDMA. Two arms are compared where the trial counts
/// the event in a treatment arm and in a placebo, low-dose or control arm, both with persons at
/// risk and both admitted by `selection`; zeros that nobody stated are not admitted by default.
Harms collect_harms(const EvidenceBase& base, const Selection& selection);

/// What an arm is in its trial, as the arms table says; empty if it has no such arm.
std::string arm_role(const EvidenceBase& base, const Row& row);
/// Placebo, low dose of the same drug, or another control.
bool is_control_role(std::string_view role);

/// What to ask of entact effect: one trial with its score interval, several pooled by
/// Mantel-Haenszel; several without any event (or any person free of it) added up, because their
/// pooled variance would be 0.
/// @param measure  RD, RR or OR
EffectRequest harm_request(const Harm& harm, const std::string& measure);
EffectRequest harm_request(const HarmPair& pair, const std::string& measure);

/// The share of one arm, over the trials of the harm, events and persons added up (PR).
EffectRequest arm_request(const Harm& harm, bool treatment, const std::string& interval);

/// How many of the compared harms have an interval of the risk difference above 0, and below.
struct HarmCounts {
  int compared = 0;
  int higher = 0;
  int lower = 0;
};
HarmCounts count_harms(const Harms& harms);

}  // namespace entact
