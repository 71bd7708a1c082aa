#include "entact/io/inflate.h"

#include <gtest/gtest.h>

namespace entact {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t roomy = 1U << 24;

TEST(Inflate, gives_back_what_deflate_took) {
  std::string large;
  for (int k = 0; k < 200000; ++k) large += std::to_string(k * 7919 % 104729);
  for (const std::string& text :
       {std::string(), std::string("a"), std::string(1000, '\0'), large}) {
    const std::string packed = deflate(text);
    EXPECT_TRUE(is_compressed(packed));
    EXPECT_EQ(inflate(packed, roomy), text);
    EXPECT_EQ(packed, deflate(text));
  }
  EXPECT_LT(deflate(large).size(), large.size());
}

// zlib.compress(b"hello") of Python 3
TEST(Inflate, reads_zlib_as_well_as_gzip) {
  EXPECT_EQ(inflate("\x78\x9c\xcbH\xcd\xc9\xc9\x07\x00\x06,\x02\x15"sv, roomy), "hello");
}

TEST(Inflate, refuses_data_cut_anywhere) {
  std::string text(5000, 'x');
  text += "end";
  const std::string packed = deflate(text);
  for (std::size_t size = 0; size < packed.size(); ++size)
    EXPECT_FALSE(inflate(packed.substr(0, size), roomy)) << size;
}

TEST(Inflate, refuses_damaged_data_and_other_text) {
  std::string packed = deflate("some text that is compressed");
  packed[12] = static_cast<char>(packed[12] ^ 0x55);
  EXPECT_FALSE(inflate(packed, roomy));
  EXPECT_FALSE(inflate("{\"a\":1}", roomy));
  EXPECT_FALSE(is_compressed("{\"a\":1}"));
  EXPECT_FALSE(is_compressed(""));
}

TEST(Inflate, refuses_more_than_allowed) {
  const std::string packed = deflate(std::string(1U << 22, 'x'));
  EXPECT_LT(packed.size(), 8192U);
  EXPECT_TRUE(inflate(packed, 1U << 22));
  EXPECT_FALSE(inflate(packed, (1U << 22) - 1));
}

}  // namespace
}  // namespace entact
