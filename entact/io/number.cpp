#include "entact/io/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace entact {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// from_chars takes no plus sign; one before a digit or point is dropped.
std::string_view without_plus(std::string_view text) {
  const bool plus = text.size() > 1 && text[0] == '+' && (is_digit(text[1]) || text[1] == '.');
  return plus ? text.substr(1) : text;
}

template <typename T>
std::optional<T> whole(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, value);
  if (fault != std::errc{} || stop != end) return {};
  return value;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  text = without_plus(text);
  // from_chars reads "nan" and "inf"; no number ends in a letter.
  if (text.empty() || !(is_digit(text.back()) || text.back() == '.')) return {};
  return whole<double>(text);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  return whole<std::int64_t>(without_plus(text));
}

std::string number_text(double value) {
  if (std::isnan(value)) return "";
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

}  // namespace entact
