#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "entact/answer/simulate_request.h"

namespace entact {

/// The times of one session at which courses are seen.
struct ExposureWindow {
  std::size_t first = 0, size = 0;  ///< places in SimulationPlan::times_h
  double first_dose_h = 0;          ///< what its times count from
  double last_dose_h = 0;
  std::string name{};  ///< ", session 3"; empty if there is one session
};

/// Every session if there are three at most, else the first and the last; gaps between sessions are
/// no one's course. A window ends before the next session's start.
///
/// Times count from the first dose that somebody takes who refuses nothing; of an event table from
/// the first dose within the window, else the last one before it. Where nothing is taken, from the
/// session's start (the window's, of an event table).
std::vector<ExposureWindow> exposure_windows(const SimulationPlan& plan, const SimulatedCase& one);

/// Which sessions have no exposure, in sentences.
std::vector<std::string> session_notes(const SimulationPlan& plan);

}  // namespace entact
