#ifndef SERIN_SERVER_PROXY_PREDICT_SCAN_H_
#define SERIN_SERVER_PROXY_PREDICT_SCAN_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace serin {

// What the proxy has to know of a serin.v1.PredictRequest. Points into the message scanned.
struct PredictHead {
  absl::string_view model;
  absl::string_view key;
};

// Finds the fields `model` and `key` of a serialised PredictRequest and steps over all others
// without looking inside: a visit of each top-level field, no allocation, time linear in their
// number and not in their size.
//
// Agrees with protobuf on every message that protobuf parses: fields may come in any order, the
// last of several wins, unknown fields (also groups, at most 100 deep) are skipped.
// INVALID_ARGUMENT naming the byte for one that is cut short or malformed at the top level;
// malformed rows are for the predictor to find.
absl::StatusOr<PredictHead> ScanPredictRequest(absl::string_view message);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_PREDICT_SCAN_H_
