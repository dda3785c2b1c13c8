#ifndef SERIN_CORE_BASE_MEMORY_BYTES_H_
#define SERIN_CORE_BASE_MEMORY_BYTES_H_

#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

namespace serin {

// What a container has on the heap, in bytes; what its elements have there too is not in it, but
// for texts.
template <typename T>
size_t HeapBytes(const std::vector<T>& values) {
  static_assert(!std::is_same_v<T, bool>, "packs its elements");
  return values.capacity() * sizeof(T);
}

inline size_t HeapBytes(const std::string& text) {
  constexpr size_t kWithin = 15;  // Shorter ones lie within the object.
  return text.capacity() > kWithin ? text.capacity() + 1 : 0;
}

inline size_t HeapBytes(const std::vector<std::string>& texts) {
  size_t bytes = texts.capacity() * sizeof(std::string);
  for (const std::string& text : texts) bytes += HeapBytes(text);
  return bytes;
}

}  // namespace serin

#endif  // SERIN_CORE_BASE_MEMORY_BYTES_H_
