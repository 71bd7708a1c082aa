#pragma once

#include <cstddef>
#include <vector>

#include "entact/stats/survival_data.h"

namespace entact {

/// Rows sorted once so that risk sets are found by walking: by stratum, then by the time at which
/// the row ends, events before censored rows of the same time.
///
/// A tie is one distinct event time of one stratum. A row is at risk at the ties
/// [first_tie, last_tie) and at no other; ties are numbered through all strata in the order of the
/// rows.
struct RiskOrder {
  struct Tie {
    double time = 0;
    std::ptrdiff_t first = 0;   ///< position of its first event; the others follow
    std::ptrdiff_t deaths = 0;  ///< number of events
    bool opens = false;         ///< the first tie of its stratum
  };
  std::vector<std::size_t> row{};           ///< length n, position to row of the data
  std::vector<Tie> ties{};                  ///< length t
  std::vector<std::ptrdiff_t> first_tie{};  ///< length n, by position
  std::vector<std::ptrdiff_t> last_tie{};   ///< length n, by position; ascending
  /// Positions of the rows that enter after the first tie of their stratum, by first_tie.
  std::vector<std::ptrdiff_t> late{};
  [[nodiscard]] bool is_event(std::ptrdiff_t position) const {
    const std::ptrdiff_t tie = last_tie[static_cast<std::size_t>(position)] - 1;
    if (tie < 0) return false;
    const Tie& last = ties[static_cast<std::size_t>(tie)];
    return position >= last.first && position < last.first + last.deaths;
  }
};

/// @param data  one kind of event: codes above 0 all count as the event
/// @cost   O(n log n)
RiskOrder risk_order(const SurvivalData& data);

}  // namespace entact
