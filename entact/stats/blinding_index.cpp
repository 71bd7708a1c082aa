#include "entact/stats/blinding_index.h"

#include <fmt/format.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/proportion.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

void check(const MatrixXd& counts) {
  require(counts.rows() >= 2 && counts.cols() == counts.rows() + 1, "stats.blinding.table",
          fmt::format("guesses of m >= 2 arms are an m x (m + 1) table; saw {} x {}", counts.rows(),
                      counts.cols()));
  for (Index i = 0; i < counts.size(); ++i)
    require(counts.data()[i] >= 0 && counts.data()[i] == std::floor(counts.data()[i]),
            "stats.blinding.table",
            fmt::format("guesses are counted in whole persons; saw {}", counts.data()[i]));
}

void add_interval(BlindingIndex& index, double level) {
  const double half = normal_quantile((1 + level) / 2) * index.se;
  index.low = index.value - half;
  index.high = index.value + half;
}

}  // namespace

BlindingIndex james_index(const Guesses& guesses, double level) {
  check_level(level);
  check(guesses.counts);
  const Index arms = guesses.counts.rows();
  const double n = guesses.counts.sum();
  const MatrixXd p = guesses.counts / std::fmax(n, 1);
  const MatrixXd known = p.leftCols(arms);
  const VectorXd assigned = known.rowwise().sum(), guessed = known.colwise().sum().transpose();
  const double k = known.sum(), q = p.col(arms).sum();
  const double wrong = k - known.trace(), expected = k * k - assigned.dot(guessed);
  require(n > 0 && k > 0 && expected > 0, "stats.blinding.undefined",
          "James' index needs guesses of an arm in more than one arm; all are \"do not know\", or "
          "all in one arm guess it",
          ErrorKind::unanswerable);
  // BI = q + k^2 wrong / (2 expected): its derivatives by each cell
  BlindingIndex index{.value = q + k * k * wrong / (2 * expected)};
  double squares = 0, sum = 0;
  for (Index i = 0; i < arms; ++i)
    for (Index j = 0; j <= arms; ++j) {
      double g = 1;
      if (j < arms) {
        const double d_expected = 2 * k - guessed[i] - assigned[j];
        g = k * wrong / expected + k * k / (2 * expected) * (i == j ? 0 : 1) -
            k * k * wrong / (2 * expected * expected) * d_expected;
      }
      squares += p(i, j) * g * g;
      sum += p(i, j) * g;
    }
  index.se = std::sqrt(std::fmax(0, squares - sum * sum) / n);
  add_interval(index, level);
  return index;
}

std::vector<BlindingIndex> bang_index(const Guesses& guesses, double level) {
  check_level(level);
  check(guesses.counts);
  const Index arms = guesses.counts.rows();
  const double others = static_cast<double>(arms) - 1;
  std::vector<BlindingIndex> indices;
  for (Index i = 0; i < arms; ++i) {
    const double n = guesses.counts.row(i).sum();
    require(n > 0, "stats.blinding.undefined", "an arm has no answers", ErrorKind::unanswerable);
    const double right = guesses.counts(i, i) / n;
    const double wrong = guesses.counts.row(i).head(arms).sum() / n - right;
    BlindingIndex index{.value = right - wrong / others};
    const double spread = right + wrong / (others * others) - index.value * index.value;
    index.se = std::sqrt(std::fmax(0, spread) / n);
    add_interval(index, level);
    if (index.se > 0) index.p = 2 * normal_upper(std::abs(index.value) / index.se);
    indices.push_back(index);
  }
  return indices;
}

}  // namespace entact
