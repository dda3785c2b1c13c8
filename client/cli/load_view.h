#ifndef SERIN_CLIENT_CLI_LOAD_VIEW_H_
#define SERIN_CLIENT_CLI_LOAD_VIEW_H_

#include <string>

#include "client/cli/load.h"
#include "client/cli/session.h"

namespace serin {

// Who answered how much, how fast, and what failed, with a plot of the latencies. JSON has
// latencies in milliseconds.
void PrintLoadReport(const LoadReport& report, const Session& session);

// Percentiles as CSV: `percentile,latency_ms,calls`, where so many calls took at most so long.
std::string LatencyCsv(const LoadReport& report);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_LOAD_VIEW_H_
