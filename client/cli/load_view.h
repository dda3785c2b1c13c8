#ifndef SERIN_CLIENT_CLI_LOAD_VIEW_H_
#define SERIN_CLIENT_CLI_LOAD_VIEW_H_

#include "client/cli/load.h"
#include "client/cli/session.h"

namespace serin {

// Who answered how much, how fast, and what failed. JSON has latencies in milliseconds.
void PrintLoadReport(const LoadReport& report, const Session& session);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_LOAD_VIEW_H_
