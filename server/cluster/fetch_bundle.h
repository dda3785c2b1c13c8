#ifndef SERIN_SERVER_CLUSTER_FETCH_BUNDLE_H_
#define SERIN_SERVER_CLUSTER_FETCH_BUNDLE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serin/internal/v1/cluster_service.grpc.pb.h"

namespace serin {

// Fetches a bundle from control; blocks until it is here, at most `timeout`. NOT_FOUND: control has
// no such bundle; DATA_LOSS: the bytes that came do not have this SHA-256; other codes: the call
// failed and may be tried again. Thread-safe.
absl::StatusOr<std::string> FetchBundle(internal::v1::ClusterService::StubInterface& control,
                                        const std::string& project, const std::string& sha256,
                                        absl::Duration timeout = absl::Seconds(60));

}  // namespace serin

#endif  // SERIN_SERVER_CLUSTER_FETCH_BUNDLE_H_
