#include "core/base/ids.h"

#include <cstdint>

namespace serin {
namespace {

constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr int kBitsPerCharacter = 5;
constexpr int kTimeCharacters = 10;
constexpr int kRandomCharacters = 16;

void AppendBase32(uint64_t value, int characters, std::string* out) {
  for (int i = characters - 1; i >= 0; --i) {
    out->push_back(kAlphabet[(value >> (i * kBitsPerCharacter)) & 31]);
  }
}

}  // namespace

std::string IdGenerator::Next() {
  uint64_t high;
  uint64_t low;
  {
    absl::MutexLock lock(&mutex_);
    high = random_();
    low = random_();
  }
  std::string id;
  AppendBase32(static_cast<uint64_t>(absl::ToUnixMillis(clock_->Now())), kTimeCharacters, &id);
  AppendBase32(high, kRandomCharacters / 2, &id);
  AppendBase32(low, kRandomCharacters / 2, &id);
  return id;
}

}  // namespace serin
