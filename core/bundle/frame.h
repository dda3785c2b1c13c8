#ifndef SERIN_CORE_BUNDLE_FRAME_H_
#define SERIN_CORE_BUNDLE_FRAME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace serin {

// The frame around a bundle's payload, as FORMAT.md specifies it: magic, version, length, payload,
// checksum over all of it.
std::string FramePayload(absl::string_view payload);

// The payload within the frame, a part of `bytes`. DATA_LOSS or UNIMPLEMENTED as DecodeBundle says.
absl::StatusOr<absl::string_view> UnframePayload(absl::string_view bytes);

// The bytes of a frame that are not payload.
inline constexpr size_t kFrameOverhead = 8 + 4 + 8 + 32;

}  // namespace serin

#endif  // SERIN_CORE_BUNDLE_FRAME_H_
