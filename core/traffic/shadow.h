#ifndef SERIN_CORE_TRAFFIC_SHADOW_H_
#define SERIN_CORE_TRAFFIC_SHADOW_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "google/protobuf/repeated_field.h"
#include "serin/v1/model.pb.h"

// Which predictions are copied to which versions. Pure functions.

namespace serin {

inline constexpr int kMaxShadows = 4;

using ShadowSetting = google::protobuf::RepeatedPtrField<v1::ShadowTraffic>;
using ShadowVersions = absl::InlinedVector<int32_t, kMaxShadows>;

// Checks what SetTraffic is given: at most kMaxShadows, every version a number from 1 that stands
// once, every percent 1 to 100. The error is InvalidField of `shadows` or of one of its elements.
// Whether the versions exist is for the caller to know.
absl::Status ValidateShadows(const ShadowSetting& shadows);

// The versions that get a copy of a call which `answering` answers. Each is drawn by itself from
// `random`, fresh for every call: two shadows of 10 percent see the same call once in a hundred.
ShadowVersions PickShadows(const ShadowSetting& shadows, int32_t answering, uint64_t random);

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_SHADOW_H_
