#ifndef SERIN_CORE_TABLE_CELL_BUFFER_H_
#define SERIN_CORE_TABLE_CELL_BUFFER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace serin {

// The text of a column's cells, in order, in little more memory than the text itself: length and
// bytes one after another, in blocks that are never moved.
class CellBuffer {
 public:
  void Append(absl::string_view cell) {
    const size_t needed = kMaxLengthBytes + cell.size();
    if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < needed) Grow(needed);
    AppendLength(cell.size());
    blocks_.back().append(cell.data(), cell.size());
    ++size_;
  }

  // Visits the cells in order; false ends it. Returns whether all were visited.
  bool ForEach(absl::FunctionRef<bool(absl::string_view cell)> visit) const {
    for (const std::string& block : blocks_) {
      for (absl::string_view rest = block; !rest.empty();) {
        const size_t length = TakeLength(rest);
        if (!visit(rest.substr(0, length))) return false;
        rest.remove_prefix(length);
      }
    }
    return true;
  }

  size_t size() const { return size_; }

 private:
  static constexpr size_t kMaxLengthBytes = 10;
  static constexpr size_t kFirstBlock = 256;
  static constexpr size_t kLargestBlock = 256 << 10;

  void Grow(size_t needed) {
    const size_t doubled = blocks_.empty() ? kFirstBlock : 2 * blocks_.back().capacity();
    blocks_.emplace_back().reserve(std::max(needed, std::min(doubled, kLargestBlock)));
  }

  // As a base 128 varint, the least significant group first.
  void AppendLength(size_t length) {
    for (; length >= 0x80; length >>= 7) blocks_.back().push_back(static_cast<char>(length | 0x80));
    blocks_.back().push_back(static_cast<char>(length));
  }

  static size_t TakeLength(absl::string_view& rest) {
    size_t length = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<uint8_t>(rest.front());
      rest.remove_prefix(1);
      length |= static_cast<size_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return length;
    }
  }

  std::vector<std::string> blocks_;
  size_t size_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_TABLE_CELL_BUFFER_H_
