#include "core/base/ids.h"

#include <algorithm>

namespace serin {
namespace {

constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr int kBitsPerCharacter = 5;
constexpr int kTimeCharacters = 10;
constexpr int kHalfCharacters = 8;  // of the random part
constexpr uint64_t kHalfMask = (uint64_t{1} << (kHalfCharacters * kBitsPerCharacter)) - 1;

// The last of the characters comes right before `end`.
void WriteBase32(uint64_t value, int characters, char* end) {
  for (int i = 1; i <= characters; ++i, value >>= kBitsPerCharacter)
    end[-i] = kAlphabet[value & 31];
}

// None where a character is not of the alphabet.
std::optional<uint64_t> ReadBase32(absl::string_view text) {
  const absl::string_view alphabet = kAlphabet;
  uint64_t value = 0;
  for (const char c : text) {
    const size_t digit = alphabet.find(c);
    if (digit == absl::string_view::npos) return std::nullopt;
    value = value << kBitsPerCharacter | digit;
  }
  return value;
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
  std::string text(kTimeCharacters + 2 * kHalfCharacters, '0');
  WriteBase32(id.millis, kTimeCharacters, &text[kTimeCharacters]);
  WriteBase32(id.high, kHalfCharacters, &text[kTimeCharacters + kHalfCharacters]);
  WriteBase32(id.low, kHalfCharacters, text.data() + text.size());
  return text;
}

void IdGenerator::Follow(absl::string_view id) {
  const std::optional<Id> parsed = Parse(id);
  if (!parsed) return;
  absl::MutexLock lock(&mutex_);
  last_ = std::max(last_, *parsed);
}

std::optional<IdGenerator::Id> IdGenerator::Parse(absl::string_view text) {
  if (text.size() != kTimeCharacters + 2 * kHalfCharacters) return std::nullopt;
  const auto millis = ReadBase32(text.substr(0, kTimeCharacters));
  const auto high = ReadBase32(text.substr(kTimeCharacters, kHalfCharacters));
  const auto low = ReadBase32(text.substr(kTimeCharacters + kHalfCharacters));
  if (!millis || !high || !low) return std::nullopt;
  return Id{*millis, *high, *low};
}

IdGenerator::Id IdGenerator::Successor(Id id) {
  id.low = (id.low + 1) & kHalfMask;
  if (id.low == 0) id.high = (id.high + 1) & kHalfMask;
  if (id.low == 0 && id.high == 0) ++id.millis;
  return id;
}

}  // namespace serin
