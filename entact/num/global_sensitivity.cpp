#include "entact/num/global_sensitivity.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/num/distributions.h"
#include "entact/num/sample_quantile.h"

namespace entact {
namespace {

std::size_t index(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

void check_answers(const SensitivityDesign& design, std::span<const double> answers) {
  require(static_cast<std::ptrdiff_t>(answers.size()) == design.n_points(),
          "num.sensitivity.answers",
          "the design has " + std::to_string(design.n_points()) + " points; saw " +
              std::to_string(answers.size()) + " answers");
}

/// Answers by base row: A, B, then one for each factor, without rows that are not finite.
class BaseRows {
 public:
  BaseRows(const SensitivityDesign& design, std::span<const double> answers)
      : n_factors_(design.n_factors), width_(design.n_factors + 2) {
    for (std::ptrdiff_t row = 0; row < design.n_base; ++row) {
      bool finite = true;
      for (std::ptrdiff_t j = 0; j < width_; ++j)
        finite = finite && std::isfinite(answers[index(j * design.n_base + row)]);
      if (!finite) continue;
      for (std::ptrdiff_t j = 0; j < width_; ++j)
        values_.push_back(answers[index(j * design.n_base + row)]);
    }
  }
  [[nodiscard]] std::ptrdiff_t size() const {
    return static_cast<std::ptrdiff_t>(values_.size()) / width_;
  }

  struct Sums {
    std::vector<double> first{}, total{};
    double mean = 0, variance = 0;
  };
  /// Over the rows named, which may repeat.
  [[nodiscard]] Sums indices(const std::vector<std::ptrdiff_t>& rows) const {
    const auto n = static_cast<double>(rows.size());
    Sums sums{.first = std::vector<double>(index(n_factors_)),
              .total = std::vector<double>(index(n_factors_))};
    for (const std::ptrdiff_t row : rows) sums.mean += (at(row, 0) + at(row, 1)) / (2 * n);
    for (const std::ptrdiff_t row : rows)
      for (int j = 0; j < 2; ++j)
        sums.variance += (at(row, j) - sums.mean) * (at(row, j) - sums.mean) / (2 * n);
    for (const std::ptrdiff_t row : rows)
      for (std::ptrdiff_t i = 0; i < n_factors_; ++i) {
        const double change = at(row, 2 + i) - at(row, 0);
        // The mean taken off: the estimate stays what it is and varies less.
        sums.first[index(i)] += (at(row, 1) - sums.mean) * change / (n * sums.variance);
        sums.total[index(i)] += change * change / (2 * n * sums.variance);
      }
    return sums;
  }

 private:
  [[nodiscard]] double at(std::ptrdiff_t row, std::ptrdiff_t j) const {
    return values_[index(row * width_ + j)];
  }
  std::ptrdiff_t n_factors_, width_;
  std::vector<double> values_{};
};

}  // namespace

SensitivityDesign sobol_design(std::ptrdiff_t n_factors, std::ptrdiff_t n_base,
                               std::uint64_t seed) {
  require(n_factors >= 1 && n_base >= 2, "num.sensitivity.size",
          "a design needs at least one factor and two base rows", ErrorKind::usage);
  SensitivityDesign design{.n_factors = n_factors, .n_base = n_base};
  design.points.resize(index(n_base * (n_factors + 2) * n_factors));
  for (std::ptrdiff_t half = 0; half < 2; ++half)
    for (std::ptrdiff_t row = 0; row < n_base; ++row) {
      RandomStream random({.seed = seed,
                           .purpose = RandomPurpose::sampling,
                           .participant = static_cast<std::uint32_t>(row),
                           .replicate = static_cast<std::uint32_t>(half)});
      for (std::ptrdiff_t i = 0; i < n_factors; ++i)
        design.points[index((half * n_base + row) * n_factors + i)] = random.uniform();
    }
  for (std::ptrdiff_t k = 0; k < n_factors; ++k)
    for (std::ptrdiff_t row = 0; row < n_base; ++row)
      for (std::ptrdiff_t i = 0; i < n_factors; ++i)
        design.points[index(((2 + k) * n_base + row) * n_factors + i)] =
            design.points[index(((i == k ? n_base : 0) + row) * n_factors + i)];
  return design;
}

SobolIndices sobol_indices(const SensitivityDesign& design, std::span<const double> answers,
                           const SobolOptions& how) {
  check_answers(design, answers);
  const BaseRows rows(design, answers);
  require(rows.size() >= 2, "num.sensitivity.answers",
          "fewer than two base rows have finite answers", ErrorKind::unanswerable);
  std::vector<std::ptrdiff_t> picked(index(rows.size()));
  std::iota(picked.begin(), picked.end(), 0);
  const BaseRows::Sums all = rows.indices(picked);
  require(all.variance > 1e-24 * all.mean * all.mean, "num.sensitivity.constant",
          "the answer is the same at every point: there is no variance to share",
          ErrorKind::unanswerable);
  const auto n_factors = index(design.n_factors);
  std::vector<std::vector<double>> first(n_factors), total(n_factors);
  for (int b = 0; b < how.bootstrap; ++b) {
    RandomStream random({.seed = how.seed,
                         .purpose = RandomPurpose::bootstrap,
                         .replicate = static_cast<std::uint32_t>(b)});
    for (std::ptrdiff_t& row : picked) row = random.below(static_cast<std::uint32_t>(rows.size()));
    const BaseRows::Sums again = rows.indices(picked);
    for (std::size_t i = 0; i < n_factors; ++i)
      first[i].push_back(again.first[i]), total[i].push_back(again.total[i]);
  }
  SobolIndices found{
      .mean = all.mean, .variance = all.variance, .n_left_out = design.n_base - rows.size()};
  const double tail = (1 - how.level) / 2;
  const auto with_interval = [&](double value, std::vector<double>& drawn) {
    if (drawn.empty()) return SensitivityIndex{value, value, value};
    std::sort(drawn.begin(), drawn.end());
    return SensitivityIndex{value, sample_quantile(drawn, tail), sample_quantile(drawn, 1 - tail)};
  };
  for (std::size_t i = 0; i < n_factors; ++i) {
    found.first.push_back(with_interval(all.first[i], first[i]));
    found.total.push_back(with_interval(all.total[i], total[i]));
  }
  return found;
}

SensitivityDesign morris_design(std::ptrdiff_t n_factors, std::ptrdiff_t n_trajectories,
                                std::uint64_t seed, int levels) {
  require(n_factors >= 1 && n_trajectories >= 2 && levels >= 2 && levels % 2 == 0,
          "num.sensitivity.size",
          "a design needs at least one factor, two trajectories and an even number of levels",
          ErrorKind::usage);
  SensitivityDesign design{.n_factors = n_factors, .n_base = n_trajectories};
  const double step = levels / (2.0 * (levels - 1));
  for (std::ptrdiff_t r = 0; r < n_trajectories; ++r) {
    RandomStream random({.seed = seed,
                         .purpose = RandomPurpose::sampling,
                         .participant = static_cast<std::uint32_t>(r)});
    std::vector<double> x(index(n_factors)), moves(index(n_factors));
    std::vector<std::size_t> order(index(n_factors));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double low = random.below(static_cast<std::uint32_t>(levels / 2)) / (levels - 1.0);
      const bool up = random.below(2) == 0;
      x[i] = up ? low : low + step, moves[i] = up ? step : -step;
      order[i] = i;
    }
    for (std::size_t i = order.size() - 1; i > 0; --i)
      std::swap(order[i], order[random.below(static_cast<std::uint32_t>(i + 1))]);
    design.points.insert(design.points.end(), x.begin(), x.end());
    for (const std::size_t i : order) {
      x[i] += moves[i];
      design.points.insert(design.points.end(), x.begin(), x.end());
    }
  }
  return design;
}

MorrisEffects morris_effects(const SensitivityDesign& design, std::span<const double> answers,
                             double level) {
  check_answers(design, answers);
  const auto n_factors = index(design.n_factors);
  std::vector<std::vector<double>> effects(n_factors);
  MorrisEffects found;
  for (std::ptrdiff_t r = 0; r < design.n_base; ++r)
    for (std::ptrdiff_t k = 0; k < design.n_factors; ++k) {
      const std::ptrdiff_t point = r * (design.n_factors + 1) + k;
      for (std::size_t i = 0; i < n_factors; ++i) {
        const double from = design.points[index(point) * n_factors + i];
        const double moved = design.points[index(point + 1) * n_factors + i] - from;
        if (moved == 0) continue;
        const double effect = (answers[index(point + 1)] - answers[index(point)]) / moved;
        if (std::isfinite(effect))
          effects[i].push_back(effect);
        else
          ++found.n_left_out;
      }
    }
  const double z = normal_quantile((1 + level) / 2);
  for (const std::vector<double>& of : effects) {
    const auto n = static_cast<double>(of.size());
    double mean = 0, size = 0, squares = 0, spread = 0;
    for (const double e : of) mean += e / n, size += std::abs(e) / n;
    for (const double e : of) {
      squares += (e - mean) * (e - mean);
      spread += (std::abs(e) - size) * (std::abs(e) - size);
    }
    const double margin = z * std::sqrt(spread / (n - 1) / n);
    found.mean.push_back(mean);
    found.magnitude.push_back({size, size - margin, size + margin});
    found.sd.push_back(std::sqrt(squares / (n - 1)));
  }
  return found;
}

}  // namespace entact
