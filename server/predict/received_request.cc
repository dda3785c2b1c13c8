#include "server/predict/received_request.h"

#include <limits>

#include "core/base/status_macros.h"
#include "server/predict/decode_rows.h"

namespace serin {

absl::StatusOr<ReceivedRequest> ReceivedRequest::Open(absl::string_view bytes, CallMemory* memory) {
  ReceivedRequest request(bytes, memory);
  if (const auto scanned = ScanRequest(bytes)) {
    request.model_ = scanned->model;
    request.key_ = scanned->key;
    request.scanned_rows_ = scanned->rows;
  } else {
    SERIN_RETURN_IF_ERROR(request.Parse());
  }
  return request;
}

absl::Status ReceivedRequest::DecodeInto(const FeatureIndex& features, Table* rows) {
  if (!scanned_rows_.empty() && ScanRows(scanned_rows_, features, rows)) return absl::OkStatus();
  if (parsed_ == nullptr) SERIN_RETURN_IF_ERROR(Parse());
  return DecodeRows(*parsed_, features, rows);
}

absl::Status ReceivedRequest::Parse() {
  auto* request = google::protobuf::Arena::CreateMessage<v1::PredictRequest>(memory_->arena());
  if (bytes_.size() > std::numeric_limits<int>::max() ||
      !request->ParseFromArray(bytes_.data(), static_cast<int>(bytes_.size()))) {
    return absl::InvalidArgumentError("the message is no serin.v1.PredictRequest");
  }
  parsed_ = request;
  model_ = request->model();
  key_ = request->key();
  return absl::OkStatus();
}

}  // namespace serin
