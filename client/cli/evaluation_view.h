#ifndef SERIN_CLIENT_CLI_EVALUATION_VIEW_H_
#define SERIN_CLIENT_CLI_EVALUATION_VIEW_H_

#include <string>

#include "client/cli/session.h"
#include "serin/v1/model.pb.h"

namespace serin {

// Prints a model version: its metrics with their intervals beside the baseline's, where it comes
// from, and what can be drawn of its evaluation (evaluation_charts.h).
void PrintModelVersion(const v1::ModelVersion& version, const Session& session);

// The one metric to compare versions by: `accuracy 0.9667`, `RMSE 54.2`; `-` where there is none.
std::string MainMetric(const v1::ModelVersion& version);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_EVALUATION_VIEW_H_
