#include "server/proxy/binary_metadata.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace serin {
namespace {

constexpr uint8_t kNoDigit = 0xff;

// What each byte stands for.
constexpr std::array<uint8_t, 256> kDigits = [] {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<uint8_t, 256> digits = {};
  for (uint8_t& digit : digits) digit = kNoDigit;
  for (uint8_t i = 0; i < 64; ++i) digits[static_cast<uint8_t>(kAlphabet[i])] = i;
  return digits;
}();

uint8_t DigitOf(char c) { return kDigits[static_cast<uint8_t>(c)]; }

}  // namespace

absl::string_view WithoutPadding(absl::string_view base64) {
  return base64.substr(0, base64.find_last_not_of('=') + 1);
}

bool IsBase64(absl::string_view unpadded) {
  for (const char c : unpadded) {
    if (DigitOf(c) == kNoDigit) return false;
  }
  switch (unpadded.size() % 4) {
    case 0:
      return true;
    case 2:
      return (DigitOf(unpadded.back()) & 0xf) == 0;
    case 3:
      return (DigitOf(unpadded.back()) & 0x3) == 0;
    default:
      return false;
  }
}

}  // namespace serin
