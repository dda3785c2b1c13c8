#ifndef SERIN_CLIENT_CLI_SCHEDULE_VIEW_H_
#define SERIN_CLIENT_CLI_SCHEDULE_VIEW_H_

#include <vector>

#include "client/cli/session.h"
#include "serin/v1/schedule.pb.h"

namespace serin {

// With its last runs.
void PrintSchedule(const v1::Schedule& schedule, const Session& session);
void PrintScheduleList(const std::vector<v1::Schedule>& schedules, const Session& session);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_SCHEDULE_VIEW_H_
