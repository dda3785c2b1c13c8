#include "server/proxy/proxy_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <list>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "google/protobuf/text_format.h"
#include "inference/grpc_service.pb.h"
#include "serin/v1/predict_service.pb.h"
#include "server/http/grpc_wire.h"
#include "server/proxy/grpc_front.h"
#include "server/rpc/log.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/simulated_loop.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/proxy/fake_connector.h"

namespace serin {
namespace {

using serin::testing::FakeStream;
using serin::testing::StreamRecord;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint32_t kMaxMessage = 1 << 20;
constexpr absl::Duration kLongestRetryDelay = absl::Milliseconds(20);
constexpr uint32_t kNoError = 0;
constexpr uint32_t kInternalError = 2;
constexpr uint32_t kCancel = 8;

// Two replicas have version 1 of iris, none has version 2.
std::shared_ptr<const RoutingTable> Iris() {
  internal::v1::ClusterState state;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        revision: 1
        models {
          project: "default"
          model: "iris"
          versions { version: 1 }
          versions { version: 2 }
          versions { version: 3 }
          traffic { version: 1 weight: 100 }
          shadows { version: 3 percent: 100 }
        }
        replicas {
          id: "s"
          address: "predict-shadow"
          role: ROLE_PREDICT
          loaded { project: "default" model: "iris" version: 3 }
        }
        replicas {
          id: "a"
          address: "predict-a"
          role: ROLE_PREDICT
          loaded { project: "default" model: "iris" version: 1 }
        }
        replicas {
          id: "b"
          address: "predict-b"
          role: ROLE_PREDICT
          loaded { project: "default" model: "iris" version: 1 }
        }
      )pb",
      &state));
  return std::make_shared<const RoutingTable>(std::move(state));
}

std::string Framed(absl::string_view message) {
  std::string body;
  AppendGrpcMessage(message, &body);
  return body;
}

std::string PredictIris(const std::string& model = "iris") {
  v1::PredictRequest request;
  request.set_model(model);
  return Framed(request.SerializeAsString());
}

class ProxyCallTest : public ::testing::Test {
 protected:
  ProxyCallTest() {
    SetLogLevel(LogLevel::kError);
    upstreams_.Update(Iris());
  }

  // Makes connections as they are asked for.
  void ConnectAll() {
    for (FakeConnection& connection : connector_.connections) {
      if (!connection.ready && connection.events != nullptr) connection.BecomeReady();
    }
  }

  // A request as a gRPC client sends it. Returns the caller's side.
  StreamRecord& Call(const std::string& path, std::initializer_list<Headers::Field> fields = {},
                     bool end = false) {
    Headers head = {{":method", "POST"},       {":scheme", "http"},
                    {":path", path},           {":authority", "serin.example"},
                    {"te", "trailers"},        {"content-type", "application/grpc"},
                    {"user-agent", "grpc-c++"}};
    for (const Headers::Field& field : fields) head.Add(field.name, field.value);
    StreamRecord& caller = callers_.emplace_back();
    front_.OnRequest(std::make_unique<FakeStream>(&caller), std::move(head), end,
                     {.address = "192.0.2.1:99"});
    return caller;
  }
  StreamRecord& Upload(std::initializer_list<Headers::Field> fields = {}) {
    return Call("/serin.v1.DatasetService/UploadDataset", fields);
  }
  StreamRecord& Get(std::initializer_list<Headers::Field> fields = {}) {
    StreamRecord& caller = Call("/serin.v1.DatasetService/GetDataset", fields);
    if (caller.handler != nullptr) caller.handler->OnData(Framed("iris"), true);
    return caller;
  }
  StreamRecord& Predict(std::initializer_list<Headers::Field> fields = {},
                        const std::string& model = "iris") {
    StreamRecord& caller = Call("/serin.v1.PredictService/Predict", fields);
    if (caller.handler != nullptr) caller.handler->OnData(PredictIris(model), true);
    return caller;
  }

  // The newest stream to an upstream.
  StreamRecord& At(const std::string& target) { return connector_.To(target).streams.back(); }
  size_t StreamsAt(const std::string& target) { return connector_.To(target).streams.size(); }
  // Of the two predictors, that which has a stream that is open.
  std::string Chosen() {
    for (const char* target : {"predict-a", "predict-b"}) {
      if (connector_.To(target).open() > 0) return target;
    }
    return "(none)";
  }
  static std::string Other(const std::string& predictor) {
    return predictor == "predict-a" ? "predict-b" : "predict-a";
  }

  // An upstream's answer, head, message and trailers.
  static void AnswerWith(StreamRecord& upstream, const std::string& message) {
    upstream.handler->OnHeaders({{":status", "200"}, {"content-type", "application/grpc"}}, false);
    upstream.handler->OnData(Framed(message), false);
    upstream.handler->OnTrailers({{"grpc-status", "0"}});
  }

  // How a call ended for its caller: the one end that it got.
  static absl::Status EndOf(const StreamRecord& caller) {
    if (!caller.trailers.has_value()) return absl::UnknownError("(no trailers)");
    EXPECT_EQ(caller.headers.size(), 1);
    EXPECT_EQ(caller.headers.at(0).Get(":status"), "200");
    EXPECT_TRUE(GrpcCodeOf(*caller.trailers).has_value());
    return GrpcStatusOf(*caller.trailers);
  }
  // The last word from a caller's connection.
  static void Finish(StreamRecord& caller) {
    if (caller.handler != nullptr) caller.handler->OnClosed(StreamEnd::kComplete, 0);
    EXPECT_TRUE(caller.destroyed);
  }

  std::string Metrics() { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

  SimulatedClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  serin::testing::SimulatedLoop loop_;
  FakeConnector connector_;
  prometheus::Registry registry_;
  const RouteTable routes_;
  Upstreams upstreams_{&loop_,
                       &connector_,
                       {.dataset = "dataset", .control = "control"},
                       EndpointOptions(),
                       {.min_delay = absl::Milliseconds(50), .min_calls = 0}};
  SharedCallerRates no_rates_{{.per_second = 0}};
  Admission admission_{20, &no_rates_};
  RetryBudget retries_{RetryBudgetOptions()};
  DeadlineQueue deadlines_{&loop_};
  ShadowCalls shadows_{&upstreams_.pool(UpstreamRole::kPredict),
                       &deadlines_,
                       &loop_,
                       {.max_calls = 2, .timeout = absl::Seconds(5)}};
  ProxyCounters counters_;
  RpcMetrics metrics_{routes_, &registry_};
  LogWriter writer_;
  AccessLog log_{&loop_, &clock_, &writer_, 0};
  IdGenerator ids_{&clock_};
  absl::InsecureBitGen random_;
  CallServices services_{.loop = &loop_,
                         .routes = &routes_,
                         .upstreams = &upstreams_,
                         .admission = &admission_,
                         .retries = &retries_,
                         .shadows = &shadows_,
                         .counters = &counters_,
                         .deadlines = &deadlines_,
                         .metrics = &metrics_,
                         .log = &log_,
                         .ids = &ids_,
                         .random = &random_,
                         .max_message_bytes = kMaxMessage};
  std::list<StreamRecord> callers_;  // Outlives the calls.
  GrpcFront front_{&services_};
};

TEST_F(ProxyCallTest, Unary_GoesThereAndBack_AndEverythingIsFreed) {
  ConnectAll();
  StreamRecord& caller = Get();
  StreamRecord& upstream = At("dataset");
  EXPECT_EQ(upstream.data, Framed("iris"));
  EXPECT_TRUE(upstream.ended);
  AnswerWith(upstream, "a dataset");
  EXPECT_EQ(caller.data, Framed("a dataset"));
  EXPECT_THAT(EndOf(caller), IsOk());
  EXPECT_FALSE(caller.reset.has_value());
  Finish(caller);
  EXPECT_TRUE(upstream.destroyed);
  EXPECT_EQ(front_.calls(), 0);
  EXPECT_EQ(admission_.calls(), 0);
  EXPECT_EQ(upstreams_.pool(UpstreamRole::kDataset).outstanding(), 0);
  EXPECT_EQ(deadlines_.size(), 0);
  EXPECT_THAT(Metrics(), HasSubstr(R"({code="OK",method="GetDataset")"));
}

// Version 2 exists, and no predictor has loaded it.
TEST_F(ProxyCallTest, OpenInference_IsRoutedByItsOwnFields) {
  ConnectAll();
  inference::ModelInferRequest request;
  request.set_model_name("iris");
  StreamRecord& caller = Call("/inference.GRPCInferenceService/ModelInfer");
  caller.handler->OnData(Framed(request.SerializeAsString()), true);
  EXPECT_EQ(At(Chosen()).headers.at(0).Get("serin-version"), "1");

  request.set_model_version("2");
  StreamRecord& pinned = Call("/inference.GRPCInferenceService/ModelInfer");
  pinned.handler->OnData(Framed(request.SerializeAsString()), true);
  EXPECT_THAT(EndOf(pinned), IsError(absl::StatusCode::kUnavailable,
                                     HasSubstr("no predictor has loaded models/iris/versions/2")));
  Finish(pinned);
}

TEST_F(ProxyCallTest, QuestionAboutAVersionThatNobodyHas_IsAnsweredByAnyPredictor) {
  upstreams_.Update(Iris());
  ConnectAll();
  inference::ModelReadyRequest request;
  request.set_name("iris@2");
  StreamRecord& caller = Call("/inference.GRPCInferenceService/ModelReady");
  caller.handler->OnData(Framed(request.SerializeAsString()), true);
  EXPECT_FALSE(caller.trailers.has_value());
  size_t heads = 0;
  for (const char* target : {"predict-shadow", "predict-a", "predict-b"}) {
    for (const StreamRecord& stream : connector_.To(target).streams) {
      ++heads;
      EXPECT_EQ(stream.headers.at(0).Get("serin-version"), "2");
    }
  }
  EXPECT_EQ(heads, 1);
}

TEST_F(ProxyCallTest, StatisticsOfNoModel_GoToAnyPredictor_AndAModelThatIsNotThereIsNotFound) {
  ConnectAll();
  StreamRecord& all = Call("/inference.GRPCInferenceService/ModelStatistics");
  all.handler->OnData(Framed(""), true);
  EXPECT_FALSE(all.trailers.has_value());
  inference::ModelStatisticsRequest request;
  request.set_name("rose");
  StreamRecord& rose = Call("/inference.GRPCInferenceService/ModelStatistics");
  rose.handler->OnData(Framed(request.SerializeAsString()), true);
  EXPECT_THAT(EndOf(rose), IsError(absl::StatusCode::kNotFound, "models/rose does not exist"));
  Finish(rose);
}

TEST_F(ProxyCallTest, PredictStream_IsRoutedByItsFirstMessage_AndGetsNoShadow) {
  ConnectAll();
  StreamRecord& caller = Call("/serin.v1.PredictService/PredictStream");
  caller.handler->OnData(PredictIris(), false);
  StreamRecord& upstream = At(Chosen());
  EXPECT_EQ(upstream.headers.at(0).Get("serin-version"), "1");
  AnswerWith(upstream, "first");
  EXPECT_EQ(caller.data, Framed("first"));
  EXPECT_EQ(StreamsAt("predict-shadow"), 0);
}

TEST_F(ProxyCallTest, HeadForTheUpstream_HasTheMetadata_AndWhatTheProxyAdds) {
  ConnectAll();
  Predict({{"from-caller", "hello"},
           {"blob-bin", "YgE="},
           {"serin-request-id", "trace-1"},
           {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
           {"grpc-encoding", "identity"},
           {"connection", "x"},
           {"host", "evil"}});
  const Headers& head = At(Chosen()).headers.at(0);
  EXPECT_EQ(head.Get(":method"), "POST");
  EXPECT_EQ(head.Get(":path"), "/serin.v1.PredictService/Predict");
  EXPECT_EQ(head.Get("te"), "trailers");
  EXPECT_EQ(head.Get("content-type"), "application/grpc");
  EXPECT_EQ(head.Get("from-caller"), "hello");
  EXPECT_EQ(head.Get("blob-bin"), "YgE");
  EXPECT_EQ(head.Get("grpc-encoding"), "identity");
  EXPECT_EQ(head.Get("serin-request-id"), "trace-1");
  EXPECT_EQ(head.Get("serin-version"), "1");
  EXPECT_EQ(head.Get("traceparent"), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  for (const char* dropped : {"connection", "host", "user-agent", "grpc-timeout"}) {
    EXPECT_FALSE(head.Has(dropped)) << dropped;
  }
}

TEST_F(ProxyCallTest, WhatTheCallerForges_IsReplaced) {
  ConnectAll();
  Predict({{"serin-request-id", "two words"}, {"traceparent", "00-0-0-0"}}, "iris@1");
  const Headers& head = At(Chosen()).headers.at(0);
  EXPECT_EQ(head.Get("serin-request-id").size(), 26);
  EXPECT_TRUE(IsTraceparent(head.Get("traceparent"))) << head.Get("traceparent");
  Get({{"serin-version", "7"}});
  EXPECT_FALSE(At("dataset").headers.at(0).Has("serin-version"));
}

TEST_F(ProxyCallTest, BinaryMetadata_IsPassedOnWithoutPadding) {
  ConnectAll();
  for (const char* value : {"", "YQ", "YQ==", "YWE", "YWE=", "YWFh", "+/+/"}) {
    Get({{"blob-bin", value}});
    EXPECT_EQ(At("dataset").headers.at(0).Get("blob-bin"),
              std::string(value).substr(0, std::string(value).find('=')));
  }
}

// gRPC's C core would end the connection, and with it the calls of others.
TEST_F(ProxyCallTest, BinaryMetadataThatIsNotBase64_GoesNoFurther) {
  ConnectAll();
  for (const char* value : {"!!!", "Y", "YR", "YWF", "YWE,YWE", "Y=Q", "a b", "\xff\xff", "YQ-_"}) {
    StreamRecord& caller = Get({{"blob-bin", value}});
    EXPECT_EQ(ReasonOf(EndOf(caller)), "MALFORMED_METADATA") << value;
    EXPECT_THAT(EndOf(caller), IsError(absl::StatusCode::kInvalidArgument, HasSubstr("blob-bin")));
    Finish(caller);
  }
  EXPECT_EQ(ReasonOf(EndOf(Get({{"-bin", "!"}}))), "MALFORMED_METADATA");
  EXPECT_EQ(StreamsAt("dataset"), 0);
}

TEST_F(ProxyCallTest, ResponseMetadata_IsPassedOn_WithTheProxysRequestId) {
  ConnectAll();
  StreamRecord& caller = Get({{"serin-request-id", "trace-1"}});
  StreamHandler& upstream = *At("dataset").handler;
  upstream.OnHeaders({{":status", "103"}}, false);
  upstream.OnHeaders({{":status", "200"},
                      {"content-type", "application/grpc+proto"},
                      {"initial", "i"},
                      {"serin-request-id", "forged"}},
                     false);
  upstream.OnTrailers({{"grpc-status", "5"}, {"grpc-message", "no%20such"}, {"trailing", "t"}});
  const Headers& head = caller.headers.at(0);
  EXPECT_EQ(head.Get("content-type"), "application/grpc+proto");
  EXPECT_EQ(head.Get("initial"), "i");
  EXPECT_EQ(head.Get("serin-request-id"), "trace-1");
  EXPECT_EQ(caller.trailers->Get("trailing"), "t");
  EXPECT_EQ(caller.trailers->Get("grpc-message"), "no%20such");
  EXPECT_EQ(EndOf(caller), absl::NotFoundError("no such"));
  Finish(caller);
}

TEST_F(ProxyCallTest, ErrorWithoutAMessage_KeepsItsDetails) {
  ConnectAll();
  StreamRecord& caller = Get();
  Headers only = GrpcTrailersOnly(InvalidField("name", "is wrong"));
  only.Add("trailing", "t");
  At("dataset").handler->OnHeaders(only, true);
  EXPECT_EQ(EndOf(caller), InvalidField("name", "is wrong"));
  EXPECT_EQ(caller.trailers->Get("trailing"), "t");
  EXPECT_EQ(caller.headers.at(0).Get("serin-request-id").size(), 26);
  Finish(caller);
}

TEST_F(ProxyCallTest, Flow_TheWindowOpensForWhatTheOtherSideSent) {
  ConnectAll();
  StreamRecord& caller = Upload();
  StreamRecord& upstream = At("dataset");
  caller.handler->OnData(Framed(std::string(1000, 'x')), false);
  EXPECT_EQ(upstream.data.size(), 1005);
  EXPECT_EQ(caller.consumed, 0);
  upstream.handler->OnSent(400);
  EXPECT_EQ(caller.consumed, 400);
  upstream.handler->OnSent(605);
  EXPECT_EQ(caller.consumed, 1005);

  upstream.handler->OnHeaders({{":status", "200"}, {"content-type", "application/grpc"}}, false);
  upstream.handler->OnData(Framed(std::string(100, 'y')), false);
  EXPECT_EQ(upstream.consumed, 0);
  caller.handler->OnSent(105);
  EXPECT_EQ(upstream.consumed, 105);
}

TEST_F(ProxyCallTest, Flow_AFirstMessageThatIsTakenWhole_IsNotPaidForTwice) {
  ConnectAll();
  StreamRecord& caller = Call("/serin.v1.PredictService/Predict");
  const std::string body = PredictIris();
  caller.handler->OnData(body.substr(0, 4), false);
  EXPECT_EQ(caller.consumed, 4);
  EXPECT_EQ(Chosen(), "(none)");
  caller.handler->OnData(body.substr(4), false);
  EXPECT_EQ(caller.consumed, body.size());
  StreamRecord& upstream = At(Chosen());
  EXPECT_EQ(upstream.data, body);
  EXPECT_FALSE(upstream.ended);
  upstream.handler->OnSent(body.size());
  EXPECT_EQ(caller.consumed, body.size());
  caller.handler->OnData("", true);
  EXPECT_TRUE(upstream.ended);
}

TEST_F(ProxyCallTest, Timeout_IsPassedOn_LessTheTimeSpent) {
  StreamRecord& caller = Get({{"grpc-timeout", "2S"}});
  loop_.Advance(absl::Milliseconds(500));
  ConnectAll();
  const auto left = ParseGrpcTimeout(At("dataset").headers.at(0).Get("grpc-timeout"));
  EXPECT_EQ(*left, absl::Milliseconds(1500));
  EXPECT_FALSE(caller.ended);
}

TEST_F(ProxyCallTest, DeadlinePasses_BothSidesEnd) {
  ConnectAll();
  StreamRecord& caller = Upload({{"grpc-timeout", "1S"}});
  loop_.Advance(absl::Seconds(1));
  EXPECT_THAT(EndOf(caller), IsError(absl::StatusCode::kDeadlineExceeded, HasSubstr("deadline")));
  EXPECT_TRUE(At("dataset").destroyed);
  EXPECT_EQ(caller.reset, kNoError);  // The rest of the request is not wanted.
  EXPECT_EQ(front_.calls(), 0);
}

TEST_F(ProxyCallTest, ACallThatComesWithNoTimeLeft_GoesNoFurther) {
  ConnectAll();
  StreamRecord& caller = Get({{"grpc-timeout", "1n"}});
  EXPECT_THAT(EndOf(caller), IsError(absl::StatusCode::kDeadlineExceeded, HasSubstr("deadline")));
  EXPECT_EQ(StreamsAt("dataset"), 0u);
  EXPECT_EQ(front_.calls(), 0);
  EXPECT_THAT(Metrics(), HasSubstr(R"({code="DEADLINE_EXCEEDED",method="GetDataset")"));
}

TEST_F(ProxyCallTest, DeadlinePasses_WhileAnswersWaitForASlowCaller_TheStreamIsCut) {
  ConnectAll();
  StreamRecord& caller = Get({{"grpc-timeout", "1S"}});
  AnswerWith(At("dataset"), "an answer that the caller does not read");
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(caller.reset, kCancel);
  EXPECT_EQ(front_.calls(), 0);
}

TEST_F(ProxyCallTest, BadTimeout_IsRefused) {
  StreamRecord& caller = Get({{"grpc-timeout", "soon"}});
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(front_.calls(), 0);
}

TEST_F(ProxyCallTest, CallerGoesAway_TheUpstreamIsReset) {
  ConnectAll();
  StreamRecord& caller = Upload();
  caller.handler->OnData(Framed("a,b"), false);
  caller.handler->OnClosed(StreamEnd::kReset, kCancel);
  EXPECT_TRUE(At("dataset").destroyed);
  EXPECT_FALSE(At("dataset").ended);  // A half-close would have looked like the end of the file.
  EXPECT_EQ(front_.calls(), 0);
  EXPECT_THAT(Metrics(), HasSubstr(R"({code="CANCELLED",method="UploadDataset")"));
}

TEST_F(ProxyCallTest, CallerGoesAwayAtItsDeadline_CountsAsThat) {
  ConnectAll();
  StreamRecord& caller = Get({{"grpc-timeout", "1S"}});
  loop_.Advance(absl::Milliseconds(950));
  caller.handler->OnClosed(StreamEnd::kReset, kCancel);
  EXPECT_THAT(Metrics(), HasSubstr(R"({code="DEADLINE_EXCEEDED",method="GetDataset")"));
}

TEST_F(ProxyCallTest, CallerGoesAwayWhileItWaits_NothingIsOpenedLater) {
  StreamRecord& caller = Get();
  EXPECT_EQ(front_.calls(), 1);
  caller.handler->OnClosed(StreamEnd::kConnectionLost, 0);
  EXPECT_EQ(front_.calls(), 0);
  ConnectAll();
  EXPECT_EQ(StreamsAt("dataset"), 0);
}

TEST_F(ProxyCallTest, UnknownMethod_IsUnimplemented_AndOfNoLabel) {
  StreamRecord& caller = Call("/serin.v1.PredictService/Guess");
  EXPECT_THAT(EndOf(caller),
              IsError(absl::StatusCode::kUnimplemented, HasSubstr("has no method Guess")));
  EXPECT_EQ(ReasonOf(EndOf(caller)), "UNKNOWN_METHOD");
  EXPECT_TRUE(caller.destroyed);
  EXPECT_THAT(Metrics(), Not(HasSubstr("Guess")));
  EXPECT_THAT(Metrics(), HasSubstr(R"(method="unknown")"));
}

TEST_F(ProxyCallTest, WhatIsNotAPost_Is405) {
  StreamRecord& get = callers_.emplace_back();
  front_.OnRequest(std::make_unique<FakeStream>(&get),
                   {{":method", "GET"}, {":path", "/"}, {"content-type", "application/grpc"}}, true,
                   {});
  EXPECT_EQ(get.headers.at(0).Get(":status"), "405");
  EXPECT_TRUE(get.ended);
  EXPECT_TRUE(get.destroyed);
}

TEST_F(ProxyCallTest, AMessageThatAnnounces4GiB_IsRefusedAtOnce) {
  ConnectAll();
  for (const char* path :
       {"/serin.v1.DatasetService/UploadDataset", "/serin.v1.PredictService/Predict"}) {
    StreamRecord& caller = Call(path);
    caller.handler->OnData(absl::string_view("\0\xff\xff\xff\xff", 5), false);
    EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ReasonOf(EndOf(caller)), "MESSAGE_TOO_LARGE");
    EXPECT_EQ(caller.reset, kNoError);
  }
  EXPECT_TRUE(At("dataset").destroyed);
  EXPECT_EQ(front_.calls(), 0);
}

TEST_F(ProxyCallTest, BytesThatAreNotGrpcs_AreRefused) {
  ConnectAll();
  StreamRecord& garbage = Upload();
  garbage.handler->OnData("GET / HTTP/1.1\r\n", false);
  EXPECT_EQ(ReasonOf(EndOf(garbage)), "MALFORMED_MESSAGE");
  StreamRecord& cut = Upload();
  cut.handler->OnData(Framed("abc").substr(0, 6), true);
  EXPECT_EQ(ReasonOf(EndOf(cut)), "MALFORMED_MESSAGE");
  Finish(cut);
}

TEST_F(ProxyCallTest, NoMessageAtAll_IsForwarded_OrRefusedWhereOneIsNeeded) {
  ConnectAll();
  StreamRecord& upload = Call("/serin.v1.DatasetService/UploadDataset", {}, /*end=*/true);
  EXPECT_TRUE(At("dataset").ended);
  EXPECT_FALSE(upload.ended);
  StreamRecord& predict = Call("/serin.v1.PredictService/Predict", {}, /*end=*/true);
  EXPECT_EQ(EndOf(predict).message(), "the call ended without a request message");
  Finish(predict);
}

// Nobody knows what becomes of them: a megabyte may be a gigabyte.
TEST_F(ProxyCallTest, CompressedMessages_AreRefused) {
  ConnectAll();
  std::string body = Framed("squeezed");
  body[0] = 1;
  for (const char* method :
       {"DatasetService/GetDataset", "DatasetService/UploadDataset", "PredictService/Predict"}) {
    StreamRecord& caller = Call(absl::StrCat("/serin.v1.", method),
                                {{"grpc-encoding", "gzip"}, {"serin-model", "iris"}});
    caller.handler->OnData(body, true);
    EXPECT_EQ(ReasonOf(EndOf(caller)), "COMPRESSED_MESSAGE") << method;
    EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnimplemented);
    Finish(caller);
  }
  EXPECT_EQ(Chosen(), "(none)");
  EXPECT_EQ(At("dataset").data, "");
}

TEST_F(ProxyCallTest, ModelOrVersionThatIsNotThere_IsNamed) {
  ConnectAll();
  upstreams_.Update(Iris());
  StreamRecord& wine = Predict({}, "wine");
  EXPECT_EQ(EndOf(wine), ResourceNotFound("models/wine"));
  Finish(wine);
  StreamRecord& second = Predict({}, "iris@2");
  EXPECT_THAT(EndOf(second), IsError(absl::StatusCode::kUnavailable,
                                     HasSubstr("no predictor has loaded models/iris/versions/2")));
  Finish(second);
}

TEST_F(ProxyCallTest, LongPrediction_IsRoutedByItsBeginning_AndFlowsOn) {
  ConnectAll();
  v1::PredictRequest request;
  request.set_model("iris");
  request.add_rows()->mutable_features()->insert({std::string(100'000, 'x'), {}});
  const std::string body = Framed(request.SerializeAsString());
  StreamRecord& caller = Call("/serin.v1.PredictService/Predict");
  caller.handler->OnData(body.substr(0, 10), false);
  EXPECT_EQ(Chosen(), "(none)");
  caller.handler->OnData(body.substr(10, 20'000), false);
  ASSERT_NE(Chosen(), "(none)");
  StreamRecord& upstream = At(Chosen());
  EXPECT_EQ(upstream.headers.at(0).Get("serin-model"), "iris");
  EXPECT_EQ(caller.consumed, 20'010);
  caller.handler->OnData(body.substr(20'010), true);
  EXPECT_EQ(upstream.data, body);
  EXPECT_EQ(caller.consumed, 20'010);  // The rest when it has been sent on.
  upstream.handler->OnSent(body.size());
  EXPECT_EQ(caller.consumed, body.size());
  EXPECT_EQ(counters_.shadows_left_out, 1);  // Too long to be kept for a copy.
}

TEST_F(ProxyCallTest, ModelInItsLongForm_IsFoundAsWell) {
  ConnectAll();
  Predict({}, "models/iris/versions/1");
  ASSERT_NE(Chosen(), "(none)");
  EXPECT_EQ(At(Chosen()).headers.at(0).Get("serin-version"), "1");
}

TEST_F(ProxyCallTest, UpstreamThatIsDown_IsUnavailable_AtOnce) {
  connector_.To("dataset").Close();
  StreamRecord& caller = Get();
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(EndOf(caller)), "UPSTREAM_UNAVAILABLE");
  Finish(caller);
}

TEST_F(ProxyCallTest, UpstreamThatIsConnecting_IsWaitedFor_WhateverComesOfIt) {
  StreamRecord& caller = Get();
  EXPECT_FALSE(caller.ended);
  EXPECT_EQ(caller.consumed, 0);  // Held back meanwhile.
  connector_.To("dataset").Close();
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnavailable);
  Finish(caller);

  loop_.Advance(absl::Seconds(1));
  StreamRecord& next = Get();
  ConnectAll();
  EXPECT_EQ(At("dataset").data, Framed("iris"));
  AnswerWith(At("dataset"), "x");
  EXPECT_THAT(EndOf(next), IsOk());
  Finish(next);
}

TEST_F(ProxyCallTest, LostPrediction_IsSentToTheOtherReplica) {
  ConnectAll();
  StreamRecord& caller = Predict();
  const std::string first = Chosen();
  connector_.To(first).Close();
  loop_.Advance(kLongestRetryDelay);
  const std::string second = Chosen();
  EXPECT_EQ(second, Other(first));
  EXPECT_EQ(At(second).data, PredictIris());
  EXPECT_TRUE(At(second).ended);
  AnswerWith(At(second), "setosa");
  EXPECT_EQ(caller.data, Framed("setosa"));
  EXPECT_THAT(EndOf(caller), IsOk());
  Finish(caller);
}

TEST_F(ProxyCallTest, LostPrediction_OfWhichTheCallerHeard_IsNotRepeated) {
  ConnectAll();
  StreamRecord& caller = Predict();
  const std::string first = Chosen();
  At(first).handler->OnHeaders({{":status", "200"}, {"content-type", "application/grpc"}}, false);
  connector_.To(first).Close();
  EXPECT_EQ(Chosen(), "(none)");
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnavailable);
  Finish(caller);
}

TEST_F(ProxyCallTest, LostCallThatChangesThings_IsNotRepeated_UnlessItWasNotLookedAt) {
  ConnectAll();
  StreamRecord& lost = Upload();
  lost.handler->OnData(Framed("a"), true);
  At("dataset").handler->OnClosed(StreamEnd::kConnectionLost, 0);
  EXPECT_EQ(EndOf(lost).code(), absl::StatusCode::kUnavailable);
  Finish(lost);
  StreamRecord& refused = Upload();
  refused.handler->OnData(Framed("a"), false);
  At("dataset").handler->OnClosed(StreamEnd::kRefused, 7);
  EXPECT_FALSE(refused.ended);
  EXPECT_EQ(At("dataset").data, Framed("a"));
  refused.handler->OnData(Framed("b"), true);
  EXPECT_EQ(At("dataset").data, Framed("a") + Framed("b"));
  EXPECT_EQ(StreamsAt("dataset"), 3);
}

TEST_F(ProxyCallTest, LargeRequests_AreNotKept_AndSoNotRepeated) {
  ConnectAll();
  StreamRecord& caller = Upload();
  caller.handler->OnData(Framed(std::string(100'000, 'x')), false);
  At("dataset").handler->OnClosed(StreamEnd::kRefused, 7);
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnavailable);
}

TEST_F(ProxyCallTest, UpstreamThatIsNeverWell_IsTriedThreeTimes) {
  ConnectAll();
  StreamRecord& caller = Get();
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(caller.ended);
    At("dataset").handler->OnClosed(StreamEnd::kRefused, 7);
    loop_.Advance(kLongestRetryDelay);
  }
  EXPECT_EQ(StreamsAt("dataset"), 3);
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnavailable);
  Finish(caller);
}

TEST_F(ProxyCallTest, UpstreamThatResets_IsTold_WithTheCodeThatGrpcHasForIt) {
  ConnectAll();
  StreamRecord& caller = Get();
  At("dataset").handler->OnClosed(StreamEnd::kReset, kInternalError);
  EXPECT_THAT(EndOf(caller), IsError(absl::StatusCode::kInternal, HasSubstr("the dataset role")));
  EXPECT_EQ(ReasonOf(EndOf(caller)), "UPSTREAM_RESET");
  Finish(caller);
}

TEST_F(ProxyCallTest, UpstreamThatAnswersAsAWebServer_IsUnavailable_AndNotQuotedToTheCaller) {
  ConnectAll();
  StreamRecord& caller = Upload();
  StreamRecord& upstream = At("dataset");
  upstream.handler->OnHeaders({{":status", "502"}, {"content-type", "text/html"}}, false);
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(EndOf(caller).message()), Not(HasSubstr("html")));
  EXPECT_TRUE(upstream.destroyed);
}

TEST_F(ProxyCallTest, UpstreamThatEndsWithoutAStatus_OrWithinAMessage_GetsOne) {
  ConnectAll();
  const Headers head = {{":status", "200"}, {"content-type", "application/grpc"}};
  StreamRecord& silent = Get();
  At("dataset").handler->OnHeaders(head, false);
  At("dataset").handler->OnData("", true);
  EXPECT_EQ(EndOf(silent).code(), absl::StatusCode::kUnknown);
  Finish(silent);
  StreamRecord& cut = Get();
  At("dataset").handler->OnHeaders(head, false);
  At("dataset").handler->OnData(Framed("abc").substr(0, 7), false);
  At("dataset").handler->OnTrailers({{"grpc-status", "0"}});
  EXPECT_EQ(EndOf(cut).code(), absl::StatusCode::kInternal);
  Finish(cut);
  StreamRecord& garbage = Get();
  At("dataset").handler->OnHeaders(head, false);
  At("dataset").handler->OnData("garbage", false);
  EXPECT_EQ(ReasonOf(EndOf(garbage)), "BAD_UPSTREAM");
  Finish(garbage);
}

TEST_F(ProxyCallTest, UpstreamThatAnswersEarly_EndsTheUpload) {
  ConnectAll();
  StreamRecord& caller = Upload();
  caller.handler->OnData(Framed("first"), false);
  At("dataset").handler->OnHeaders(GrpcTrailersOnly(absl::InvalidArgumentError("line 2")), true);
  EXPECT_EQ(EndOf(caller).message(), "line 2");
  EXPECT_EQ(caller.reset, kNoError);
  EXPECT_EQ(front_.calls(), 0);
}

TEST_F(ProxyCallTest, AnswerOfGrpcToWhatItCannotParse_IsExplained) {
  ConnectAll();
  StreamRecord& caller = Get();
  At("dataset").handler->OnHeaders(
      {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "12"}}, true);
  EXPECT_THAT(EndOf(caller),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("could not parse the message as serin.v1.GetDatasetRequest")));
  Finish(caller);
}

TEST_F(ProxyCallTest, LostPrediction_WaitingForItsNextAttempt_EndsWithItsCaller) {
  ConnectAll();
  StreamRecord& caller = Predict();
  connector_.To(Chosen()).Close();
  caller.handler->OnClosed(StreamEnd::kReset, kCancel);
  EXPECT_EQ(front_.calls(), 0);
  loop_.Advance(kLongestRetryDelay);
  EXPECT_EQ(Chosen(), "(none)");
  EXPECT_EQ(deadlines_.size(), shadows_.calls());  // Those of copies.
}

TEST_F(ProxyCallTest, RetriesAreKeptToTheirBudget) {
  ConnectAll();
  int attempts = 0;
  for (int i = 0; i < 200; ++i) {
    StreamRecord& caller = Get();
    while (!caller.ended) {
      ++attempts;
      At("dataset").handler->OnClosed(StreamEnd::kConnectionLost, 0);
      loop_.Advance(kLongestRetryDelay);
    }
    Finish(caller);
  }
  EXPECT_GT(attempts, 210);
  EXPECT_LT(attempts, 300);
}

TEST_F(ProxyCallTest, ReplicaThatFails_IsSparedForAWhile) {
  ConnectAll();
  for (int i = 0; i < 40; ++i) {
    StreamRecord& caller = Predict();
    const std::string chosen = Chosen();
    ASSERT_NE(chosen, "(none)");
    if (chosen == "predict-a") {
      At(chosen).handler->OnHeaders(GrpcTrailersOnly(absl::InternalError("broken")), true);
    } else {
      AnswerWith(At(chosen), "setosa");
    }
    Finish(caller);
    loop_.Advance(absl::Milliseconds(10));
  }
  EXPECT_EQ(upstreams_.pool(UpstreamRole::kPredict).ejections(), 1);
  EXPECT_EQ(StreamsAt("predict-a"), 5);
}

TEST_F(ProxyCallTest, CallerOverItsRate_IsRefused_UntilItsBucketFills) {
  SharedCallerRates rates({.per_second = 1, .burst = 2});
  Admission admission(100, &rates);
  Admission on_another_loop(100, &rates);
  const PublicMethod& method = **routes_.Find("/serin.v1.DatasetService/GetDataset");
  const auto admit = [&](const char* peer) {
    return admission.Admit(method, peer, loop_.Now()).status();
  };
  EXPECT_THAT(admit("192.0.2.1:1"), IsOk());
  EXPECT_THAT(admit("192.0.2.1:2"), IsOk());
  EXPECT_EQ(ReasonOf(admit("192.0.2.1:3")), "RATE_LIMITED");
  EXPECT_EQ(ReasonOf(on_another_loop.Admit(method, "192.0.2.1:4", loop_.Now()).status()),
            "RATE_LIMITED");
  EXPECT_THAT(admit("192.0.2.2:1"), IsOk());
  loop_.Advance(absl::Seconds(1));
  EXPECT_THAT(admit("192.0.2.1:4"), IsOk());
  EXPECT_EQ(admission.rate_limited(), 1);
}

class HedgedCallTest : public ProxyCallTest, public ::testing::WithParamInterface<bool> {};

INSTANTIATE_TEST_SUITE_P(Hedge, HedgedCallTest, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "SecondWins" : "FirstWins"; });

TEST_P(HedgedCallTest, SlowPrediction_GoesToASecondReplica_AndTheFirstAnswerCounts) {
  services_.hedge = true;
  ConnectAll();
  StreamRecord& caller = Predict();
  const std::string first = Chosen();
  const std::string second = Other(first);
  loop_.Advance(absl::Milliseconds(49));
  EXPECT_EQ(connector_.To(second).open(), 0);
  loop_.Advance(absl::Milliseconds(1));
  ASSERT_EQ(connector_.To(second).open(), 1);
  EXPECT_EQ(At(second).data, PredictIris());
  AnswerWith(At(GetParam() ? second : first), "setosa");
  EXPECT_EQ(caller.data, Framed("setosa"));
  EXPECT_THAT(EndOf(caller), IsOk());
  EXPECT_TRUE(At(first).destroyed);
  EXPECT_TRUE(At(second).destroyed);
  Finish(caller);
  EXPECT_EQ(upstreams_.pool(UpstreamRole::kPredict).outstanding(), shadows_.calls());
}

TEST_F(ProxyCallTest, PredictionsThatUsuallyTakeLong_AreHedgedLater) {
  ConnectAll();
  for (int i = 0; i < 20; ++i) {
    StreamRecord& caller = Predict();
    loop_.Advance(absl::Milliseconds(200));
    AnswerWith(At(Chosen()), "setosa");
    Finish(caller);
  }
  services_.hedge = true;
  Predict();
  const std::string second = Other(Chosen());
  loop_.Advance(absl::Milliseconds(150));
  EXPECT_EQ(connector_.To(second).open(), 0);
  loop_.Advance(absl::Milliseconds(100));
  EXPECT_EQ(connector_.To(second).open(), 1);
}

TEST_F(ProxyCallTest, SlowPredictionWhoseFirstReplicaIsLost_IsAnsweredByTheSecond) {
  services_.hedge = true;
  ConnectAll();
  StreamRecord& caller = Predict();
  const std::string first = Chosen();
  loop_.Advance(absl::Milliseconds(50));
  connector_.To(first).Close();
  AnswerWith(At(Other(first)), "setosa");
  EXPECT_THAT(EndOf(caller), IsOk());
  Finish(caller);
  EXPECT_EQ(front_.calls(), 0);
}

TEST_F(ProxyCallTest, HedgeThatIsLost_ChangesNothing) {
  services_.hedge = true;
  ConnectAll();
  StreamRecord& caller = Predict();
  const std::string first = Chosen();
  loop_.Advance(absl::Milliseconds(50));
  connector_.To(Other(first)).Close();
  EXPECT_FALSE(caller.ended);
  AnswerWith(At(first), "setosa");
  EXPECT_THAT(EndOf(caller), IsOk());
  Finish(caller);
}

TEST_F(ProxyCallTest, PredictionWhoseReplicaAnswersNobody_GoesToAnother_ThoughHedgingIsOff) {
  upstreams_.pool(UpstreamRole::kPredict).set_stall_observer([this](const Endpoint* endpoint) {
    front_.OnStalled(endpoint);
  });
  ConnectAll();
  StreamRecord& caller = Predict();
  const std::string stopped = Chosen();
  const std::string other = Other(stopped);
  for (int i = 0; i < 10 && connector_.To(other).open() == 0; ++i) {
    AnswerWith(At("predict-shadow"), "setosa");
    StreamRecord& meanwhile = Predict();
    AnswerWith(At(other), "setosa");
    Finish(meanwhile);
    loop_.Advance(absl::Milliseconds(100));
  }
  ASSERT_EQ(connector_.To(other).open(), 1);
  EXPECT_EQ(At(other).data, PredictIris());
  AnswerWith(At(other), "virginica");
  EXPECT_EQ(caller.data, Framed("virginica"));
  EXPECT_THAT(EndOf(caller), IsOk());
  Finish(caller);
}

TEST_F(ProxyCallTest, Shadow_GetsACopy_AndItsAnswerIsDropped) {
  ConnectAll();
  StreamRecord& caller = Predict();
  ASSERT_EQ(StreamsAt("predict-shadow"), 1);
  StreamRecord& copy = At("predict-shadow");
  EXPECT_EQ(copy.data, PredictIris());
  EXPECT_TRUE(copy.ended);
  EXPECT_EQ(copy.headers.at(0).Get("serin-version"), "3");
  EXPECT_EQ(At(Chosen()).headers.at(0).Get("serin-version"), "1");
  AnswerWith(copy, "a shadow's answer");
  EXPECT_TRUE(copy.destroyed);
  EXPECT_EQ(copy.consumed, Framed("a shadow's answer").size());
  EXPECT_EQ(caller.data, "");
  AnswerWith(At(Chosen()), "setosa");
  EXPECT_EQ(caller.data, Framed("setosa"));
  Finish(caller);
  EXPECT_EQ(counters_.shadows_sent, 1);
  EXPECT_EQ(shadows_.calls(), 0);
}

TEST_F(ProxyCallTest, Shadows_AreFew_AndTheirTimeIsLimited_AndNobodyWaits) {
  ConnectAll();
  for (int i = 0; i < 5; ++i) {
    StreamRecord& caller = Predict();
    AnswerWith(At(Chosen()), "setosa");
    EXPECT_THAT(EndOf(caller), IsOk());
    Finish(caller);
  }
  EXPECT_EQ(StreamsAt("predict-shadow"), 2);
  EXPECT_EQ(counters_.shadows_left_out, 3);
  loop_.Advance(absl::Seconds(5));
  EXPECT_EQ(shadows_.calls(), 0);
  EXPECT_EQ(connector_.To("predict-shadow").open(), 0);
  connector_.To("predict-shadow").Close();
  StreamRecord& caller = Predict();
  AnswerWith(At(Chosen()), "setosa");
  EXPECT_THAT(EndOf(caller), IsOk());
}

TEST_F(ProxyCallTest, WhatUpstreamsDid_IsCounted) {
  ConnectAll();
  AnswerWith([&]() -> StreamRecord& { return Get(), At("dataset"); }(), "answer");
  Get();
  At("dataset").handler->OnClosed(StreamEnd::kRefused, 7);
  At("dataset").handler->OnSent(9);
  const ProxyCounters::Role& counted = counters_.of(UpstreamRole::kDataset);
  EXPECT_EQ(counted.calls[0], 1);
  EXPECT_EQ(counted.calls[14], 1);
  EXPECT_EQ(counted.retries, 1);
  EXPECT_EQ(counted.received_bytes, Framed("answer").size());
  EXPECT_EQ(counted.sent_bytes, 9);
}

TEST_F(ProxyCallTest, MoreCallsThanThereMayBe_AreRefused_WithWhenToComeAgain) {
  ConnectAll();
  for (int i = 0; i < 10; ++i) Upload();
  StreamRecord& refused = Upload();
  EXPECT_EQ(EndOf(refused).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(EndOf(refused).GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  callers_.front().handler->OnClosed(StreamEnd::kReset, kCancel);
  EXPECT_FALSE(Upload().ended);
  Predict();  // Predictions have room that nothing else takes.
  EXPECT_NE(Chosen(), "(none)");
}

TEST_F(ProxyCallTest, Stopping_RefusesNewCalls_AndEndsTheOthersWhenTold) {
  ConnectAll();
  StreamRecord& under_way = Upload();
  front_.Refuse(absl::UnavailableError("the server is stopping"));
  EXPECT_EQ(EndOf(Upload()).message(), "the server is stopping");
  EXPECT_FALSE(under_way.ended);
  front_.AbortAll(absl::UnavailableError("the server is stopping"));
  EXPECT_EQ(EndOf(under_way).message(), "the server is stopping");
  EXPECT_TRUE(At("dataset").destroyed);
  EXPECT_EQ(front_.calls(), 0);
}

}  // namespace
}  // namespace serin
