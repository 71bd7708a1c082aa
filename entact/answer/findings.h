#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entact/answer/report.h"
#include "entact/evidence/evidence_base.h"

namespace entact {

/// What the sections of one report share: the base as of the day and every pooled answer, computed
/// once.
struct Findings {
  ReportOptions options{};
  const EvidenceBase* base = nullptr;  ///< as of the day; outlives the findings
};

}  // namespace entact
