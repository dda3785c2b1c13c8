#ifndef SERIN_CLIENT_CLI_RUN_FLAGS_H_
#define SERIN_CLIENT_CLI_RUN_FLAGS_H_

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <string>

#include "serin/v1/schedule.pb.h"

namespace serin {

// What commands of schedules take to say when it runs, and how runs go with each other; whatever it
// is that is done.
struct RunFlags {
  std::string cron;
  std::string time_zone;
  bool on_new_version = false;
  std::string quiet_period;
  std::string overlap;
  std::string catch_up;
  std::optional<int> priority;
};

void AddRunFlags(CLI::App& command, const std::shared_ptr<RunFlags>& flags);

// For callbacks of commands: throw CLI::ValidationError.
//
// Sets what was given.
void SetRuns(const RunFlags& flags, v1::Schedule* schedule);
// Of a new schedule, which has to run at some time.
void CheckHasTrigger(const RunFlags& flags);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_RUN_FLAGS_H_
