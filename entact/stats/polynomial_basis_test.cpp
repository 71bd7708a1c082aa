#include "entact/stats/polynomial_basis.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

TEST(PolynomialBasis, is_orthonormal_on_its_values) {
  const std::vector<double> x{1, 4, 2, 9, 7, 7, 3.5};
  const PolynomialBasis basis = orthogonal_polynomials(x, 4);
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t b = 0; b < 4; ++b) {
      double product = 0, sum = 0;
      for (double value : x) {
        product += at(basis, value)[a] * at(basis, value)[b];
        sum += at(basis, value)[a];
      }
      EXPECT_NEAR(product, a == b, 1e-12);
      EXPECT_NEAR(sum, 0, 1e-12);
    }
}

// R 4.2.2: poly(1:4, 2) = (-3, -1, 1, 3) / sqrt(20) and (1, -1, -1, 1) / 2.
TEST(PolynomialBasis, of_equal_steps_is_the_textbook_table) {
  const std::vector<double> x{1, 2, 3, 4};
  const PolynomialBasis basis = orthogonal_polynomials(x, 2);
  EXPECT_NEAR(at(basis, 1)[0], -3 / std::sqrt(20.0), 1e-15);
  EXPECT_NEAR(at(basis, 1)[1], 0.5, 1e-15);
  EXPECT_NEAR(at(basis, 3)[1], -0.5, 1e-15);
}

TEST(PolynomialBasis, raw_is_powers) {
  const PolynomialBasis raw{.degree = 3, .raw = true};
  EXPECT_EQ(at(raw, 2), (std::vector<double>{2, 4, 8}));
}

TEST(PolynomialBasis, needs_more_values_than_degrees) {
  const std::vector<double> x{1, 2, std::nan(""), 2};
  EXPECT_NO_THROW(orthogonal_polynomials(x, 1));
  EXPECT_THROW(orthogonal_polynomials(x, 2), Error);
  EXPECT_THROW(orthogonal_polynomials(x, 0), Error);
}

}  // namespace
}  // namespace entact
