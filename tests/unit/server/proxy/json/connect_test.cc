#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/escaping.h"
#include "core/base/errors.h"
#include "google/rpc/error_details.pb.h"
#include "grpc/health/v1/health.pb.h"
#include "serin/v1/dataset_service.pb.h"
#include "serin/v1/model_service.pb.h"
#include "serin/v1/predict_service.pb.h"
#include "serin/v1/train_service.pb.h"
#include "tests/unit/server/proxy/json/front_world.h"

namespace serin {
namespace {

using nlohmann::json;
using testing::FrontWorld;
using ::testing::HasSubstr;

constexpr char kGetModel[] = "/serin.v1.ModelService/GetModel";
constexpr char kWatchJob[] = "/serin.v1.TrainService/WatchJob";
constexpr char kUpload[] = "/serin.v1.DatasetService/UploadDataset";

std::string Envelope(absl::string_view content) {
  std::string out;
  AppendGrpcMessage(content, &out);
  return out;
}

// Contents of the envelopes of a body; those that end the stream begin with "END ".
std::vector<std::string> Envelopes(absl::string_view body) {
  std::vector<std::string> out;
  while (body.size() >= 5) {
    size_t size = 0;
    for (int i = 1; i < 5; ++i) size = size << 8 | static_cast<unsigned char>(body[i]);
    out.push_back(absl::StrCat(body[0] == 2 ? "END " : "", body.substr(5, size)));
    body.remove_prefix(5 + size);
  }
  EXPECT_TRUE(body.empty()) << "an envelope was cut";
  return out;
}

TEST(ConnectUnary, JsonBecomesAGrpcCall_AndTheResponseJson) {
  FrontWorld world;
  auto caller = world.Do("POST", kGetModel,
                         {{"content-type", "application/json; charset=utf-8"},
                          {"connect-protocol-version", "1"},
                          {"connect-timeout-ms", "5000"},
                          {"accept-encoding", "gzip"},
                          {"user-agent", "test/1"},
                          {"cookie", "secret"},
                          {"grpc-encoding", "gzip"},
                          {"serin-project", "team-a"}},
                         R"({"name": "models/iris"})");
  const Headers& head = world.call().head;
  EXPECT_EQ(head.Get(":method"), "POST");
  EXPECT_EQ(head.Get(":path"), kGetModel);
  EXPECT_EQ(head.Get(":authority"), "serin.example:8500");
  EXPECT_EQ(head.Get("content-type"), "application/grpc");
  EXPECT_EQ(head.Get("te"), "trailers");
  EXPECT_EQ(ParseGrpcTimeout(head.Get("grpc-timeout")).value(), absl::Seconds(5));
  EXPECT_EQ(head.Get("user-agent"), "test/1");
  EXPECT_EQ(head.Get("serin-project"), "team-a");
  for (const char* hidden : {"cookie", "accept-encoding", "grpc-encoding", "connect-timeout-ms",
                             "connect-protocol-version"}) {
    EXPECT_FALSE(head.Has(hidden)) << hidden;
  }
  EXPECT_EQ(world.grpc.last_peer.address, "192.0.2.7:4242");
  EXPECT_EQ(world.call().Message<v1::GetModelRequest>(0).name(), "models/iris");
  EXPECT_TRUE(world.call().ended);

  v1::Model model;
  model.set_name("models/iris");
  model.set_latest_version(2);
  world.call().Answer(model, {{"serin-request-id", "r1"}}, {{"cost", "7"}});
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 200);
  EXPECT_EQ(caller->header("content-type"), "application/json");
  EXPECT_EQ(caller->header("content-length"), std::to_string(caller->body.size()));
  EXPECT_EQ(caller->header("serin-request-id"), "r1");
  EXPECT_EQ(caller->header("trailer-cost"), "7");
  EXPECT_EQ(caller->json(), json::parse(R"({"name": "models/iris", "latestVersion": 2})"));
  EXPECT_EQ(caller->closed, StreamEnd::kComplete);
  EXPECT_EQ(world.front.open(), 0u);
}

TEST(ConnectUnary, ProtobufPassesAsItIs) {
  FrontWorld world;
  v1::GetModelRequest request;
  request.set_name("iris");
  auto caller = world.Do("POST", kGetModel, {{"content-type", "application/proto"}},
                         request.SerializeAsString());
  EXPECT_EQ(world.call().messages[0], request.SerializeAsString());
  v1::Model model;
  model.set_name("models/iris");
  world.call().Answer(model);
  world.loop.RunPosted();
  EXPECT_EQ(caller->header("content-type"), "application/proto");
  EXPECT_EQ(caller->body, model.SerializeAsString());
}

TEST(ConnectUnary, ErrorsAreJson_WithCodeMessageDetails_AndTheirHttpStatus) {
  FrontWorld world;
  auto caller = world.PostJson(kGetModel, R"({"name": "gone"})");
  world.call().Fail(WithRetryDelay(InvalidField("name", "must be good"), absl::Milliseconds(1500)));
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 400);
  EXPECT_EQ(caller->header("content-type"), "application/json");
  EXPECT_EQ(caller->header("retry-after"), "2");
  const json error = caller->json();
  EXPECT_EQ(error["code"], "invalid_argument");
  EXPECT_EQ(error["message"], "name: must be good");
  bool found = false;
  for (const json& detail : error["details"]) {
    if (detail["type"] != "google.rpc.BadRequest") continue;
    found = true;
    EXPECT_EQ(detail["debug"]["fieldViolations"][0]["field"], "name");
    std::string value = detail["value"];
    EXPECT_EQ(value.find('='), value.npos) << "padded";
    std::string bytes;
    google::rpc::BadRequest parsed;
    ASSERT_TRUE(absl::Base64Unescape(value, &bytes) && parsed.ParseFromString(bytes));
    EXPECT_EQ(parsed.field_violations(0).description(), "must be good");
  }
  EXPECT_TRUE(found) << error;
}

TEST(ConnectUnary, MapsEveryCode) {
  const std::vector<std::tuple<absl::StatusCode, std::string, int>> codes = {
      {absl::StatusCode::kCancelled, "canceled", 499},
      {absl::StatusCode::kUnknown, "unknown", 500},
      {absl::StatusCode::kInvalidArgument, "invalid_argument", 400},
      {absl::StatusCode::kDeadlineExceeded, "deadline_exceeded", 504},
      {absl::StatusCode::kNotFound, "not_found", 404},
      {absl::StatusCode::kAlreadyExists, "already_exists", 409},
      {absl::StatusCode::kPermissionDenied, "permission_denied", 403},
      {absl::StatusCode::kResourceExhausted, "resource_exhausted", 429},
      {absl::StatusCode::kFailedPrecondition, "failed_precondition", 400},
      {absl::StatusCode::kAborted, "aborted", 409},
      {absl::StatusCode::kOutOfRange, "out_of_range", 400},
      {absl::StatusCode::kUnimplemented, "unimplemented", 501},
      {absl::StatusCode::kInternal, "internal", 500},
      {absl::StatusCode::kUnavailable, "unavailable", 503},
      {absl::StatusCode::kDataLoss, "data_loss", 500},
      {absl::StatusCode::kUnauthenticated, "unauthenticated", 401}};
  FrontWorld world;
  for (const auto& [code, name, status] : codes) {
    auto caller = world.PostJson(kGetModel, "{}");
    world.call().Fail(absl::Status(code, "why"));
    world.loop.RunPosted();
    EXPECT_EQ(caller->status(), status) << name;
    EXPECT_EQ(caller->json()["code"], name);
  }
}

struct BadBody {
  std::string body;
  std::string says;
};

TEST(ConnectUnary, BadBodies_AreInvalidArgument_SayingWhere_AndTheNextCallWorks) {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  const std::vector<BadBody> bodies = {
      {"{\"name\": \"\xff\"}", "UTF-8, but byte 10 (0xff)"},
      {"{\"rows\": " + deep + "}", "nested more than 64 levels deep, at byte 72"},
      {R"({"name": 7})", "name"},
      {R"({"nmae": "iris"})", "nmae"},
      {R"({"name": "iris")", "serin.v1.GetModelRequest"},
      {"", "serin.v1.GetModelRequest"},
      {R"(["iris"])", "serin.v1.GetModelRequest"},
  };
  FrontWorld world;
  for (const BadBody& bad : bodies) {
    auto caller = world.PostJson(kGetModel, bad.body);
    EXPECT_EQ(caller->status(), 400) << bad.body;
    EXPECT_EQ(caller->json()["code"], "invalid_argument");
    EXPECT_THAT(caller->json()["message"].get<std::string>(), HasSubstr(bad.says));
    EXPECT_EQ(caller->closed, StreamEnd::kComplete);
  }
  EXPECT_TRUE(world.grpc.calls.empty());
  auto good = world.PostJson(kGetModel, R"({"name": "iris"})");
  world.call().Answer(v1::Model());
  world.loop.RunPosted();
  EXPECT_EQ(good->status(), 200);
}

TEST(ConnectUnary, BodyOverTheLimit_Is413_AnnouncedOrNot) {
  FrontWorld world({.max_body_bytes = 1000});
  auto announced = world.Open("POST", kGetModel,
                              {{"content-type", "application/json"}, {"content-length", "1001"}});
  world.loop.RunPosted();
  EXPECT_EQ(announced->status(), 413);
  EXPECT_THAT(announced->json()["message"].get<std::string>(), HasSubstr("at most 1000 bytes"));

  auto streamed = world.Open("POST", kGetModel, {{"content-type", "application/json"}});
  streamed->Send(std::string(900, ' '), false);
  world.loop.RunPosted();
  EXPECT_EQ(streamed->status(), 0);
  streamed->Send(std::string(101, ' '), false);
  world.loop.RunPosted();
  EXPECT_EQ(streamed->status(), 413);
  EXPECT_TRUE(streamed->ended);
  EXPECT_EQ(world.front.open(), 0u);
}

TEST(ConnectUnary, WrongTypeMethodVersionOrEncoding) {
  FrontWorld world;
  auto type =
      world.Do("POST", kGetModel, {{"content-type", "application/x-www-form-urlencoded"}}, "{}");
  EXPECT_EQ(type->status(), 415);
  EXPECT_EQ(type->header("accept-post"), "application/json, application/proto");
  EXPECT_THAT(type->json()["message"].get<std::string>(), HasSubstr("application/json"));

  auto streaming = world.Do("POST", kGetModel, {{"content-type", "application/connect+json"}}, "");
  EXPECT_EQ(streaming->status(), 415);
  auto unary = world.PostJson(kWatchJob, "{}");
  EXPECT_EQ(unary->status(), 415);
  EXPECT_THAT(unary->header("accept-post"), HasSubstr("application/connect+json"));

  auto get = world.Get(kGetModel);
  EXPECT_EQ(get->status(), 405);
  EXPECT_EQ(get->header("allow"), "POST");

  auto compressed =
      world.Do("POST", kGetModel,
               {{"content-type", "application/json"}, {"content-encoding", "gzip"}}, "\x1f\x8b");
  EXPECT_EQ(compressed->status(), 501);
  EXPECT_EQ(compressed->json()["code"], "unimplemented");
  EXPECT_THAT(compressed->json()["message"].get<std::string>(), HasSubstr("identity"));

  auto version =
      world.Do("POST", kGetModel,
               {{"content-type", "application/json"}, {"connect-protocol-version", "2"}}, "{}");
  EXPECT_EQ(version->status(), 400);
  auto timeout =
      world.Do("POST", kGetModel,
               {{"content-type", "application/json"}, {"connect-timeout-ms", "1s"}}, "{}");
  EXPECT_EQ(timeout->status(), 400);
  EXPECT_THAT(timeout->json()["message"].get<std::string>(), HasSubstr("connect-timeout-ms"));

  auto unknown = world.PostJson("/serin.v1.ModelService/Nope", "{}");
  EXPECT_EQ(unknown->status(), 404);
  EXPECT_EQ(unknown->json()["code"], "unimplemented");
  EXPECT_TRUE(world.grpc.calls.empty());
}

TEST(ConnectUnary, CallerWhoGoesAway_CancelsTheCall) {
  FrontWorld world;
  auto caller = world.PostJson(kGetModel, "{}");
  EXPECT_EQ(world.front.open(), 1u);
  caller->GoAway();
  world.loop.RunPosted();
  EXPECT_EQ(world.call().closed, StreamEnd::kReset);
  EXPECT_EQ(world.front.open(), 0u);
}

TEST(ConnectUnary, ServerThatMisbehaves_IsAnError_NotAHang) {
  FrontWorld world;
  auto reset = world.PostJson(kGetModel, "{}");
  world.call().Reset(2);
  world.loop.RunPosted();
  EXPECT_EQ(reset->status(), 500);
  EXPECT_EQ(reset->json()["code"], "internal");

  auto given_up = world.PostJson(kGetModel, "{}");
  world.call().Reset(8);
  world.loop.RunPosted();
  EXPECT_EQ(given_up->status(), 503);
  EXPECT_EQ(given_up->header("retry-after"), "1");

  auto silent = world.PostJson(kGetModel, "{}");
  world.call().SendHead();
  world.call().Finish(absl::OkStatus());
  world.loop.RunPosted();
  EXPECT_THAT(silent->json()["message"].get<std::string>(), HasSubstr("0 messages"));

  auto garbage = world.PostJson(kGetModel, "{}");
  world.call().SendHead();
  world.call().SendRaw("\xff\xff\xff\xff\xff");
  world.loop.RunPosted();
  EXPECT_EQ(garbage->json()["code"], "internal");

  auto unparsable = world.PostJson(kGetModel, "{}");
  world.call().SendHead();
  world.call().SendRaw(Envelope("\xff\xff"));
  world.call().Finish(absl::OkStatus());
  world.loop.RunPosted();
  EXPECT_EQ(unparsable->json()["code"], "internal");

  auto cut = world.PostJson(kGetModel, "{}");
  world.call().SendHead();
  world.call().SendRaw("", true);
  world.loop.RunPosted();
  EXPECT_EQ(cut->json()["code"], "internal");
  EXPECT_EQ(world.front.open(), 0u);
}

TEST(ConnectUnary, ReachesHealth) {
  FrontWorld world;
  auto caller = world.PostJson("/grpc.health.v1.Health/Check", "{}");
  grpc::health::v1::HealthCheckResponse response;
  response.set_status(grpc::health::v1::HealthCheckResponse::SERVING);
  world.call().Answer(response);
  world.loop.RunPosted();
  EXPECT_EQ(caller->json(), json::parse(R"({"status": "SERVING"})"));
}

TEST(ConnectStream, ServerStream_SendsEachMessageAsItComes_AndTheEndInTheBody) {
  FrontWorld world;
  auto caller = world.Do("POST", kWatchJob, {{"content-type", "application/connect+json"}},
                         Envelope(R"({"name": "jobs/1"})"));
  EXPECT_EQ(world.call().Message<v1::WatchJobRequest>(0).name(), "jobs/1");
  EXPECT_TRUE(world.call().ended);

  world.call().SendHead({{"serin-request-id", "r2"}});
  v1::Job job;
  job.set_name("jobs/1");
  world.call().SendMessage(job);
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 200);
  EXPECT_EQ(caller->header("content-type"), "application/connect+json");
  EXPECT_EQ(caller->header("serin-request-id"), "r2");
  EXPECT_THAT(Envelopes(caller->body), ::testing::ElementsAre(R"({"name":"jobs/1"})"));
  EXPECT_FALSE(caller->ended);

  world.call().Finish(absl::OkStatus(), {{"cost", "7"}, {"cost", "8"}});
  world.loop.RunPosted();
  EXPECT_EQ(Envelopes(caller->body)[1], R"(END {"metadata":{"cost":["7","8"]}})");
  EXPECT_TRUE(caller->ended);
  EXPECT_EQ(caller->closed, StreamEnd::kComplete);
}

TEST(ConnectStream, ErrorIsInTheLastEnvelope_With200) {
  FrontWorld world;
  auto caller =
      world.Do("POST", kWatchJob, {{"content-type", "application/connect+proto"}}, Envelope(""));
  world.call().Fail(ResourceNotFound("jobs/1"));
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 200);
  const std::string end = Envelopes(caller->body).at(0);
  EXPECT_EQ(json::parse(end.substr(4))["error"]["code"], "not_found");
}

TEST(ConnectStream, ClientStream_SendsEachMessageOn) {
  FrontWorld world;
  auto caller = world.Open("POST", kUpload, {{"content-type", "application/connect+json"}});
  const std::string first = Envelope(R"({"spec": {"dataset": "iris"}})");
  const std::string second = Envelope(R"({"chunk": "YSxiCg=="})");
  caller->Send(first + second.substr(0, 7), false);
  world.loop.RunPosted();
  EXPECT_EQ(world.call().messages.size(), 1u);
  caller->Send(second.substr(7), true);
  world.loop.RunPosted();
  EXPECT_EQ(world.call().Message<v1::UploadDatasetRequest>(1).chunk(), "a,b\n");
  EXPECT_TRUE(world.call().ended);
  v1::DatasetVersion version;
  version.set_version(1);
  world.call().Answer(version);
  world.loop.RunPosted();
  EXPECT_EQ(Envelopes(caller->body)[0], R"({"version":1})");
  EXPECT_EQ(Envelopes(caller->body)[1], "END {}");
}

TEST(ConnectStream, BadEnvelopes_EndTheStreamWithInvalidArgument_AndCancelTheCall) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"\x02" + Envelope("{}").substr(1), "flags must be 0"},
      {"\x01" + Envelope("{}").substr(1), "compressed"},
      {Envelope("{}") + Envelope("{}"), "takes one message"},
      {Envelope("{\"name\": 3}"), "name"},
      {Envelope("{}").substr(0, 6), "within a message"},
      {"", "none came"},
  };
  for (const auto& [body, says] : bad) {
    FrontWorld world;
    auto caller = world.Do("POST", kWatchJob, {{"content-type", "application/connect+json"}}, body);
    EXPECT_EQ(caller->status(), 200);
    ASSERT_FALSE(Envelopes(caller->body).empty()) << says;
    const json end = json::parse(Envelopes(caller->body).back().substr(4));
    EXPECT_EQ(end["error"]["code"], "invalid_argument");
    EXPECT_THAT(end["error"]["message"].get<std::string>(), HasSubstr(says));
    world.loop.RunPosted();
    EXPECT_EQ(world.call().closed, StreamEnd::kReset);
    EXPECT_EQ(world.front.open(), 0u);
  }
}

TEST(ConnectStream, MessageThatAnnounces4GB_IsRefusedAtOnce) {
  FrontWorld world;
  auto caller = world.Open("POST", kUpload, {{"content-type", "application/connect+proto"}});
  caller->Send(std::string("\0\xff\xff\xff\xff", 5), false);
  world.loop.RunPosted();
  const json end = json::parse(Envelopes(caller->body).back().substr(4));
  EXPECT_EQ(end["error"]["code"], "resource_exhausted");
}

TEST(ConnectStream, MessagesInJson_HaveALimitOfTheirOwn_AndAllTogetherOne) {
  FrontWorld world({.max_held_bytes = 150, .max_stream_json_bytes = 100});
  const auto begin = [&](size_t announced, size_t sent) {
    auto caller = world.Open("POST", kUpload, {{"content-type", "application/connect+json"}});
    std::string envelope;
    AppendGrpcMessage(std::string(announced, ' '), &envelope);
    caller->Send(envelope.substr(0, 5 + sent), /*end=*/false);
    world.loop.RunPosted();
    return caller;
  };
  EXPECT_THAT(begin(101, 0)->body, HasSubstr("resource_exhausted"));
  auto first = begin(100, 90);
  EXPECT_THAT(begin(100, 90)->body, HasSubstr("OVERLOADED"));
  first->GoAway();
  world.loop.RunPosted();
  EXPECT_EQ(begin(100, 90)->body, "");
}

TEST(ConnectStream, SlowReader_StopsTheServer_WithBoundedMemory) {
  FrontWorld world({.flow_window = 64 * 1024});
  auto caller = world.Do("POST", "/serin.v1.DatasetService/ReadRows",
                         {{"content-type", "application/connect+proto"}}, Envelope(""));
  caller->consumes = false;
  world.call().SendHead();
  v1::ReadRowsResponse batch;
  batch.add_columns()->set_name(std::string(10'000, 'x'));
  for (int i = 0; i < 1000; ++i) world.call().SendMessage(batch);
  world.loop.RunPosted();
  EXPECT_LT(world.call().sent, 1'000'000u) << "the server was not stopped";

  caller->ConsumeAll();
  world.call().Finish(absl::OkStatus());
  world.loop.RunPosted();
  EXPECT_EQ(Envelopes(caller->body).size(), 1001u);
}

TEST(ConnectStream, SlowServer_StopsTheCaller_WithBoundedMemory) {
  FrontWorld world({.flow_window = 64 * 1024});
  auto caller = world.Open("POST", kUpload, {{"content-type", "application/connect+proto"}});
  world.call().consumes = false;
  v1::UploadDatasetRequest message;
  message.set_chunk(std::string(10'000, 'x'));
  for (int i = 0; i < 1000; ++i) caller->Send(Envelope(message.SerializeAsString()), false);
  world.loop.RunPosted();
  EXPECT_LT(caller->sent, 1'000'000u) << "the caller was not stopped";
  world.call().ConsumeAll();
  caller->Send("", true);
  world.loop.RunPosted();
  EXPECT_EQ(world.call().messages.size(), 1000u);
  EXPECT_TRUE(world.call().ended);
}

TEST(ConnectStream, Bidirectional_AnswersBeforeTheRequestEnds) {
  FrontWorld world;
  auto caller = world.Open("POST", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                           {{"content-type", "application/connect+json"}});
  caller->Send(Envelope(R"({"listServices": ""})"), false);
  world.loop.RunPosted();
  EXPECT_EQ(world.call().messages.size(), 1u);
  world.call().SendHead();
  world.call().SendRaw(Envelope(""));
  world.loop.RunPosted();
  EXPECT_EQ(Envelopes(caller->body)[0], "{}");
  caller->Send("", true);
  world.loop.RunPosted();
  EXPECT_TRUE(world.call().ended);
  world.call().Finish(absl::OkStatus());
  world.loop.RunPosted();
  EXPECT_TRUE(caller->ended);
}

TEST(JsonFront, DestroyedWithCallsUnderWay_ResetsThem) {
  auto world = std::make_unique<FrontWorld>();
  testing::SimulatedLoop* loop = &world->loop;
  auto caller = world->PostJson(kGetModel, "{}");
  {
    JsonFront other(loop, &world->grpc, &world->methods, {}, {});
    StreamPipe pipe = MakeStreamPipe(loop);
    testing::Caller second(std::move(pipe.client));
    other.OnRequest(
        std::move(pipe.server),
        {{":method", "POST"}, {":path", kGetModel}, {"content-type", "application/json"}}, false,
        {});
    second.Send("{}");
    loop->RunPosted();
    EXPECT_EQ(other.open(), 1u);
  }
  loop->RunPosted();
  EXPECT_EQ(world->grpc.calls[1]->closed, StreamEnd::kReset);
  EXPECT_EQ(world->grpc.calls[0]->closed, std::nullopt);
}

}  // namespace
}  // namespace serin
