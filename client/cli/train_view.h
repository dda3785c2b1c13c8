#ifndef SERIN_CLIENT_CLI_TRAIN_VIEW_H_
#define SERIN_CLIENT_CLI_TRAIN_VIEW_H_

#include <string>
#include <vector>

#include "client/cli/session.h"
#include "serin/v1/algorithm.pb.h"
#include "serin/v1/job.pb.h"

namespace serin {

void PrintJob(const v1::Job& job, const Session& session);
// A specification, with what becomes of each feature where it is resolved.
void PrintSpec(const v1::TrainingSpec& spec, const Session& session);
void PrintVerification(const v1::Verification& verification, const Session& session);
// The best `limit` trials; nothing where there are none.
void PrintLeaderboard(const v1::Leaderboard& leaderboard, int limit, const Session& session);
// A line each.
void PrintWarnings(const google::protobuf::RepeatedPtrField<std::string>& warnings,
                   const Session& session);
void PrintJobList(const std::vector<v1::Job>& jobs, const Session& session);

// Each algorithm with a table of its hyperparameters.
void PrintAlgorithms(const std::vector<v1::Algorithm>& algorithms, const Session& session);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_TRAIN_VIEW_H_
