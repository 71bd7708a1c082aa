#pragma once

#include <optional>

#include "entact/base/table.h"
#include "entact/scales/instrument.h"
#include "entact/trial/operating.h"

namespace entact {

/// One virtual trial as the datasets of a real one, in the shape of CDISC ADaM; the other commands
/// read them.
struct AdamTables {
  /// A row for each participant: arm, site, guess, end of study; BASEGR1 (severity) where the
  /// design cuts it, and a flag for each subgroup of the truth, named by its first letters:
  /// DISSOCFL.
  Table adsl{};
  Table adqs{};   ///< a row for each score, baseline and visits seen, with the same traits
  Table adae{};   ///< a row for each adverse event; no columns if the truth has none
  Table items{};  ///< a row for each assessment, a column an item; no columns without instrument
};

/// @param made        the replicate's participants as they came to be: of the adapted trial where
///                    its looks change it
/// @param instrument  whose items are wanted; scores must be whole
AdamTables adam_tables(const TrialSimulation& simulation, std::int64_t replicate,
                       const ConductedTrial& made,
                       const std::optional<Instrument>& instrument = {});

}  // namespace entact
