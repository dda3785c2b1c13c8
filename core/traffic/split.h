#ifndef SERIN_CORE_TRAFFIC_SPLIT_H_
#define SERIN_CORE_TRAFFIC_SPLIT_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_field.h"
#include "serin/v1/model.pb.h"

// How the predictions of a model are shared out among its versions. Pure functions: the same inputs
// give the same answer in every process, on every machine and in every release, which is what keeps
// a key at its version when the call goes through another proxy.

namespace serin {

using TrafficSplit = google::protobuf::RepeatedPtrField<v1::TrafficWeight>;

// Checks what SetTraffic is given: every version a number from 1 that stands once, every weight 0
// to 100, and their sum 100. The error is InvalidField of `traffic` or of one of its elements.
// Whether the versions exist is for the caller to know.
absl::Status ValidateTraffic(const TrafficSplit& traffic);

// Where a sticky key falls, evenly spread over 64 bits. The same key falls elsewhere for another
// model, so that no user is in the canary of all models at once.
uint64_t HashKey(absl::string_view model, absl::string_view key);

// The version that answers calls whose key hashes to `key_hash` (for a call without a key: a fresh
// random number); 0 if no version has a weight above 0.
//
// Weighted rendezvous hashing: each version draws a number u in (0, 1) from the key and its own
// number, and the highest -weight / ln(u) wins. (Schindelhauer and Schomaker, "Weighted Distributed
// Hash Tables", SPAA 2005; the original is Thaler and Ravishankar, "Using Name-Based Mappings to
// Increase Hit Rates", 1998.) It follows that
//   - the shares of the keys are as the weights, whatever the order they are listed in;
//   - when weights change, a key leaves its version only if that version's share shrinks or the key
//     goes to one whose share grows: from 90/10 to 80/20, 10 keys in 100 move, all the same way;
//   - a version with weight 0 is as one that is not listed.
int32_t PickVersion(const TrafficSplit& traffic, uint64_t key_hash);

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_SPLIT_H_
