#ifndef SERIN_CORE_TRAFFIC_KNOWN_REPLICAS_H_
#define SERIN_CORE_TRAFFIC_KNOWN_REPLICAS_H_

#include "serin/internal/v1/cluster_service.pb.h"

namespace serin {

// Makes a state that is `settling` usable: a control that has just started does not know yet which
// predictors there are, so that the replicas that were `known` and are missing in it stay, but for
// those that were draining, and those whose address belongs to another one now (a process that was
// started again). Replicas stay in order of id. A state that is not settling is left as it is.
void KeepKnownReplicas(const google::protobuf::RepeatedPtrField<internal::v1::Replica>& known,
                       internal::v1::ClusterState* state);

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_KNOWN_REPLICAS_H_
