#include "entact/trial/sequential_density.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include "entact/base/error.h"

namespace entact {
namespace {

// Gauss-Legendre on [-1, 1] with 16 nodes: the positive ones and their weights.
constexpr std::array<double, 8> node{
    0.095012509837637440185, 0.28160355077925891323, 0.45801677765722738634, 0.61787624440264374845,
    0.7554044083550030339,   0.86563120238783174388, 0.94457502307323257608, 0.9894009349916499326};
constexpr std::array<double, 8> node_weight{0.18945061045506849629,  0.18260341504492358887,
                                            0.16915651939500253819,  0.14959598881657673208,
                                            0.12462897125553387205,  0.09515851168249278481,
                                            0.062253523938647892863, 0.027152459411754094852};

constexpr double reach = 8.5;  // P(|Z| > 8.5) = 2e-17

double upper_tail(double z) { return 0.5 * std::erfc(z * std::numbers::sqrt2 / 2); }

}  // namespace

SequentialDensity::SequentialDensity(std::vector<double> information, double effect)
    : information_(std::move(information)), effect_(effect) {
  double before = 0;
  for (const double now : information_) {
    require(now > before && std::isfinite(now), "trial.group_sequential.information",
            "the information of the looks must be positive and increase; saw " +
                std::to_string(now) + " after " + std::to_string(before),
            ErrorKind::usage);
    before = now;
  }
  mean_ = {effect * std::sqrt(information_.empty() ? 0 : information_[0])};
  weight_ = {1};
}

double SequentialDensity::above(double z) const {
  double sum = 0;
  for (std::size_t j = 0; j < mean_.size(); ++j)
    sum += weight_[j] * upper_tail(scale_ * z - mean_[j]);
  return sum;
}

double SequentialDensity::below(double z) const {
  double sum = 0;
  for (std::size_t j = 0; j < mean_.size(); ++j)
    sum += weight_[j] * upper_tail(mean_[j] - scale_ * z);
  return sum;
}

double SequentialDensity::reached() const {
  double sum = 0;
  for (const double weight : weight_) sum += weight;
  return sum;
}

double SequentialDensity::density(double z) const {
  const double x = scale_ * z;
  // The means increase: only those near x matter.
  const auto first = std::lower_bound(mean_.begin(), mean_.end(), x - 9) - mean_.begin();
  double sum = 0;
  for (auto j = static_cast<std::size_t>(first); j < mean_.size() && mean_[j] < x + 9; ++j)
    sum += weight_[j] * std::exp(-0.5 * (x - mean_[j]) * (x - mean_[j]));
  return sum * scale_ * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
}

void SequentialDensity::go_on(const std::vector<GoOn>& stay) {
  require(look_ + 1 < information_.size(), "trial.group_sequential.looks",
          "there is no look after the last of " + std::to_string(information_.size()),
          ErrorKind::usage);
  const double now = information_[look_], next = information_[look_ + 1];
  const double root = std::sqrt(next - now), centre = effect_ * std::sqrt(now);
  // Sharpness of the density that came in and of the one that goes out, as functions of this z.
  const double panel = 3 / std::sqrt(scale_ * scale_ + now / (next - now));
  std::vector<double> mean, weight;
  const auto add = [&](double z, double w) {
    mean.push_back((z * std::sqrt(now) + effect_ * (next - now)) / root);
    weight.push_back(w * density(z));
  };
  for (const GoOn& part : stay) {
    const double low = std::max(part.low, centre - reach);
    const double high = std::min(part.high, centre + reach);
    if (!(low < high)) continue;
    const int panels = static_cast<int>(std::ceil((high - low) / panel));
    const double half = (high - low) / panels / 2;
    for (int i = 0; i < panels; ++i) {
      const double middle = low + (2 * i + 1) * half;
      for (std::size_t j = 8; j-- > 0;) add(middle - half * node[j], half * node_weight[j]);
      for (std::size_t j = 0; j < 8; ++j) add(middle + half * node[j], half * node_weight[j]);
    }
  }
  mean_ = std::move(mean);
  weight_ = std::move(weight);
  scale_ = std::sqrt(next) / root;
  ++look_;
}

}  // namespace entact
