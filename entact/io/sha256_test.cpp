#include "entact/io/sha256.h"

#include <gtest/gtest.h>

#include "entact/io/file.h"

namespace entact {
namespace {

// NIST, FIPS 180-2 examples (appendix B) and the digest of the empty message.
TEST(Sha256, gives_the_published_digests) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, of_a_file_is_that_of_its_bytes) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "entact-sha256";
  write_file_atomically(path, "abc");
  EXPECT_EQ(sha256_file(path), sha256("abc"));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace entact
