#include "entact/report/number_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace entact {
namespace {

constexpr const char* minus = "\u2212";
constexpr const char* thin_space = "\u202f";

std::string grouped(std::string digits) {
  const auto point = std::min(digits.find('.'), digits.size());
  for (auto at = static_cast<std::ptrdiff_t>(point) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), thin_space);
  return digits;
}

std::string with_sign(double value, const std::string& digits) {
  const bool zero = digits.find_first_not_of("0.") == std::string::npos;
  return value < 0 && !zero ? minus + digits : digits;
}

std::string unusual(double value) {
  if (std::isnan(value)) return "not estimable";
  return value > 0 ? "infinite" : std::string(minus) + "infinite";
}

}  // namespace

std::string decimal_text(double value, int decimals) {
  if (!std::isfinite(value)) return unusual(value);
  const std::string digits = fmt::format("{:.{}f}", std::abs(value), decimals);
  return with_sign(value, std::abs(value) >= 10000 ? grouped(digits) : digits);
}

std::string percent_text(double proportion, int decimals) {
  return decimal_text(100.0 * proportion, decimals);
}

std::string p_text(double p) {
  if (!std::isfinite(p)) return unusual(p);
  if (p < 0.001) return "< 0.001";
  return decimal_text(p, p < 0.0995 ? 3 : 2);
}

std::string count_text(double count) {
  if (!std::isfinite(count)) return unusual(count);
  return with_sign(count, grouped(fmt::format("{:.0f}", std::abs(count))));
}

std::string significant_text(double value, int digits) {
  if (!std::isfinite(value)) return unusual(value);
  if (value == 0) return "0";
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  const int decimals = digits - 1 - magnitude;
  if (magnitude < -8) return fmt::format("{:.{}e}", value, std::max(digits - 1, 0));
  if (decimals >= 0) return decimal_text(value, decimals);
  const double scale = std::pow(10.0, -decimals);
  return decimal_text(std::round(value / scale) * scale, 0);
}

std::string whole_significant_text(double value, int digits) {
  const bool large = std::isfinite(value) && std::abs(value) >= std::pow(10.0, digits);
  return large ? decimal_text(value, 0) : significant_text(value, digits);
}

}  // namespace entact
