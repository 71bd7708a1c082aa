#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace entact {

/// SHA-256 of the bytes as 64 lower-case hexadecimal digits.
/// @source FIPS 180-4
std::string sha256(std::string_view bytes);

/// SHA-256 of a file's content.
/// @throws as read_file
std::string sha256_file(const std::filesystem::path& path);

}  // namespace entact
