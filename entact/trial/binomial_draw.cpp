#include "entact/trial/binomial_draw.h"

#include <cmath>
#include <string>

#include "entact/base/error.h"

namespace entact {

BinomialDraw::BinomialDraw(long n, double p) {
  require(n >= 0 && n <= 100'000'000 && p >= 0 && p <= 1, "trial.binomial.domain",
          "a binomial needs 0 to 1e8 trials and a probability; saw " + std::to_string(n) + " and " +
              std::to_string(p),
          ErrorKind::usage);
  if (p <= 0 || p >= 1 || n == 0) {
    least_ = p >= 1 ? n : 0;
    cumulative_ = {1};
    guide_ = {0};
    return;
  }
  // Outside twelve standard deviations is less than 1e-18 of the distribution.
  const double count = static_cast<double>(n), sd = std::sqrt(count * p * (1 - p));
  least_ = static_cast<long>(std::fmax(0, std::floor(count * p - 12 * sd - 12)));
  const auto most = static_cast<long>(std::fmin(count, std::ceil(count * p + 12 * sd + 12)));
  double sum = 0;
  for (long k = least_; k <= most; ++k) {
    const auto x = static_cast<double>(k);
    sum += std::exp(std::lgamma(count + 1) - std::lgamma(x + 1) - std::lgamma(count - x + 1) +
                    x * std::log(p) + (count - x) * std::log1p(-p));
    cumulative_.push_back(sum);
  }
  for (double& c : cumulative_) c /= sum;
  cumulative_.back() = 1;
  const std::size_t parts = cumulative_.size();
  int at = 0;
  for (std::size_t i = 0; i < parts; ++i) {
    while (cumulative_[static_cast<std::size_t>(at)] * static_cast<double>(parts) <
           static_cast<double>(i))
      ++at;
    guide_.push_back(at);
  }
}

long BinomialDraw::operator()(RandomStream& random) const {
  if (cumulative_.size() == 1) return least_;
  const double u = random.uniform();
  auto i = static_cast<std::size_t>(
      guide_[static_cast<std::size_t>(u * static_cast<double>(guide_.size()))]);
  while (cumulative_[i] < u) ++i;
  return least_ + static_cast<long>(i);
}

}  // namespace entact
