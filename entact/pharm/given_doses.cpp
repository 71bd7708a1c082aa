#include "entact/pharm/given_doses.h"

#include <algorithm>

namespace entact {

std::vector<GivenDose> given_doses(std::span<const DoseEvent> records) {
  std::vector<GivenDose> given;
  for (const DoseEvent& record : records) {
    if (clears(record))
      std::erase_if(given, [&](const GivenDose& dose) { return dose.t_h >= record.t_h; });
    for (int k = 0; k <= record.additional && record.kind != DoseKind::reset; ++k)
      given.push_back({additional_dose_h(record.t_h, k, record.interval_h), record.amount_mg});
  }
  std::stable_sort(given.begin(), given.end(),
                   [](const GivenDose& a, const GivenDose& b) { return a.t_h < b.t_h; });
  return given;
}

}  // namespace entact
