#include "entact/trial/stagewise_table.h"

#include <algorithm>

#include "entact/trial/sequential_inference.h"

namespace entact {
namespace {

constexpr double from_z = -6, to_z = 9, knots_a_unit = 8;

double between(double a, double b, double share) { return a + (b - a) * share; }

}  // namespace

StagewiseTable::StagewiseTable(const GroupSequentialDesign& design, double level) {
  for (std::size_t k = 0; k < design.rates.size(); ++k) {
    SequentialStop stop{.information = {design.rates.begin(),
                                        design.rates.begin() + static_cast<std::ptrdiff_t>(k) + 1}};
    std::vector<StagewiseDrift>& knots = knots_.emplace_back();
    for (stop.z = from_z; stop.z <= to_z; stop.z += 1 / knots_a_unit) {
      const SequentialEstimate found = stagewise_estimate(design, stop, level);
      knots.push_back({found.median_unbiased, found.low, found.high});
    }
  }
}

StagewiseDrift StagewiseTable::at(int look, double z) const {
  const std::vector<StagewiseDrift>& knots = knots_[static_cast<std::size_t>(look - 1)];
  const double place = (std::clamp(z, from_z, to_z) - from_z) * knots_a_unit;
  const auto i = std::min(static_cast<std::size_t>(place), knots.size() - 2);
  const double share = place - static_cast<double>(i);
  const StagewiseDrift &a = knots[i], &b = knots[i + 1];
  return {between(a.median, b.median, share), between(a.low, b.low, share),
          between(a.high, b.high, share)};
}

}  // namespace entact
