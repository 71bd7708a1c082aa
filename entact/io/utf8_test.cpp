#include "entact/io/utf8.h"

#include <gtest/gtest.h>

namespace entact {
namespace {

constexpr std::size_t none = std::string_view::npos;

TEST(Utf8, accepts_every_length_of_sequence_at_every_alignment) {
  for (std::size_t pad = 0; pad < 9; ++pad) {
    const std::string text = std::string(pad, 'a') + "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80 tail";
    EXPECT_EQ(first_invalid_utf8(text), none) << pad;
  }
  EXPECT_EQ(first_invalid_utf8(""), none);
}

// The first and last of every range that Unicode 15.0 table 3-7 allows, and the byte beyond it.
TEST(Utf8, keeps_to_the_ranges_of_well_formed_sequences) {
  for (const char* good : {"\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_EQ(first_invalid_utf8(good), none) << shown(good);
  for (const char* bad : {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xC3", "\xC3(",
                          "\xE2\x82", "\xE2\x82(", "\xF0\x9F\x98", "\xF0\x9F\x98("})
    EXPECT_EQ(first_invalid_utf8(std::string("12345678") + bad), 8U) << shown(bad);
}

TEST(Utf8, shows_control_characters_and_invalid_bytes_as_escapes) {
  EXPECT_EQ(shown("a\tb\n\r\x01\x7F\xE9"), "a\\tb\\n\\r\\x01\\x7F\\xE9");
  EXPECT_EQ(shown("caf\xC3\xA9"), "caf\xC3\xA9");
}

TEST(Utf8, cuts_long_values_between_characters) {
  EXPECT_EQ(shown("abcdef", 6), "abcdef");
  EXPECT_EQ(shown("abcdefg", 6), "abcdef...");
  EXPECT_EQ(shown("ab\xE2\x82\xAC", 4), "ab...");
}

}  // namespace
}  // namespace entact
