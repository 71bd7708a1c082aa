#include "entact/stats/pet_peese.h"

namespace entact {

PetPeese pet_peese(std::span<const double> yi, std::span<const double> vi, double level) {
  PetPeese both{.pet = egger_test(yi, vi, FunnelPredictor::standard_error, level),
                .peese = egger_test(yi, vi, FunnelPredictor::variance, level)};
  both.effect_found = both.pet.limit.p < 0.1;
  return both;
}

}  // namespace entact
