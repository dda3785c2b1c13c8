#include "server/proxy/predict_scan.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

enum Wanted : size_t { kModel, kVersion, kKey };

absl::Status CheckLength(const char* field, const FieldScanner::Value& value) {
  if (value.bytes <= FieldScanner::kMaxValueBytes) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must be at most ", FieldScanner::kMaxValueBytes,
                                          " bytes, is ", value.bytes));
}

}  // namespace

PredictScanner::PredictScanner(const PredictFields& fields, uint32_t message_bytes,
                               uint32_t max_scanned)
    : fields_(fields),
      message_bytes_(message_bytes),
      scanned_bytes_(std::min(message_bytes, max_scanned)),
      scanner_({fields.model.number, fields.version.number, fields.key.number}, message_bytes) {}

absl::StatusOr<bool> PredictScanner::Feed(absl::string_view piece) {
  const uint32_t wanted = scanned_bytes_ - scanner_.position();
  if (!scanner_.Feed(piece.substr(0, wanted))) return Malformed();
  if (scanner_.position() < scanned_bytes_) return false;
  if (scanned_bytes_ == message_bytes_ && !scanner_.at_boundary()) return Malformed();
  SERIN_RETURN_IF_ERROR(CheckHead());
  return true;
}

PredictHead PredictScanner::head() const {
  return {.model = scanner_.value(kModel).text,
          .version = scanner_.value(kVersion).text,
          .key = scanner_.value(kKey).text};
}

absl::Status PredictScanner::Malformed() const {
  return WithReason(
      absl::InvalidArgumentError(absl::StrCat(
          "the message is no ", fields_.message, ": the field at byte ", scanner_.field_start(),
          " of ", message_bytes_, " is malformed or cut short")),
      "MALFORMED_MESSAGE");
}

absl::Status PredictScanner::CheckHead() const {
  SERIN_RETURN_IF_ERROR(CheckLength(fields_.model.name, scanner_.value(kModel)));
  SERIN_RETURN_IF_ERROR(CheckLength(fields_.version.name, scanner_.value(kVersion)));
  SERIN_RETURN_IF_ERROR(CheckLength(fields_.key.name, scanner_.value(kKey)));
  if (scanned_bytes_ < message_bytes_ && scanner_.value(kModel).text.empty()) {
    return InvalidField(fields_.model.name,
                        absl::StrCat("must be in the first ", scanned_bytes_, " bytes of the ",
                                     message_bytes_, ", or in the serin-model metadata"));
  }
  return absl::OkStatus();
}

absl::StatusOr<PredictHead> ScanPredictRequest(absl::string_view message) {
  constexpr uint32_t kNoLimit = std::numeric_limits<uint32_t>::max();
  PredictScanner scanner(kPredictRequestFields, static_cast<uint32_t>(message.size()), kNoLimit);
  SERIN_RETURN_IF_ERROR(scanner.Feed(message).status());
  return scanner.head();
}

}  // namespace serin
