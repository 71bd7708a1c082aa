#pragma once

#include <string>
#include <vector>

#include "entact/evidence/evidence_base.h"

namespace entact {

/// One visit of one arm as published.
struct PublishedVisit {
  double week = 0;
  double n = 0, mean = 0, sd = 0;
  double responders = 0, asked = 0;  ///< asked 0: not on record
  std::string fact{}, responder_fact{};
};

/// One arm, with the rows that its numbers come from.
struct PublishedArm {
  std::string id{}, label{};
  double randomised = 0;
  double baseline = 0, baseline_sd = 0;
  std::string baseline_fact{}, arm_fact{};
  std::vector<PublishedVisit> visits{};
  double last_change = 0, last_change_sd = 0;  ///< NaN: not on record
  std::string change_fact{};
  double lost = 0, lost_of = 0;  ///< who lost the diagnosis at the last visit; lost_of 0: unknown
  std::string lost_fact{};
};

/// A two-arm trial as published.
struct PublishedTrial {
  std::string study{};
  PublishedArm arm[2]{};  ///< treatment, control
};

/// What the evidence base has of a trial's CAPS-5 scores, responders and diagnoses. Only used facts
/// count, and none that is merely recalled.
///
/// @throws Error "evidence.replication.facts" (unanswerable) names what is not on record
PublishedTrial read_published(const EvidenceBase& base, const std::string& study);

}  // namespace entact
