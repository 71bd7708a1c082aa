#include "entact/stats/concordance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace entact {
namespace {

/// Numbers without a random generator: a golden-ratio walk.
double walk(int i, int step) {
  const double u = i * step * 0.6180339887498949;
  return u - std::floor(u);
}

struct Made {
  SurvivalData data{};
  std::vector<double> risk{};
};

Made made(int n) {
  Made m;
  for (int i = 1; i <= n; ++i) {
    m.data.start.push_back(std::floor(6 * walk(i, 3)));
    m.data.stop.push_back(m.data.start.back() + 1 + std::floor(9 * walk(i, 5)));
    m.data.event.push_back(walk(i, 7) < 0.6 ? 1 : 0);
    m.data.weight.push_back(0.5 + walk(i, 11));
    m.data.stratum.push_back(i % 3);
    m.risk.push_back(std::floor(8 * walk(i, 13)));
  }
  return m;
}

TEST(Concordance, counts_every_pair_once) {
  const Made m = made(150);
  double concordant = 0, discordant = 0, tied = 0;
  for (std::size_t i = 0; i < m.risk.size(); ++i)
    for (std::size_t j = 0; j < m.risk.size(); ++j) {
      const double t = m.data.stop[i];
      const bool later = m.data.stop[j] > t || (m.data.stop[j] == t && m.data.event[j] == 0);
      if (i == j || m.data.event[i] == 0 || !later || m.data.start[j] >= t ||
          m.data.stratum[i] != m.data.stratum[j])
        continue;
      const double w = m.data.weight[i] * m.data.weight[j];
      (m.risk[i] > m.risk[j] ? concordant : m.risk[i] < m.risk[j] ? discordant : tied) += w;
    }
  const Concordance ours = concordance(m.data, m.risk);
  EXPECT_NEAR(ours.concordant, concordant, 1e-10);
  EXPECT_NEAR(ours.discordant, discordant, 1e-10);
  EXPECT_NEAR(ours.tied, tied, 1e-10);
}

// The jackknife's derivative: a little more weight on one row at a time.
TEST(Concordance, standard_error_follows_from_the_weights) {
  const Made m = made(60);
  double sum = 0;
  for (std::size_t i = 0; i < m.risk.size(); ++i) {
    const auto with = [&](double factor) {
      SurvivalData changed = m.data;
      changed.weight[i] *= factor;
      return concordance(changed, m.risk).value;
    };
    const double slope = (with(1.0001) - with(0.9999)) / 0.0002;
    sum += slope * slope;
  }
  EXPECT_NEAR(concordance(m.data, m.risk).se, std::sqrt(sum), 1e-8);
}

TEST(Concordance, is_one_half_without_and_one_with_perfect_order) {
  const SurvivalData data{.stop = {1, 2, 3, 4}, .event = {1, 1, 1, 0}};
  EXPECT_EQ(concordance(data, std::vector<double>{4, 3, 2, 1}).value, 1);
  EXPECT_EQ(concordance(data, std::vector<double>{1, 1, 1, 1}).value, 0.5);
}

}  // namespace
}  // namespace entact
