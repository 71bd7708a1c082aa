#include "entact/trial/simulation_tally.h"

namespace entact {

void SimulationTally::add(const SimulatedStop& stop) {
  (stop.side > 0 ? upper : stop.side < 0 ? lower : none)[stop.look] += 1;
  replicates += 1;
  size += stop.size;
  size_squared += stop.size * stop.size;
}

void SimulationTally::add(const SimulationTally& other) {
  for (std::size_t k = 0; k < upper.size(); ++k) {
    upper[k] += other.upper[k];
    lower[k] += other.lower[k];
    none[k] += other.none[k];
  }
  replicates += other.replicates;
  size += other.size;
  size_squared += other.size_squared;
}

}  // namespace entact
