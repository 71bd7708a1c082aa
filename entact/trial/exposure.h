#pragma once

#include <memory>
#include <string>
#include <vector>

namespace entact {

/// What of the drug people have in them after one dose: simulated, before any trial.
struct ExposureTable {
  std::string metric{};  ///< "AUC of MDMA in plasma, 0 to 48 h (ng/mL h)"
  std::vector<double> doses_mg{};
  std::vector<std::vector<double>> exposure{};  ///< by dose, by person
  double reference_mg = 0, reference = 0;       ///< of the typical person at the reference dose

  [[nodiscard]] std::size_t people() const { return exposure.empty() ? 0 : exposure[0].size(); }
};

/// A scenario, not knowledge: that the drug's effect follows exposure along an Emax curve.
///
///     share(x) = E(x) / E(reference),   E(x) = x^hill / (x^hill + half^hill)
///
/// No exposure-response for PTSD is known.
struct ExposureResponse {
  std::shared_ptr<const ExposureTable>
      table{};      // shared by the copies of a truth; nobody changes it
  double half = 0;  ///< exposure with half of the greatest effect
  double hill = 1;
};

/// The share of the effect at the reference exposure.
double exposure_share(const ExposureResponse& response, double exposure);

/// The shares of everybody in the table at a dose; all 0 without a dose.
/// @throws Error "trial.exposure.dose" (usage) if the table lacks the dose
std::vector<double> exposure_shares(const ExposureResponse& response, double dose_mg);

}  // namespace entact
