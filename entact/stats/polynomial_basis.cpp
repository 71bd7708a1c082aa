#include "entact/stats/polynomial_basis.h"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "entact/base/error.h"

namespace entact {

PolynomialBasis orthogonal_polynomials(std::span<const double> values, int degree) {
  std::vector<double> x;
  std::set<double> distinct;
  for (double value : values)
    if (std::isfinite(value)) {
      x.push_back(value);
      if (static_cast<int>(distinct.size()) <= degree) distinct.insert(value);
    }
  require(degree >= 1 && degree < static_cast<int>(distinct.size()), "stats.design.polynomial",
          fmt::format("a polynomial of degree {} needs more than that many distinct values; saw {}",
                      degree, distinct.size()),
          ErrorKind::unanswerable);
  PolynomialBasis basis{.degree = degree};
  std::vector<double> before(x.size(), 0.0), now(x.size(), 1.0);
  for (int j = 0; j <= degree; ++j) {
    double squares = 0, moment = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      squares += now[i] * now[i];
      moment += x[i] * now[i] * now[i];
    }
    const double ratio = j > 0 ? squares / basis.norm.back() : 0;
    basis.norm.push_back(squares);
    if (j == degree) break;
    basis.centre.push_back(moment / squares);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double next = (x[i] - basis.centre.back()) * now[i] - ratio * before[i];
      before[i] = now[i];
      now[i] = next;
    }
  }
  return basis;
}

std::vector<double> at(const PolynomialBasis& basis, double x) {
  std::vector<double> column;
  double before = 0, now = 1;
  for (std::size_t j = 0; j < static_cast<std::size_t>(basis.degree); ++j) {
    if (basis.raw) {
      now *= x;
      column.push_back(now);
      continue;
    }
    const double ratio = j > 0 ? basis.norm[j] / basis.norm[j - 1] : 0;
    const double next = (x - basis.centre[j]) * now - ratio * before;
    before = now;
    now = next;
    column.push_back(now / std::sqrt(basis.norm[j + 1]));
  }
  return column;
}

}  // namespace entact
