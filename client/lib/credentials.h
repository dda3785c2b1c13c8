#ifndef SERIN_CLIENT_LIB_CREDENTIALS_H_
#define SERIN_CLIENT_LIB_CREDENTIALS_H_

#include <grpcpp/security/credentials.h>

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "serin/client.h"

namespace serin {

// How a channel speaks TLS; in the clear without options. Reads the files that they name; errors
// as Client::Connect says.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeCredentials(
    const std::optional<TlsOptions>& tls);

}  // namespace serin

#endif  // SERIN_CLIENT_LIB_CREDENTIALS_H_
