// The least that a unary call can cost in grpc++: a callback service that parses nothing and
// answers with bytes that it has. What `scripts/bench predict call` compares a Predict with.
//
//   predict_echo --answer_bytes=N
//
// Answers Predict of PredictService, so that callers need not differ. Prints `echo ready:
// HOST:PORT`.
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>

#include <iostream>
#include <memory>
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/synchronization/mutex.h"
#include "serin/v1/predict_service.grpc.pb.h"

ABSL_FLAG(int, answer_bytes, 64, "Length of the answer");

namespace serin {
namespace {

class Echo final
    : public v1::PredictService::WithRawCallbackMethod_Predict<v1::PredictService::Service> {
 public:
  explicit Echo(size_t answer_bytes) : bytes_(std::string(answer_bytes, 'x')) {}

  grpc::ServerUnaryReactor* Predict(grpc::CallbackServerContext* context, const grpc::ByteBuffer*,
                                    grpc::ByteBuffer* answer) override {
    *answer = grpc::ByteBuffer(&bytes_, 1);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const grpc::Slice bytes_;
};

int Main() {
  Echo echo(static_cast<size_t>(absl::GetFlag(FLAGS_answer_bytes)));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&echo);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::cout << "echo ready: 127.0.0.1:" << port << std::endl;
  server->Wait();
  return 0;
}

}  // namespace
}  // namespace serin

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  // As serin-server does.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return serin::Main();
}
