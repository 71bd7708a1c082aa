#include "entact/io/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "entact/base/error.h"
#include "entact/io/file.h"

namespace entact {

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned size = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  require(done == 1 && size == digest.size(), "io.sha256.library",
          "the OpenSSL library cannot compute SHA-256. Check its installation and FIPS settings");
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned byte : digest) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string sha256_file(const std::filesystem::path& path) { return sha256(read_file(path)); }

}  // namespace entact
