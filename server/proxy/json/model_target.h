#ifndef SERIN_SERVER_PROXY_JSON_MODEL_TARGET_H_
#define SERIN_SERVER_PROXY_JSON_MODEL_TARGET_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace serin {

// Which model, and which version of it, a path of TensorFlow Serving's API or of the Open Inference
// Protocol names.
struct ModelTarget {
  std::string model;
  std::string version;  // Digits. Empty: none is named.
  std::string alias;    // Of .../labels/L. Empty: none is named.

  bool names_version() const { return !version.empty() || !alias.empty(); }

  // models/iris, models/iris/versions/2 or models/iris@champion, as requests take it.
  std::string name() const;
};

// Takes {"iris"}, {"iris", "versions", "2"} or {"iris", "labels", "champion"} off the front of
// `segments`, which are those behind ".../models". INVALID_ARGUMENT naming what is malformed.
absl::StatusOr<ModelTarget> TakeModelTarget(absl::Span<const std::string>* segments);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_MODEL_TARGET_H_
