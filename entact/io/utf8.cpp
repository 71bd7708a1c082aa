#include "entact/io/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace entact {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

/// What the first byte asks of the sequence: its length and the range of its second byte.
struct Lead {
  std::size_t length = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
};

Lead lead_of(unsigned byte) {
  if (byte < 0x80) return {.length = 1};
  if (byte >= 0xC2 && byte <= 0xDF) return {.length = 2};
  if (byte == 0xE0) return {.length = 3, .low = 0xA0};
  if (byte == 0xED) return {.length = 3, .high = 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {.length = 3};
  if (byte == 0xF0) return {.length = 4, .low = 0x90};
  if (byte == 0xF4) return {.length = 4, .high = 0x8F};
  if (byte >= 0xF1 && byte <= 0xF3) return {.length = 4};
  return {};
}

/// Bytes of the well-formed sequence that starts at `at`; 0 if there is none.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const Lead lead = lead_of(byte_at(text, at));
  if (lead.length < 2) return lead.length;
  const unsigned second = byte_at(text, at + 1);
  if (second < lead.low || second > lead.high) return 0;
  for (std::size_t k = 2; k < lead.length; ++k)
    if ((byte_at(text, at + k) & 0xC0U) != 0x80U) return 0;
  return lead.length;
}

std::size_t skip_ascii(std::string_view text, std::size_t at) {
  std::uint64_t word = 0;
  for (; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080808080808080U) != 0) break;
  }
  return at;
}

std::string escaped(unsigned byte) {
  if (byte == '\n') return "\\n";
  if (byte == '\t') return "\\t";
  if (byte == '\r') return "\\r";
  constexpr std::string_view digits = "0123456789ABCDEF";
  return std::string("\\x") + digits[byte >> 4U] + digits[byte & 15U];
}

}  // namespace

std::size_t first_invalid_utf8(std::string_view text) {
  std::size_t at = skip_ascii(text, 0);
  while (at < text.size()) {
    const std::size_t length = sequence_length(text, at);
    if (length == 0) return at;
    at += length;
    if (length == 1) at = skip_ascii(text, at);
  }
  return std::string_view::npos;
}

std::string shown(std::string_view value, std::size_t max_bytes) {
  std::string out;
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t length = sequence_length(value, at);
    if (at + std::max<std::size_t>(length, 1) > max_bytes) return out + "...";
    const unsigned byte = byte_at(value, at);
    const bool plain = length > 1 || (length == 1 && byte >= 0x20 && byte != 0x7F);
    out += plain ? std::string(value.substr(at, length)) : escaped(byte);
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

}  // namespace entact
