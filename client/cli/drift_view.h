#ifndef SERIN_CLIENT_CLI_DRIFT_VIEW_H_
#define SERIN_CLIENT_CLI_DRIFT_VIEW_H_

#include "client/cli/session.h"
#include "serin/v1/model_service.pb.h"

namespace serin {

// A line for each feature, and one for the answers, those that have moved furthest first.
void PrintDrift(const v1::Drift& drift, const Session& session);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_DRIFT_VIEW_H_
