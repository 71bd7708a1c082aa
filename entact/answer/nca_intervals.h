#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "entact/answer/nca_command.h"

namespace entact {

/// The parts of a course that the request asks for, in hours after the dose.
struct NcaParts {
  std::vector<std::pair<double, double>> areas{};           ///< from, to
  double tau_h = std::numeric_limits<double>::quiet_NaN();  ///< between doses at steady state
};

/// @throws Error "answer.nca.option" (usage) unless each FROM:TO is two hours, 0 <= FROM < TO, each
///         once, and tau is hours above 0
NcaParts nca_parts(const NcaRequest& request);

/// A quantity a partial area; with tau: auc_tau, cavg_tau, cmax_tau, cmin_tau, ctrough_tau,
/// fluctuation, swing, clearance_tau, accumulation.
std::vector<NcaQuantity> nca_part_quantities(const NcaRequest& request, const NcaParts& parts);

/// Their values, NaN where the course does not reach; reservations of `found` say so.
/// @param dose  in concentration units x L
std::vector<double> nca_part_values(const NcaProfile& profile, double dose,
                                    const NcaOptions& options, const NcaParts& parts, Nca& found);

/// The parts of each course as a table; empty if none are asked for.
std::string nca_parts_text(const NcaResults& results);

}  // namespace entact
