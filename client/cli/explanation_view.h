#ifndef SERIN_CLIENT_CLI_EXPLANATION_VIEW_H_
#define SERIN_CLIENT_CLI_EXPLANATION_VIEW_H_

#include "absl/status/status.h"
#include "client/cli/session.h"
#include "serin/v1/predict_service.pb.h"

namespace serin {

// Prints what moved each prediction: features with the largest contributions first, with bars to
// the left and to the right. Of more than two classes it shows the predicted one; JSON has all.
absl::Status PrintExplanations(const v1::ExplainResponse& response, const Session& session);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_EXPLANATION_VIEW_H_
