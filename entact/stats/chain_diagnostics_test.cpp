#include "entact/stats/chain_diagnostics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/random.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

// First-order autoregressions with this correlation, variance 1.
MatrixXd chains_of(double correlation, Index draws, Index chains) {
  MatrixXd values(draws, chains);
  for (Index c = 0; c < chains; ++c) {
    RandomStream random({.seed = 21, .participant = static_cast<std::uint32_t>(c)});
    double at = random.normal();
    for (Index i = 0; i < draws; ++i) {
      at = correlation * at + std::sqrt(1 - correlation * correlation) * random.normal();
      values(i, c) = at;
    }
  }
  return values;
}

// n independent draws are worth n (1 - r)/(1 + r) when neighbours correlate by r.
TEST(ChainDiagnostics, effective_sample_size_is_that_of_an_autoregression) {
  for (const double r : {0.0, 0.5, 0.8}) {
    const ChainDiagnostics d = chain_diagnostics(chains_of(r, 20000, 4));
    EXPECT_NEAR(d.ess / (80000 * (1 - r) / (1 + r)), 1, 0.1) << r;
    EXPECT_NEAR(d.r_hat, 1, 0.003);
  }
}

TEST(ChainDiagnostics, chains_in_different_places_are_seen) {
  MatrixXd chains = chains_of(0, 500, 4);
  chains.col(3).array() += 3;
  const ChainDiagnostics d = chain_diagnostics(chains);
  EXPECT_GT(d.r_hat, 1.5);
  EXPECT_LT(d.ess, 50);
}

TEST(ChainDiagnostics, constant_chains_agree) {
  const ChainDiagnostics d = chain_diagnostics(MatrixXd::Constant(10, 2, 3.0));
  EXPECT_EQ(d.r_hat, 1);
  EXPECT_EQ(d.ess, 20);
}

}  // namespace
}  // namespace entact
