#ifndef SERIN_SERVER_PREDICT_RECEIVED_REQUEST_H_
#define SERIN_SERVER_PREDICT_RECEIVED_REQUEST_H_

#include <google/protobuf/arena.h>

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/table/table.h"
#include "serin/v1/predict_service.pb.h"
#include "server/predict/call_memory.h"
#include "server/predict/feature_index.h"
#include "server/predict/scan_request.h"

namespace serin {

// A PredictRequest as its bytes came, which are scanned where that can be done, and where not,
// parsed.
class ReceivedRequest {
 public:
  // `bytes` and `memory` outlive the request. INVALID_ARGUMENT for bytes that are no
  // PredictRequest, if that shows before the rows.
  static absl::StatusOr<ReceivedRequest> Open(absl::string_view bytes, CallMemory* memory);

  absl::string_view model() const { return model_; }
  absl::string_view key() const { return key_; }

  // As DecodeRows; and INVALID_ARGUMENT for bytes that are no PredictRequest.
  absl::Status DecodeInto(const FeatureIndex& features, Table* rows);

 private:
  ReceivedRequest(absl::string_view bytes, CallMemory* memory) : bytes_(bytes), memory_(memory) {}

  absl::Status Parse();

  absl::string_view bytes_;
  CallMemory* memory_;
  absl::string_view model_;
  absl::string_view key_;
  absl::string_view scanned_rows_;              // Empty where the request is parsed.
  const v1::PredictRequest* parsed_ = nullptr;  // In the memory's arena.
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_RECEIVED_REQUEST_H_
