#ifndef SERIN_SERVER_PROXY_PREDICT_SCAN_H_
#define SERIN_SERVER_PROXY_PREDICT_SCAN_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/proxy/field_scan.h"

namespace serin {

// What the proxy has to know of a prediction.
struct PredictHead {
  std::string model;
  std::string version;  // A number, of the Open Inference Protocol; empty in PredictRequest.
  std::string key;
};

// A kind of request that names a model, and the fields where it does.
struct PredictFields {
  struct Field {
    uint32_t number = 0;  // 0: there is no such field.
    const char* name = "";
  };
  const char* message = "";  // Full name.
  Field model;
  Field version;
  Field key;
  // Whether a message that names no model is about none in particular.
  bool model_is_optional = false;
};

inline constexpr PredictFields kPredictRequestFields = {
    .message = "serin.v1.PredictRequest", .model = {1, "model"}, .key = {2, "key"}};
inline constexpr PredictFields kExplainRequestFields = {
    .message = "serin.v1.ExplainRequest", .model = {1, "model"}, .key = {2, "key"}};

// The Open Inference Protocol's (https://github.com/kserve/open-inference-protocol).
inline constexpr PredictFields kModelInferRequestFields = {.message = "inference.ModelInferRequest",
                                                           .model = {1, "model_name"},
                                                           .version = {2, "model_version"}};
inline constexpr PredictFields kModelReadyRequestFields = {
    .message = "inference.ModelReadyRequest", .model = {1, "name"}, .version = {2, "version"}};
inline constexpr PredictFields kModelMetadataRequestFields = {
    .message = "inference.ModelMetadataRequest", .model = {1, "name"}, .version = {2, "version"}};
inline constexpr PredictFields kModelConfigRequestFields = {
    .message = "inference.ModelConfigRequest", .model = {1, "name"}, .version = {2, "version"}};
inline constexpr PredictFields kModelStatisticsRequestFields = {
    .message = "inference.ModelStatisticsRequest",
    .model = {1, "name"},
    .version = {2, "version"},
    .model_is_optional = true};

// Finds model, version and key in a serialised request that comes in pieces, without waiting for
// the whole of it or decoding the rest: a visit of each top-level field, time linear in their
// number and not in their size, no memory but for the three texts.
//
// Fields of protobuf may come in any order, and the last of several wins. So:
//   - A message of up to kMaxScanned bytes is scanned to its end, and the head is what protobuf's
//     parser would find.
//   - Of a longer one the first kMaxScanned bytes decide. Serialisers write fields in the order of
//     their numbers, and model and key come before the rows. One that does not name its model
//     there is INVALID_ARGUMENT; its caller can say it in the serin-model metadata.
// Whoever writes another model further on does not get the wrong version served: the proxy sends
// what it found as serin-model, and the predictor refuses a message that says something else.
class PredictScanner {
 public:
  // Below what a peer may send before anything is consumed (64 KiB), so that a scanner is never
  // short of bytes that flow control holds back.
  static constexpr uint32_t kMaxScanned = 16 * 1024;

  // `message_bytes`: the size of the whole message. `fields` outlives the scanner.
  PredictScanner(const PredictFields& fields, uint32_t message_bytes,
                 uint32_t max_scanned = kMaxScanned);

  // Takes the next piece of the message; true once the head is settled, and no more is needed.
  // Pieces are not kept. An empty message is settled by an empty piece.
  //
  // INVALID_ARGUMENT naming the byte where a field is malformed or cut short; for a model, version
  // or key over 256 bytes; and for a long message without a model at its beginning.
  absl::StatusOr<bool> Feed(absl::string_view piece);

  // Once settled.
  PredictHead head() const;

 private:
  absl::Status Malformed() const;
  absl::Status CheckHead() const;

  const PredictFields& fields_;
  const uint32_t message_bytes_;
  const uint32_t scanned_bytes_;  // How much of it decides.
  FieldScanner scanner_;
};

// The head of a PredictRequest that is there in one piece, scanned to its end whatever its size.
absl::StatusOr<PredictHead> ScanPredictRequest(absl::string_view message);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_PREDICT_SCAN_H_
