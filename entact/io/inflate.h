#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace entact {

/// True if the bytes begin as gzip or zlib data do.
bool is_compressed(std::string_view bytes);

/// The bytes that gzip or zlib compressed.
///
/// @return nothing if the data are damaged, end early, or expand to more than `max_bytes`
std::optional<std::string> inflate(std::string_view compressed, std::size_t max_bytes);

/// gzip of the bytes, without name or time: the same bytes give the same result.
std::string deflate(std::string_view bytes);

}  // namespace entact
