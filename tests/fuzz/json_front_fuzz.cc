// Sends any request to the JSON front, whole and in pieces, before a gRPC server that answers well
// or badly: each must get one answer, the same both times, in JSON wherever it says so, and nothing
// may be left behind.
//
// The first byte chooses how the server answers, the second the size of the pieces; then METHOD,
// PATH and CONTENT-TYPE, a line each, and the body.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/utf8.h"
#include "google/protobuf/stubs/logging.h"
#include "serin/v1/model_service.pb.h"
#include "serin/v1/predict_service.pb.h"
#include "tests/unit/server/proxy/json/front_world.h"

namespace serin {
namespace {

using testing::Caller;
using testing::FrontWorld;
using testing::ServedCall;

void Check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "json_front_fuzz: %s\n", what);
  std::abort();
}

v1::PredictResponse Prediction() {
  v1::PredictResponse response;
  response.set_model_version("models/iris/versions/2");
  response.add_classes("a");
  auto* prediction = response.add_predictions();
  prediction->set_label("a");
  prediction->add_probabilities(1);
  return response;
}

v1::ModelVersion Version() {
  v1::ModelVersion version;
  version.set_version(2);
  for (const v1::ColumnType type :
       {v1::COLUMN_TYPE_NUMBER, v1::COLUMN_TYPE_BOOLEAN, v1::COLUMN_TYPE_CATEGORY}) {
    auto* column = version.mutable_features()->add_columns();
    column->set_name(absl::StrCat("f", type));
    column->set_type(type);
  }
  return version;
}

void AnswerWell(ServedCall& call) {
  const absl::string_view path = call.head.Get(":path");
  if (absl::EndsWith(path, "/Predict")) return call.Answer(Prediction());
  if (absl::EndsWith(path, "/GetModelVersion")) return call.Answer(Version());
  call.Answer(v1::Model());  // Empty, as which it is a message of any type.
}

void AnswerCall(ServedCall& call, uint8_t how) {
  switch (how % 5) {
    case 0:
      return call.Fail(absl::InvalidArgumentError("rows[0] is bad \xff"));
    case 1:
      return call.Reset(7);
    case 2:
      call.SendHead();
      return call.SendRaw("\x00\x00\x00\x00\x02\xff\xff", true);
    default:
      return AnswerWell(call);
  }
}

// Answers calls until there are no more. A call may lead to another.
void AnswerAll(FrontWorld& world, uint8_t how) {
  for (size_t i = 0; i < world.grpc.calls.size(); ++i) {
    AnswerCall(*world.grpc.calls[i], how);
    world.loop.RunPosted();
    world.RunElsewhere();
  }
}

void CheckAnswer(const Caller& caller, bool is_head) {
  Check(caller.status() >= 200 && caller.ended, "no whole answer");
  const std::string type = caller.header("content-type");
  if (is_head) {
    Check(caller.body.empty(), "an answer to HEAD with a body");
  } else if (type == "application/json") {
    Check(!caller.json().is_discarded(), "an answer that is not JSON");
    Check(IsUtf8(caller.body), "an answer that is not UTF-8");
  } else if (absl::StartsWith(type, "application/connect+")) {
    Check(caller.body.size() >= 5, "a stream without its end");
  }
}

std::string Ask(const std::vector<std::string>& lines, absl::string_view body, uint8_t how,
                size_t piece) {
  FrontWorld world({.allowed_origins = {"*"},
                    .max_body_bytes = 4096,
                    .max_held_bytes = 8192,
                    .offload_bytes = 256,
                    .max_message_bytes = 4096});
  auto caller = world.Open(lines[0], lines[1], {{"content-type", lines[2]}});
  for (; !body.empty(); body.remove_prefix(piece)) {
    piece = std::min(piece, body.size());
    caller->Send(body.substr(0, piece), false);
    world.loop.RunPosted();
  }
  caller->Send("", true);
  world.loop.RunPosted();
  world.RunElsewhere();
  AnswerAll(world, how);
  CheckAnswer(*caller, lines[0] == "HEAD");
  Check(world.front.open() == 0, "an exchange is left");
  return absl::StrCat(caller->status(), " ", caller->body);
}

}  // namespace

void FuzzJsonFront(absl::string_view input) {
  if (input.size() < 2) return;
  const auto how = static_cast<uint8_t>(input[0]);
  const size_t piece = 1 + static_cast<uint8_t>(input[1]) % 64;
  const std::vector<std::string> parts = absl::StrSplit(input.substr(2), absl::MaxSplits('\n', 3));
  if (parts.size() < 4) return;
  const std::string whole = Ask(parts, parts[3], how, parts[3].size() + 1);
  const std::string pieces = Ask(parts, parts[3], how, piece);
  Check(whole == pieces, "pieces change the answer");
}

}  // namespace serin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool quiet = [] {
    google::protobuf::SetLogHandler(nullptr);
    return true;
  }();
  (void)quiet;
  serin::FuzzJsonFront(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
