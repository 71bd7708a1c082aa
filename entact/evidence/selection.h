#pragma once

#include <string>

#include "entact/evidence/evidence_base.h"

namespace entact {

/// Which facts may enter a pooled number. Rows marked `used = no` never do: they are superseded,
/// double, or the losing side of a conflict.
struct Selection {
  bool include_recalled = false;        ///< rows seen neither in the source nor in a citing text
  bool include_secondary = true;        ///< rows read in a text that cites the source
  bool include_retracted = false;       ///< rows whose source has been retracted
  bool include_inferred_zeros = false;  ///< zero counts that nobody stated (zero_basis = inferred)
};

/// Why a fact stays out, as a phrase for people; empty if it is admitted.
std::string reason_to_exclude(const EvidenceBase& base, const Row& row, const Selection& selection);

/// The rows that are admitted.
Rows select(const EvidenceBase& base, const Rows& rows, const Selection& selection = {});

}  // namespace entact
