#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace entact {

/// All bytes of a file.
///
/// @throws Error "io.file.missing" if nothing is there, "io.file.directory" if a folder is,
///         "io.file.read" if the system refuses
std::string read_file(const std::filesystem::path& path);

/// @throws Error "io.file.write": always, with the path, the reason and what to check
[[noreturn]] void refuse_to_write(const std::filesystem::path& path, std::string_view reason);

/// Puts the bytes at the path all at once: whoever reads the path sees the old file or the new one,
/// never half of it, also after a crash. A file that is replaced keeps its permissions. A link is
/// followed. What is not a file (a terminal, a pipe, /dev/null) is written to directly.
///
/// Writes a temporary file in the same folder, flushes it to disk and renames it; on failure the
/// temporary file is removed and the old file stands.
///
/// @throws Error "io.file.write" with the system's reason: no such folder, no permission, disk full
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace entact
