#include "entact/stats/pet_peese.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "entact/base/error.h"

namespace entact {
namespace {

using nlohmann::json;

const json& oracle() {
  static const auto parsed =
      json::parse(std::ifstream(ENTACT_SOURCE_DIR "/reference/diagnostics/diagnostics.json"));
  return parsed;
}

TEST(PetPeese, agrees_with_the_weighted_lines_of_r) {
  for (const auto& [name, set] : oracle()["sets"].items()) {
    const std::vector<double> yi = set["yi"], vi = set["vi"];
    const PetPeese ours = pet_peese(yi, vi);
    for (const auto& [key, line] : {std::pair{"pet", ours.pet}, std::pair{"peese", ours.peese}}) {
      const auto& expected = set[key];
      for (std::size_t j = 0; j < 2; ++j) {
        const PooledCoefficient& c = j == 0 ? line.limit : line.slope;
        const double se = expected["se"][j];
        EXPECT_NEAR(c.value, expected["b"][j], 1e-10 * se) << name << key << j;
        EXPECT_NEAR(c.se, se, 1e-10 * se) << name << key << j;
        EXPECT_NEAR(c.p, expected["p"][j], 1e-10) << name << key << j;
      }
    }
  }
}

TEST(PetPeese, takes_the_line_that_the_rule_says) {
  const std::vector<double> vi{0.01, 0.04, 0.09, 0.16, 0.02};
  std::vector<double> effect, none;
  for (double v : vi) {
    effect.push_back(0.8 + 0.3 * v + 0.01 * std::sin(100 * v));
    none.push_back(0.9 * std::sqrt(v) + 0.05 * std::sin(100 * v));
  }
  const PetPeese found = pet_peese(effect, vi), absent = pet_peese(none, vi);
  EXPECT_TRUE(found.effect_found);
  EXPECT_EQ(found.limit().value, found.peese.limit.value);
  EXPECT_FALSE(absent.effect_found);
  EXPECT_EQ(absent.limit().value, absent.pet.limit.value);
}

TEST(PetPeese, refuses_what_egger_refuses) {
  const std::vector<double> two{0.1, 0.2};
  EXPECT_THROW(pet_peese(two, two), Error);
}

}  // namespace
}  // namespace entact
