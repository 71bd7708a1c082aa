#include "entact/answer/nca_course.h"

#include <fmt/format.h>

#include <cmath>

namespace entact {
namespace {

bool is_below(double concentration, const NcaOptions& options) {
  return concentration == 0 || concentration < options.lower_limit;
}

/// Where the area begins: a first concentration below quantification may be dropped.
double begin_of(const NcaProfile& profile, const NcaOptions& options) {
  std::size_t first = 0;
  while (options.first == BlqRule::drop && first + 1 < profile.t_h.size() &&
         is_below(profile.concentration[first], options))
    ++first;
  return profile.t_h[first];
}

std::string at_the_dose(const NcaProfile& profile, const NcaOptions& options) {
  const double c = profile.concentration.front();
  return fmt::format("no sample at the dose; the one {:g} h before it stands for it, {}",
                     -profile.predose_h,
                     is_below(c, options) ? "0 as below quantification" : fmt::format("{:g}", c));
}

void add_notes(Nca& found, const NcaProfile& profile, const NcaOptions& options) {
  const double begin_h = begin_of(profile, options);
  if (found.cmax > 0 && begin_h > 0)
    found.reservations.push_back(fmt::format(
        "the first concentration is at {:g} h; the area before it is not counted", begin_h));
  else if (!std::isnan(profile.predose_h))
    found.reservations.push_back(at_the_dose(profile, options));
  if (std::isnan(profile.infusion_h))
    found.reservations.emplace_back(
        "the end of the infusion is not in the dataset; slope and mean residence time are those "
        "after a dose at once");
  if (profile.before_dose > 0)
    found.reservations.push_back(
        fmt::format("{} concentrations before the dose are left out", profile.before_dose));
  if (profile.missing > 0)
    found.reservations.push_back(
        fmt::format("{} rows without a concentration are left out", profile.missing));
}

}  // namespace

Nca nca_of_course(const NcaProfile& profile, double dose, const NcaOptions& options) {
  if (profile.t_h.empty()) {
    Nca none{.cmax = std::numeric_limits<double>::quiet_NaN()};
    none.auc_last = none.aumc_last = none.cmax;
    none.reservations.emplace_back("no concentration after the dose");
    return none;
  }
  Nca found = nca(profile.t_h, profile.concentration, dose, options);
  add_notes(found, profile, options);
  return found;
}

}  // namespace entact
