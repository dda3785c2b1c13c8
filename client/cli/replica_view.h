#ifndef SERIN_CLIENT_CLI_REPLICA_VIEW_H_
#define SERIN_CLIENT_CLI_REPLICA_VIEW_H_

#include "client/cli/session.h"
#include "serin/v1/model_service.pb.h"

namespace serin {

// A line for each version at each predictor: its state, what it takes, since when and why.
void PrintReplicaVersions(const v1::ListReplicaVersionsResponse& replicas, const Session& session);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_REPLICA_VIEW_H_
