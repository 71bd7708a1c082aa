#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace entact {

/// Reads the whole text as a decimal number with a point: -3, +0.5, .5, 1e-3.
///
/// @return nothing for any other text: empty, blanks around it, a decimal comma, hexadecimal,
/// "NaN",
///         "Inf", "infinity" and what a double cannot hold (1e999, 1e-999)
/// @cost   one std::from_chars: locale-free, correctly rounded
std::optional<double> parse_number(std::string_view text);

/// Reads the whole text as a decimal integer of 64 bits: -3, +7, 007; nothing for any other text.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// The shortest text that parse_number reads back as the same number, -0 included; empty for NaN.
/// An infinite number gives "inf", which no reader takes: ask first.
std::string number_text(double value);

}  // namespace entact
