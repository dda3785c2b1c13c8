#ifndef SERIN_CLIENT_CLI_TRAIN_VIEW_H_
#define SERIN_CLIENT_CLI_TRAIN_VIEW_H_

#include <vector>

#include "client/cli/session.h"
#include "serin/v1/algorithm.pb.h"
#include "serin/v1/job.pb.h"

namespace serin {

void PrintJob(const v1::Job& job, const Session& session);
void PrintJobList(const std::vector<v1::Job>& jobs, const Session& session);

// Each algorithm with a table of its hyperparameters.
void PrintAlgorithms(const std::vector<v1::Algorithm>& algorithms, const Session& session);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_TRAIN_VIEW_H_
