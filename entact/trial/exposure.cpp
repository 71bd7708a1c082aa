#include "entact/trial/exposure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {

double exposure_share(const ExposureResponse& response, double exposure) {
  const auto effect = [&](double x) {
    const double power = std::pow(x, response.hill);
    return power / (power + std::pow(response.half, response.hill));
  };
  return effect(exposure) / effect(response.table->reference);
}

std::vector<double> exposure_shares(const ExposureResponse& response, double dose_mg) {
  const ExposureTable& table = *response.table;
  if (dose_mg == 0) return std::vector<double>(table.people(), 0.0);
  const auto at = std::find(table.doses_mg.begin(), table.doses_mg.end(), dose_mg);
  require(at != table.doses_mg.end(), "trial.exposure.dose",
          fmt::format("no exposure was simulated for a dose of {:g} mg", dose_mg),
          ErrorKind::usage);
  std::vector<double> shares;
  for (const double x : table.exposure[static_cast<std::size_t>(at - table.doses_mg.begin())])
    shares.push_back(exposure_share(response, x));
  return shares;
}

}  // namespace entact
