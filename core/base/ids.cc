#include "core/base/ids.h"

namespace serin {
namespace {

constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr int kBitsPerCharacter = 5;
constexpr int kTimeCharacters = 10;
constexpr int kHalfCharacters = 8;  // of the random part
constexpr uint64_t kHalfMask = (uint64_t{1} << (kHalfCharacters * kBitsPerCharacter)) - 1;

void AppendBase32(uint64_t value, int characters, std::string* out) {
  for (int i = characters - 1; i >= 0; --i) {
    out->push_back(kAlphabet[(value >> (i * kBitsPerCharacter)) & 31]);
  }
}

}  // namespace

std::string IdGenerator::Next() {
  const auto now = static_cast<uint64_t>(absl::ToUnixMillis(clock_->Now()));
  Id id;
  {
    absl::MutexLock lock(&mutex_);
    id = now > last_.millis ? Id{now, random_() & kHalfMask, random_() & kHalfMask}
                            : Successor(last_);
    last_ = id;
  }
  std::string text;
  AppendBase32(id.millis, kTimeCharacters, &text);
  AppendBase32(id.high, kHalfCharacters, &text);
  AppendBase32(id.low, kHalfCharacters, &text);
  return text;
}

IdGenerator::Id IdGenerator::Successor(Id id) {
  id.low = (id.low + 1) & kHalfMask;
  if (id.low == 0) id.high = (id.high + 1) & kHalfMask;
  if (id.low == 0 && id.high == 0) ++id.millis;
  return id;
}

}  // namespace serin
