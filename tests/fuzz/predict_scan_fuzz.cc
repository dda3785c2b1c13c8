// Scans any bytes as a PredictRequest, whole and in pieces, and lets protobuf parse them: what
// protobuf parses, the scanner has to find the same model and key in; pieces change nothing; and
// every error is UTF-8. Then as the beginning of a longer message, which must end in a decision.
//
// The first byte chooses the size of the pieces.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/base/utf8.h"
#include "google/protobuf/stubs/logging.h"
#include "serin/v1/predict_service.pb.h"
#include "server/proxy/predict_scan.h"

namespace serin {
namespace {

void Check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "predict_scan_fuzz: %s\n", what);
  std::abort();
}

absl::StatusOr<PredictHead> ScanInPieces(absl::string_view message, size_t piece,
                                         uint32_t max_scanned) {
  PredictScanner scanner(kPredictRequestFields, static_cast<uint32_t>(message.size()), max_scanned);
  absl::StatusOr<bool> settled = scanner.Feed("");
  while (settled.ok() && !*settled) {
    Check(!message.empty(), "the scanner wants more than there is");
    settled = scanner.Feed(message.substr(0, piece));
    message.remove_prefix(std::min(piece, message.size()));
  }
  if (!settled.ok()) return settled.status();
  return scanner.head();
}

void CheckSame(const absl::StatusOr<PredictHead>& a, const absl::StatusOr<PredictHead>& b) {
  Check(a.status() == b.status(), "pieces change the error");
  if (!a.ok()) {
    Check(IsUtf8(a.status().message()), "a message that is not UTF-8");
    return;
  }
  Check(a->model == b->model && a->key == b->key, "pieces change the head");
}

void CheckAgainstProtobuf(absl::string_view message, const absl::StatusOr<PredictHead>& head) {
  const google::protobuf::LogSilencer no_complaints_about_utf8;
  v1::PredictRequest parsed;
  if (!parsed.ParseFromArray(message.data(), static_cast<int>(message.size()))) return;
  if (std::max(parsed.model().size(), parsed.key().size()) > FieldScanner::kMaxValueBytes) {
    Check(!head.ok(), "a text that is too long is taken");
    return;
  }
  Check(head.ok(), "protobuf parses what the scanner refuses");
  Check(head->model == parsed.model(), "another model than protobuf's");
  Check(head->key == parsed.key(), "another key than protobuf's");
}

}  // namespace

void FuzzPredictScan(absl::string_view input) {
  if (input.empty()) return;
  const size_t piece = 1 + static_cast<uint8_t>(input[0]) % 16;
  const absl::string_view message = input.substr(1);
  const absl::StatusOr<PredictHead> whole = ScanPredictRequest(message);
  CheckSame(whole, ScanInPieces(message, piece, UINT32_MAX));
  CheckAgainstProtobuf(message, whole);

  const uint32_t limit = static_cast<uint32_t>(message.size() / 2);
  CheckSame(ScanInPieces(message, message.size() + 1, limit), ScanInPieces(message, piece, limit));
}

}  // namespace serin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::FuzzPredictScan(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
