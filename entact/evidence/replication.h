#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "entact/evidence/evidence_base.h"
#include "entact/trial/replicates.h"

namespace entact {

/// One published number beside what the simulation makes of it.
struct ReplicatedNumber {
  std::string name{};
  bool held_out = false;  ///< the calibration never saw it
  double published = 0;
  std::vector<std::string> facts{};  ///< rows that it comes from
  double simulated = 0;              ///< mean over replicates
  double mc_se = 0;
  double low = 0, high = 0;  ///< 95% of the simulated trials lie between
  bool inside = false;       ///< the published number does
};

struct Replication {
  std::string study{};
  std::vector<ReplicatedNumber> numbers{};
  std::vector<std::string> kept_as_ranges{};  ///< what no published number identifies
  std::int64_t replicates = 0;
  std::int64_t failed = 0;  ///< replicates whose model had no answer
};

struct ReplicationOptions {
  std::int64_t replicates = 2000;
  std::uint64_t seed = 1;
  ReplicateOptions how{};
  std::function<Replicates(const Replicates&)> wrap{};
};

/// Simulates a published two-arm trial from part of what it published, and compares the rest.
///
/// Calibrated: numbers randomised, baseline means and SDs, the control arm's means, the SDs and the
/// numbers seen at each visit, and the arms' difference at all visits but the last. Held out: the
/// treatment arm and the difference at the last visit, every responder rate, and who lost the
/// diagnosis by simulated items. The difference
/// at the last visit is predicted from that before it: sessions between them add nothing at least,
/// and at most as much as those before did a session; where in this range is drawn for each
/// replicate, as are the correlations between visits and the calibrated means within their standard
/// errors. So the interval holds what the calibration does not know besides the chance of a trial.
///
/// @param study  with arms of roles treatment and placebo, CAPS-5 means at two visits or more
/// @throws Error "evidence.replication.facts" (unanswerable) names what is not on record
/// @cost   2 ms a replicate at n = 104, 3 visits, most of it for items and diagnoses
Replication replicate_trial(const EvidenceBase& base, const std::string& study,
                            const ReplicationOptions& how = {});

}  // namespace entact
