#pragma once

#include <cstddef>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/evidence/evidence_base.h"

namespace entact {

/// Every rule of the evidence base applied to it, with what it holds.
struct EvidenceCheck {
  std::size_t facts = 0;
  std::size_t sources = 0;
  std::size_t recalled = 0;   ///< facts seen in no text
  std::size_t retracted = 0;  ///< facts whose source has been retracted
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::vector<Issue> issues{};  ///< of loading and of check_evidence, by file and line
};

/// Adds the checks of evidence/check.h to what loading found.
EvidenceCheck check_of(const LoadedEvidence& loaded);

/// `entact evidence check`: a line an issue, then the counts. JSON and CSV name the files without
/// their folder.
Answer check_answer(const EvidenceBase& base, const EvidenceCheck& check);

}  // namespace entact
