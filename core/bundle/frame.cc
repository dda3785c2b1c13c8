#include "core/bundle/frame.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/sha256.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

// Not text, and damaged by whatever changes line ends or stops at a control character (as PNG's).
constexpr absl::string_view kMagic("\x89SRN\r\n\x1a\n", 8);
constexpr uint32_t kFormatVersion = 1;

constexpr size_t kVersionOffset = 8;
constexpr size_t kLengthOffset = 12;
constexpr size_t kPayloadOffset = 20;
constexpr size_t kDigestBytes = 32;
static_assert(kPayloadOffset + kDigestBytes == kFrameOverhead);

void AppendLittleEndian(uint64_t value, size_t bytes, std::string* out) {
  for (size_t i = 0; i < bytes; ++i) out->push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

uint64_t ReadLittleEndian(absl::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i > 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
  }
  return value;
}

std::string Digest(absl::string_view bytes) { return absl::HexStringToBytes(Sha256Hex(bytes)); }

absl::Status Damaged(size_t offset, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("bundle: byte ", offset, ": ", what));
}

absl::Status CheckHeader(absl::string_view bytes) {
  if (!absl::StartsWith(bytes, kMagic)) {
    return Damaged(0, "not a Serin bundle (it does not begin with the magic bytes)");
  }
  if (bytes.size() < kFrameOverhead) {
    return Damaged(bytes.size(),
                   absl::StrCat("ends early; a bundle has at least ", kFrameOverhead, " bytes"));
  }
  const uint64_t version = ReadLittleEndian(bytes.substr(kVersionOffset, 4));
  if (version == kFormatVersion) return absl::OkStatus();
  return absl::UnimplementedError(absl::StrCat("bundle: has format version ", version,
                                               "; this Serin reads version ", kFormatVersion));
}

}  // namespace

std::string FramePayload(absl::string_view payload) {
  std::string bytes(kMagic);
  bytes.reserve(payload.size() + kFrameOverhead);
  AppendLittleEndian(kFormatVersion, 4, &bytes);
  AppendLittleEndian(payload.size(), 8, &bytes);
  bytes.append(payload.data(), payload.size());
  bytes += Digest(bytes);
  return bytes;
}

absl::StatusOr<absl::string_view> UnframePayload(absl::string_view bytes) {
  SERIN_RETURN_IF_ERROR(CheckHeader(bytes));
  const size_t present = bytes.size() - kFrameOverhead;
  const uint64_t announced = ReadLittleEndian(bytes.substr(kLengthOffset, 8));
  if (announced != present) {
    return Damaged(kLengthOffset, absl::StrCat("announces a payload of ", announced,
                                               " bytes; there are ", present));
  }
  const size_t digest_offset = kPayloadOffset + present;
  if (Digest(bytes.substr(0, digest_offset)) != bytes.substr(digest_offset)) {
    return Damaged(digest_offset, "the checksum does not match the bytes before it");
  }
  return bytes.substr(kPayloadOffset, present);
}

}  // namespace serin
