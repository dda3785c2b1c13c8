// Any bytes as what a gRPC peer sends: as a body of messages, whole and in pieces, which must give
// the same messages or the same error; as a timeout, which must come out no longer than it came in;
// as a message, which must come back from its encoding; and as trailers, whose status must come
// back from the trailers that it is sent on with.
//
// The first byte chooses the size of the pieces, the second the code.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "google/protobuf/stubs/logging.h"
#include "server/http/grpc_framer.h"
#include "server/http/grpc_wire.h"

namespace serin {
namespace {

void Check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "grpc_wire_fuzz: %s\n", what);
  std::abort();
}

struct Body {
  std::vector<std::string> messages;
  absl::Status end;
};

// True until an error ends the body.
bool Feed(absl::string_view data, GrpcFramer* framer, Body* body) {
  GrpcFramer::Part part;
  while (true) {
    const absl::StatusOr<bool> found = framer->Next(&data, &part);
    if (!found.ok()) {
      body->end = found.status();
      return false;
    }
    if (!*found) break;
    if (part.begins) body->messages.push_back(part.compressed ? "compressed " : "");
    body->messages.back().append(part.bytes.data(), part.bytes.size());
  }
  Check(data.empty(), "the framer leaves bytes behind");
  return true;
}

Body Read(absl::string_view data, size_t piece) {
  GrpcFramer framer(1000);
  Body body;
  while (!data.empty()) {
    if (!Feed(data.substr(0, piece), &framer, &body)) return body;
    data.remove_prefix(std::min(piece, data.size()));
  }
  body.end = framer.Finish();
  return body;
}

void CheckBody(absl::string_view data, size_t piece) {
  const Body whole = Read(data, data.size() + 1);
  const Body pieces = Read(data, piece);
  Check(whole.end == pieces.end, "pieces change the error");
  Check(whole.messages == pieces.messages, "pieces change the messages");
}

void CheckTimeout(absl::string_view text) {
  const absl::StatusOr<absl::Duration> timeout = ParseGrpcTimeout(text);
  if (!timeout.ok() || *timeout == absl::ZeroDuration()) return;
  const absl::StatusOr<absl::Duration> again = ParseGrpcTimeout(FormatGrpcTimeout(*timeout));
  Check(again.ok() && *again <= *timeout, "a timeout grows");
}

void CheckMessage(absl::string_view text) {
  Check(IsUtf8(DecodeGrpcMessage(text)), "a message that is not UTF-8");
  const std::string encoded = EncodeGrpcMessage(text);
  Check(IsAscii(encoded), "an encoded message that is not ASCII");
  Check(!IsUtf8(text) || DecodeGrpcMessage(encoded) == text, "a message is not what it was");
}

void CheckStatus(int code, absl::string_view text) {
  const google::protobuf::LogSilencer no_complaints_about_utf8;
  const Headers received = {{"grpc-status", absl::StrCat(code)},
                            {"grpc-message", text},
                            {"grpc-status-details-bin", absl::Base64Escape(text)}};
  const absl::Status status = GrpcStatusOf(received);
  Check(static_cast<int>(status.code()) == code, "another code than grpc-status says");
  const Headers sent = GrpcTrailers(status);
  Check(sent.list_bytes() <= 8192, "trailers that are too large");
  const absl::Status again = GrpcStatusOf(sent);
  Check(again.code() == status.code(), "another code after being sent on");
  Check(status.message().size() > 1000 || again.message() == status.message(),
        "another message after being sent on");
}

}  // namespace

void FuzzGrpcWire(absl::string_view input) {
  if (input.size() < 2) return;
  const size_t piece = 1 + static_cast<uint8_t>(input[0]) % 16;
  const int code = static_cast<uint8_t>(input[1]) % 17;
  const absl::string_view data = input.substr(2);
  CheckBody(data, piece);
  CheckTimeout(data);
  CheckMessage(data);
  CheckStatus(code, data);
}

}  // namespace serin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::FuzzGrpcWire(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
