#ifndef SERIN_SERVER_HTTP_RESET_SCANNER_H_
#define SERIN_SERVER_HTTP_RESET_SCANNER_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace serin {

// Finds the RST_STREAM frames in what a client sends over HTTP/2 (RFC 9113, sections 3.4 and 4.1).
//
// gRPC's C core resets streams that it gave up before it sent their heads. For us they are idle,
// which makes that an error of the connection (section 5.1), and nghttp2 ends it with everybody
// else's calls. So whoever feeds nghttp2 sees each reset before nghttp2 does.
class ResetScanner {
 public:
  struct Piece {
    absl::string_view bytes;
    // Of a RST_STREAM frame, which is the whole piece; 0: there is none in the piece.
    uint32_t reset_stream = 0;
  };

  // Takes the next piece off the front of `bytes`, which are what came next. All pieces together
  // are all bytes, but for the beginning of a frame at the end, which is kept for the next call
  // until it is known to be a reset or not: so a piece may be empty. It is valid until that call.
  Piece Next(absl::string_view* bytes);

 private:
  static constexpr size_t kPreface = 24;
  static constexpr size_t kHead = 9;
  static constexpr size_t kReset = kHead + 4;

  // How many bytes of a frame are looked at; it begins with `frame`.
  static size_t Wanted(absl::string_view frame);
  static bool IsReset(absl::string_view frame);

  Piece TakeKept(absl::string_view* bytes);
  void Keep(absl::string_view begin);

  size_t skip_ = kPreface;  // Bytes until the next frame begins.
  std::array<char, kReset> kept_ = {};
  size_t kept_size_ = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_RESET_SCANNER_H_
