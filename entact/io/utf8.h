#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace entact {

/// Offset of the first byte that does not continue valid UTF-8, or npos if all of it is valid.
/// Overlong forms, surrogates, code points above U+10FFFF and a sequence cut short are invalid.
///
/// @cost    O(n); eight bytes at a time where the text is ASCII
/// @source  Unicode 15.0, table 3-7, well-formed UTF-8 byte sequences
std::size_t first_invalid_utf8(std::string_view text);

/// A value as an error message shows it: at most `max_bytes` bytes, cut between characters and
/// marked by "...", control characters and invalid bytes as \n, \t or \xHH.
std::string shown(std::string_view value, std::size_t max_bytes = 60);

}  // namespace entact
