#ifndef SERIN_CLIENT_CLI_SCHEDULE_FLAGS_H_
#define SERIN_CLIENT_CLI_SCHEDULE_FLAGS_H_

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <vector>

#include "client/cli/run_flags.h"
#include "client/cli/training_flags.h"
#include "serin/v1/schedule.pb.h"

namespace serin {

// What `schedule create` and `schedule update` take to say what is trained, when, and what becomes
// of it.
struct ScheduleFlags : RunFlags {
  TrainingFlags training;
  std::string promotion;
  std::string promotion_metric;
};

// Of `create`: what is trained has to be given.
void AddScheduleFlags(CLI::App& command, const std::shared_ptr<ScheduleFlags>& flags);
// Of `update`: nothing has to, but what is trained is given as a whole.
void AddScheduleChangeFlags(CLI::App& command, const std::shared_ptr<ScheduleFlags>& flags);

// What UpdateSchedule takes: the fields that were given, and their names.
struct ScheduleChange {
  v1::Schedule schedule;
  std::vector<std::string> fields;
};

// For callbacks of commands: throw CLI::ValidationError.
v1::Schedule ScheduleOf(const ScheduleFlags& flags);
ScheduleChange ScheduleChangeOf(const ScheduleFlags& flags);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_SCHEDULE_FLAGS_H_
