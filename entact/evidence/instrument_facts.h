#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "entact/evidence/evidence_base.h"
#include "entact/scales/instrument.h"

namespace entact {

/// A reliability coefficient on record.
struct ReliabilityOnRecord {
  std::string fact_id{};
  std::string name{};  ///< alpha, test_retest
  double value = 0;
};

/// A fact that scores rest on, and when they do.
struct ScoringFact {
  std::string fact_id{};
  std::vector<std::size_t> items{};  ///< only where the data have one of these; empty: always
  bool of_change = false;            ///< only where there is a baseline
};

/// An instrument as the evidence base knows it, and the facts that its scores rest on.
struct InstrumentOnRecord {
  Instrument instrument{};
  std::vector<ScoringFact> facts{};        ///< all items, rules and thresholds in it
  std::vector<std::string> cautions{};     ///< what to beware of, from the rules' `why`
  std::vector<std::string> not_applied{};  ///< thresholds whose rule is not typed, by fact_id
  std::vector<ReliabilityOnRecord> reliabilities{};
};

/// The instrument that the tables instruments, instrument_items, scoring and thresholds describe;
/// rows marked `used = no` stay out.
///
/// @throws Error "evidence.instrument.unknown" (usage) if neither the table nor the vocabulary has
/// the name;
/// "evidence.instrument.unscored" (unanswerable) if its items or how to score them are not on
/// record; "evidence.instrument.rule" if a row cannot be read as a rule, with its file and line;
/// "scales.instrument.*"
InstrumentOnRecord instrument_on_record(const EvidenceBase& base, std::string_view name);

/// Whether an instrument can be scored, and if not, why not.
struct InstrumentState {
  std::string name{};
  std::string why_not{};  ///< empty if it can be scored
};

/// Every instrument of the table instruments, in its order.
/// @throws Error "evidence.instrument.rule", "scales.instrument.*"
std::vector<InstrumentState> instrument_states(const EvidenceBase& base);

}  // namespace entact
