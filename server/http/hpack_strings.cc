#include <cstddef>
#include <cstdint>

// HPACK strings go out as they are, and not in Huffman's code. The strings of a call that are not
// in HPACK's table by then are ids, which are new each time (serin-request-id, traceparent): the
// code would take 30 bytes off a call, for a twelfth of the CPU that the proxy needs for it.
// nghttp2 has no option for that, but asks how long a string will be in the code before it decides;
// the linker gives it this function to ask (--wrap, in CMakeLists.txt). Were it not to ask any
// more, strings would be coded again, and no more than that.

extern "C" {

// NOLINTNEXTLINE(bugprone-reserved-identifier): the linker's name.
size_t __wrap_nghttp2_hd_huff_encode_count(const uint8_t* string, size_t length);

// NOLINTNEXTLINE(bugprone-reserved-identifier)
size_t __wrap_nghttp2_hd_huff_encode_count(const uint8_t*, size_t length) {
  return length;  // No shorter.
}

}  // extern "C"
