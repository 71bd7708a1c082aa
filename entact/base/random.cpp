#include "entact/base/random.h"

#include <Random123/philox.h>

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

// Ratio of two polynomials of degree 7 in r, coefficients from the highest power down.
double ratio(const std::array<double, 8>& a, const std::array<double, 8>& b, double r) {
  double numerator = 0, denominator = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    numerator = numerator * r + a[i];
    denominator = denominator * r + b[i];
  }
  return numerator / denominator;
}

// Wichura's coefficients: the centre |p - 1/2| <= 0.425, the tails, the far tails.
constexpr std::array<double, 8> centre_a{2.5090809287301226727e3, 3.3430575583588128105e4,
                                         6.7265770927008700853e4, 4.5921953931549871457e4,
                                         1.3731693765509461125e4, 1.9715909503065514427e3,
                                         1.3314166789178437745e2, 3.3871328727963666080e0};
constexpr std::array<double, 8> centre_b{5.2264952788528545610e3, 2.8729085735721942674e4,
                                         3.9307895800092710610e4, 2.1213794301586595867e4,
                                         5.3941960214247511077e3, 6.8718700749205790830e2,
                                         4.2313330701600911252e1, 1.0};
constexpr std::array<double, 8> tail_a{7.74545014278341407640e-4, 2.27238449892691845833e-2,
                                       2.41780725177450611770e-1, 1.27045825245236838258e0,
                                       3.64784832476320460504e0,  5.76949722146069140550e0,
                                       4.63033784615654529590e0,  1.42343711074968357734e0};
constexpr std::array<double, 8> tail_b{1.05075007164441684324e-9, 5.47593808499534494600e-4,
                                       1.51986665636164571966e-2, 1.48103976427480074590e-1,
                                       6.89767334985100004550e-1, 1.67638483018380384940e0,
                                       2.05319162663775882187e0,  1.0};
constexpr std::array<double, 8> far_a{2.01033439929228813265e-7, 2.71155556874348757815e-5,
                                      1.24266094738807843860e-3, 2.65321895265761230930e-2,
                                      2.96560571828504891230e-1, 1.78482653991729133580e0,
                                      5.46378491116411436990e0,  6.65790464350110377720e0};
constexpr std::array<double, 8> far_b{2.04426310338993978564e-15, 1.42151175831644588870e-7,
                                      1.84631831751005468180e-5,  7.86869131145613259100e-4,
                                      1.48753612908506148525e-2,  1.36929880922735805310e-1,
                                      5.99832206555887937690e-1,  1.0};

}  // namespace

std::array<std::uint32_t, 4> philox(const std::array<std::uint32_t, 4>& counter,
                                    const std::array<std::uint32_t, 2>& key) {
  const r123::Philox4x32_R<10>::ctr_type c{{counter[0], counter[1], counter[2], counter[3]}};
  const r123::Philox4x32_R<10>::key_type k{{key[0], key[1]}};
  const auto words = r123::Philox4x32_R<10>()(c, k);
  return {words[0], words[1], words[2], words[3]};
}

double normal_from_uniform(double p) {
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) return q * ratio(centre_a, centre_b, 0.180625 - q * q);
  const double r = std::sqrt(-std::log(q < 0 ? p : 1 - p));
  const double x = r <= 5 ? ratio(tail_a, tail_b, r - 1.6) : ratio(far_a, far_b, r - 5);
  return q < 0 ? -x : x;
}

double RandomStream::uniform() {
  if (left_ == 0) {
    block_ = philox(
        {draw_++, static_cast<std::uint32_t>(key_.purpose), key_.participant, key_.replicate},
        {static_cast<std::uint32_t>(key_.seed), static_cast<std::uint32_t>(key_.seed >> 32U)});
    left_ = 2;
  }
  const std::size_t at = left_-- == 2 ? 0 : 2;
  const std::uint64_t bits = (static_cast<std::uint64_t>(block_[at + 1]) << 32U) | block_[at];
  return static_cast<double>((bits >> 11U) | 1U) * 0x1p-53;
}

double RandomStream::gamma(double shape) {
  require(shape > 0, "base.random.shape",
          "the shape of a gamma distribution must be positive; saw " + std::to_string(shape),
          ErrorKind::usage);
  if (shape < 1) {
    const double larger = gamma(shape + 1);
    return larger * std::pow(uniform(), 1 / shape);
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = normal(), u = uniform();
    const double root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (std::log(u) < 0.5 * x * x + d * (1 - v + std::log(v))) return d * v;
  }
}

std::uint32_t RandomStream::below(std::uint32_t n) {
  return static_cast<std::uint32_t>(uniform() * static_cast<double>(n));
}

}  // namespace entact
