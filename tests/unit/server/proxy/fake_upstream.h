#ifndef SERIN_TESTS_UNIT_SERVER_PROXY_FAKE_UPSTREAM_H_
#define SERIN_TESTS_UNIT_SERVER_PROXY_FAKE_UPSTREAM_H_

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "serin/v1/predict_service.grpc.pb.h"

namespace serin {

// How long tests wait for what must happen.
inline constexpr absl::Duration kPatience = absl::Seconds(30);

// A server on a free loopback port until it goes. Its connections keep HTTP/2's smallest windows,
// 64 KiB, so that a reader that stops holds back its writer soon.
class TestServer {
 public:
  template <typename... Services>
  explicit TestServer(Services*... services) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.SetMaxReceiveMessageSize(-1);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    (Register(builder, services), ...);
    server_ = builder.BuildAndStart();
  }
  ~TestServer() { Kill(); }

  // As though the process died: calls under way break off.
  void Kill() { server_->Shutdown(std::chrono::system_clock::now()); }

  std::string target() const { return absl::StrCat("127.0.0.1:", port_); }

  std::shared_ptr<grpc::Channel> Connect() const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    return grpc::CreateCustomChannel(target(), grpc::InsecureChannelCredentials(), arguments);
  }

 private:
  static void Register(grpc::ServerBuilder& builder, grpc::Service* service) {
    builder.RegisterService(service);
  }

  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// Services whose methods do what a test says, one method of each kind. Those that a test does not
// set are UNIMPLEMENTED.
class FakeDatasets final : public v1::DatasetService::Service {
 public:
  using Uploads = grpc::ServerReader<v1::UploadDatasetRequest>;
  using Rows = grpc::ServerWriter<v1::ReadRowsResponse>;

  std::function<grpc::Status(grpc::ServerContext&, const std::string& name, v1::Dataset&)> get;
  std::function<grpc::Status(grpc::ServerContext&, Uploads&, v1::DatasetVersion&)> upload;
  std::function<grpc::Status(grpc::ServerContext&, Rows&)> read_rows;

  grpc::Status GetDataset(grpc::ServerContext* context, const v1::GetDatasetRequest* request,
                          v1::Dataset* response) override {
    return get ? get(*context, request->name(), *response) : Unset();
  }
  grpc::Status UploadDataset(grpc::ServerContext* context, Uploads* reader,
                             v1::DatasetVersion* response) override {
    return upload ? upload(*context, *reader, *response) : Unset();
  }
  grpc::Status ReadRows(grpc::ServerContext* context, const v1::ReadRowsRequest*,
                        Rows* writer) override {
    return read_rows ? read_rows(*context, *writer) : Unset();
  }

 private:
  static grpc::Status Unset() { return {grpc::StatusCode::UNIMPLEMENTED, "not set by the test"}; }
};

// Answers with the version that the proxy chose.
class FakePredictor final : public v1::PredictService::Service {
 public:
  grpc::Status Predict(grpc::ServerContext* context, const v1::PredictRequest*,
                       v1::PredictResponse* response) override {
    const auto& metadata = context->client_metadata();
    const auto version = metadata.find("serin-version");
    if (version == metadata.end()) return {grpc::StatusCode::FAILED_PRECONDITION, "no version"};
    if (metadata.count("serin-version") > 1) return {grpc::StatusCode::INTERNAL, "two versions"};
    response->set_model_version(std::string(version->second.data(), version->second.size()));
    return grpc::Status::OK;
  }
};

// A client context that does not wait for ever.
inline void Prepare(grpc::ClientContext& context, absl::Duration deadline = kPatience) {
  context.set_deadline(absl::ToChronoTime(absl::Now() + deadline));
  context.set_wait_for_ready(true);
}

// The value of a metadata key that a side sent, or "(none)"; "(many)" if it came twice.
inline std::string ValueOf(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata,
                           const char* key) {
  if (metadata.count(key) > 1) return "(many)";
  const auto it = metadata.find(key);
  if (it == metadata.end()) return "(none)";
  return std::string(it->second.data(), it->second.size());
}

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_PROXY_FAKE_UPSTREAM_H_
