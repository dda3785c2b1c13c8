#include "client/cli/run_flags.h"

#include "client/cli/commands.h"
#include "client/cli/training_arguments.h"
#include "client/cli/training_flags.h"

namespace serin {
namespace {

// An option whose value is a text that SetRuns understands.
CLI::Option* AddText(CLI::App& command, const char* name, std::string* value, const char* type,
                     const char* help) {
  return command.add_option(name, *value, help)->type_name(type);
}

void SetTrigger(const RunFlags& flags, v1::Schedule* schedule) {
  if (flags.on_new_version) {
    v1::NewVersionTrigger& trigger = *schedule->mutable_new_version();
    if (flags.quiet_period.empty()) return;
    *trigger.mutable_quiet_period() = ValueOrWrongUse(ParseDuration(flags.quiet_period));
  } else if (!flags.cron.empty()) {
    schedule->mutable_cron()->set_expression(flags.cron);
    schedule->mutable_cron()->set_time_zone(flags.time_zone);
  }
}

}  // namespace

void AddRunFlags(CLI::App& command, const std::shared_ptr<RunFlags>& flags) {
  CLI::Option* cron = AddText(command, "--cron", &flags->cron, "EXPRESSION",
                              "When, as in crontab: '0 3 * * mon-fri', @daily");
  AddText(command, "--time-zone", &flags->time_zone, "NAME", "Such as Europe/Berlin; default UTC")
      ->needs(cron);
  CLI::Option* new_version = command
                                 .add_flag("--on-new-version", flags->on_new_version,
                                           "Whenever the dataset has a new version")
                                 ->excludes(cron);
  AddText(command, "--quiet-period", &flags->quiet_period, "TIME",
          "Versions that come this soon after each other are one run; default 0s")
      ->needs(new_version);
  AddText(command, "--overlap", &flags->overlap, "HOW",
          "While the job before runs: skip, queue or replace; default skip");
  AddText(command, "--catch-up", &flags->catch_up, "TIME",
          "Make up for runs missed no longer ago than this; default 0s");
  AddPriorityFlag(command, [flags](int priority) { flags->priority = priority; });
}

void SetRuns(const RunFlags& flags, v1::Schedule* schedule) {
  SetTrigger(flags, schedule);
  if (!flags.overlap.empty()) schedule->set_overlap(ValueOrWrongUse(ParseOverlap(flags.overlap)));
  if (!flags.catch_up.empty()) {
    *schedule->mutable_catch_up() = ValueOrWrongUse(ParseDuration(flags.catch_up));
  }
  schedule->set_priority(flags.priority.value_or(0));
}

void CheckHasTrigger(const RunFlags& flags) {
  if (flags.cron.empty() == !flags.on_new_version) {
    throw CLI::ValidationError("give either --cron EXPRESSION or --on-new-version");
  }
}

}  // namespace serin
