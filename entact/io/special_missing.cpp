#include "entact/io/special_missing.h"

#include <bit>
#include <cmath>
#include <cstdint>

namespace entact {
namespace {

/// A quiet NaN whose payload begins "SAS" and ends in the letter.
constexpr std::uint64_t marked = 0x7FF8'0053'4153'0000U;

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || c == '_'; }

}  // namespace

double special_missing(char letter) {
  return std::bit_cast<double>(marked | static_cast<unsigned char>(letter));
}

char missing_letter(double value) {
  if (!std::isnan(value)) return 0;
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const char letter = static_cast<char>(bits & 0xFFU);
  return (bits & ~std::uint64_t{0xFF}) == marked && is_letter(letter) ? letter : char{0};
}

}  // namespace entact
