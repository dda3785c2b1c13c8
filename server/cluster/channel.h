#ifndef SERIN_SERVER_CLUSTER_CHANNEL_H_
#define SERIN_SERVER_CLUSTER_CHANNEL_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

namespace serin {

// A channel from one role to another: never gives up, tries a peer that refuses at least once a
// second, and notices within 15 s one that vanished without a word. For that it pings every 10 s
// while a call is open, which the server must allow (grpc's default is every 5 minutes):
// GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS below 10'000.
std::shared_ptr<grpc::Channel> ConnectToRole(const std::string& target);

}  // namespace serin

#endif  // SERIN_SERVER_CLUSTER_CHANNEL_H_
