#ifndef SERIN_SERVER_PROXY_CALL_METADATA_H_
#define SERIN_SERVER_PROXY_CALL_METADATA_H_

#include <grpcpp/client_context.h>
#include <grpcpp/server_context.h>

#include <string>
#include <utility>
#include <vector>

// Which metadata the proxy passes on: all but what belongs to one connection (`grpc-...`,
// `user-agent` and the like) and what the proxy itself says (serin-version, serin-request-id).

namespace serin {

using Metadata = std::vector<std::pair<std::string, std::string>>;

// From the caller to the upstream, with `added` of the proxy's own.
void ForwardRequestMetadata(const grpc::CallbackServerContext& from, const Metadata& added,
                            grpc::ClientContext* to);

// From the upstream to the caller. Each after the upstream has sent it.
void ForwardInitialMetadata(const grpc::ClientContext& from, grpc::CallbackServerContext* to);
void ForwardTrailingMetadata(const grpc::ClientContext& from, grpc::CallbackServerContext* to);

// The request id that the caller sent, if it is one to keep: 1 to 64 printable ASCII characters
// without spaces. Otherwise empty.
std::string RequestIdFrom(const grpc::CallbackServerContext& context);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_CALL_METADATA_H_
