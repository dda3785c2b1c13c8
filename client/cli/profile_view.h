#ifndef SERIN_CLIENT_CLI_PROFILE_VIEW_H_
#define SERIN_CLIENT_CLI_PROFILE_VIEW_H_

#include "client/cli/session.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// What a table is like, at one look: its size, a line for each column (type, missing, distinct,
// range, and how the values are spread: a small histogram of numbers and times, the most frequent
// values of all else), and what a data scientist would warn of.
void PrintProfile(const v1::DatasetProfile& profile, const Session& session);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_PROFILE_VIEW_H_
