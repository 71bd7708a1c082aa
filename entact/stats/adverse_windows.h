#pragma once

#include <string>
#include <vector>

#include "entact/stats/adverse_table.h"

namespace entact {

/// Days after a drug session: acute from 0 to 2, delayed from 3 to 7. The session's own day is 0.
struct DayWindow {
  std::string name{};
  double from_day = 0;
  double to_day = 0;  ///< included
};

/// Where each event stands to the drug sessions of its participant. An event belongs to the latest
/// session at or before its onset.
struct WindowedEvents {
  static constexpr int before = -1;         ///< the first session, or the participant had none
  static constexpr int unknown = -2;        ///< its day is not known
  int between = 0;                          ///< index behind the last window: after it, or in a gap
  std::vector<int> window{};                ///< of each event
  std::vector<int> session{};               ///< of each event, from 0; -1 where there is none
  std::vector<std::vector<double>> days{};  ///< by window (between last), then participant: days
                                            ///< at risk in it, up to the next session
};

/// Sorts events into windows around drug sessions, and days at risk with them.
///
/// @param windows  ascending, without overlap, from_day >= 0
/// @throws Error "stats.adverse.windows" if they are not; "stats.adverse.sessions" if the sessions
///         of a participant do not ascend
WindowedEvents events_by_window(const AdverseStudy& study, const std::vector<DayWindow>& windows);

/// The view of one window: its events, those who had a session, and their days in it.
AdverseView window_view(const AdverseStudy& study, const WindowedEvents& sorted, int window);

}  // namespace entact
