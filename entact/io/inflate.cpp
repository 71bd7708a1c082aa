#include "entact/io/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <new>

namespace entact {
namespace {

constexpr int either_header = 15 + 32;  // zlib's code for "gzip or zlib, see which"
constexpr int gzip_header = 15 + 16;
constexpr std::size_t piece = 1U << 30;  // zlib counts in unsigned int

Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib only reads it
}

/// An inflating stream; ended at the end of its scope.
class Inflating {
 public:
  Inflating() {
    if (inflateInit2(&stream_, either_header) != Z_OK) throw std::bad_alloc();
  }
  Inflating(const Inflating&) = delete;
  Inflating& operator=(const Inflating&) = delete;
  ~Inflating() { (void)inflateEnd(&stream_); }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

}  // namespace

bool is_compressed(std::string_view bytes) {
  if (bytes.size() < 2) return false;
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  return (first == 0x1F && second == 0x8B) || (first == 0x78 && (first * 256 + second) % 31 == 0);
}

std::optional<std::string> inflate(std::string_view compressed, std::size_t max_bytes) {
  if (compressed.size() > piece) return {};
  Inflating inflating;
  z_stream& stream = inflating.stream();
  stream.next_in = bytes_of(compressed);
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string out;
  while (true) {
    const std::size_t have = out.size();
    if (have > max_bytes) return {};
    out.resize(have + std::min(std::max<std::size_t>(have, 65536), piece));
    stream.next_out = bytes_of(out) + have;
    stream.avail_out = static_cast<uInt>(out.size() - have);
    const int state = ::inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (state == Z_STREAM_END) break;
    if (state != Z_OK || out.size() == have) return {};
  }
  return out.size() > max_bytes ? std::nullopt : std::optional(std::move(out));
}

std::string deflate(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_header, 9, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    throw std::bad_alloc();
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  std::size_t read = 0;
  std::size_t written = 0;
  int state = Z_OK;
  while (state != Z_STREAM_END) {
    const std::size_t in = std::min(piece, bytes.size() - read);
    const std::size_t room = std::min(piece, out.size() - written);
    stream.next_in = bytes_of(bytes) + read;
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = bytes_of(out) + written;
    stream.avail_out = static_cast<uInt>(room);
    state = ::deflate(&stream, read + in == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
    read += in - stream.avail_in;
    written += room - stream.avail_out;
  }
  (void)deflateEnd(&stream);
  out.resize(written);
  return out;
}

}  // namespace entact
