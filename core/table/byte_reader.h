#ifndef SERIN_CORE_TABLE_BYTE_READER_H_
#define SERIN_CORE_TABLE_BYTE_READER_H_

#include <cstddef>
#include <cstring>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"

// Plain values in the byte order of the machine, which is little-endian wherever Serin runs.

namespace serin {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

template <typename Value>
void AppendPlain(Value value, std::string& out) {
  static_assert(std::is_arithmetic_v<Value>);
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

// Takes bytes apart from front to back. Every method is false, and takes nothing, where fewer bytes
// are left than it needs.
class ByteReader {
 public:
  explicit ByteReader(absl::string_view bytes) : bytes_(bytes) {}

  template <typename Value>
  [[nodiscard]] bool Read(Value* value) {
    static_assert(std::is_arithmetic_v<Value>);
    absl::string_view bytes;
    if (!ReadBytes(sizeof(Value), &bytes)) return false;
    std::memcpy(value, bytes.data(), sizeof(Value));
    return true;
  }

  [[nodiscard]] bool ReadBytes(size_t size, absl::string_view* bytes) {
    if (bytes_.size() < size) return false;
    *bytes = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return true;
  }

  absl::string_view rest() const { return bytes_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  absl::string_view bytes_;
};

}  // namespace serin

#endif  // SERIN_CORE_TABLE_BYTE_READER_H_
