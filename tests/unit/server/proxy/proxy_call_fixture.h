#ifndef SERIN_TESTS_UNIT_SERVER_PROXY_PROXY_CALL_FIXTURE_H_
#define SERIN_TESTS_UNIT_SERVER_PROXY_PROXY_CALL_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <initializer_list>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "core/base/errors.h"
#include "google/protobuf/text_format.h"
#include "serin/v1/predict_service.pb.h"
#include "server/http/grpc_wire.h"
#include "server/proxy/grpc_front.h"
#include "server/proxy/proxy_call.h"
#include "server/rpc/log.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/simulated_loop.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/proxy/fake_connector.h"

namespace serin {

// Two replicas have version 1 of iris, none has version 2.
inline std::shared_ptr<const RoutingTable> Iris() {
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

inline std::string Framed(absl::string_view message) {
  std::string body;
  AppendGrpcMessage(message, &body);
  return body;
}

inline std::string PredictIris(const std::string& model = "iris") {
  v1::PredictRequest request;
  request.set_model(model);
  return Framed(request.SerializeAsString());
}

// Calls through a proxy whose upstreams, callers and time are the test's.
class ProxyCallTest : public ::testing::Test {
 protected:
  using FakeStream = serin::testing::FakeStream;
  using StreamRecord = serin::testing::StreamRecord;

  static constexpr uint32_t kMaxMessage = 1 << 20;
  static constexpr uint32_t kCancel = 8;  // HTTP/2's error code.

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

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_PROXY_PROXY_CALL_FIXTURE_H_
