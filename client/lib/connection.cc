#include "client/lib/connection.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

namespace serin {
namespace {

// Answers hold up to 100,000 predictions or a batch of wide rows.
constexpr int kMaxAnswerBytes = 256 << 20;

std::shared_ptr<grpc::Channel> NewChannel(
    const ClientOptions& options, const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxAnswerBytes);
  // A server that restarts should be found again soon.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  if (options.tls && !options.tls->server_name.empty()) {
    arguments.SetSslTargetNameOverride(options.tls->server_name);
  }
  return grpc::CreateCustomChannel(options.server, credentials, arguments);
}

}  // namespace

Client::Connection::Connection(const ClientOptions& options,
                               const std::shared_ptr<grpc::ChannelCredentials>& credentials)
    : Connection(options, NewChannel(options, credentials)) {}

Client::Connection::Connection(const ClientOptions& options,
                               const std::shared_ptr<grpc::Channel>& channel)
    : options_(options),
      datasets_(v1::DatasetService::NewStub(channel)),
      training_(v1::TrainService::NewStub(channel)),
      models_(v1::ModelService::NewStub(channel)),
      predictions_(v1::PredictService::NewStub(channel)) {}

}  // namespace serin
