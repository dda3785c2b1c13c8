#include <memory>

#include "client/cli/commands.h"
#include "client/cli/schedule_view.h"
#include "client/cli/training_arguments.h"
#include "client/cli/training_flags.h"
#include "core/base/status_macros.h"
#include "serin/v1/train_service.pb.h"

namespace serin {
namespace {

constexpr Positional kName = {"SCHEDULE", "As printed by list"};

absl::Status Print(const absl::StatusOr<v1::Schedule>& schedule, const Session& session) {
  SERIN_RETURN_IF_ERROR(schedule.status());
  if (session.json()) return session.PrintJson(*schedule);
  PrintSchedule(*schedule, session);
  return absl::OkStatus();
}

// --- create ---------------------------------------------------------------------------------

struct CreateFlags {
  std::string id;
  v1::Schedule schedule;
  TrainingFlags training;
  std::string cron;
  std::string time_zone;
  bool on_new_version = false;
  std::string quiet_period;
  std::string overlap;
  std::string catch_up;
  std::string promotion;
  std::string promotion_metric;
};

void AddTrigger(CLI::App& command, const std::shared_ptr<CreateFlags>& flags) {
  CLI::Option* cron =
      command.add_option("--cron", flags->cron, "When, as in crontab: '0 3 * * mon-fri', @daily")
          ->type_name("EXPRESSION");
  command.add_option("--time-zone", flags->time_zone, "Such as Europe/Berlin; default UTC")
      ->type_name("NAME")
      ->needs(cron);
  CLI::Option* new_version = command
                                 .add_flag("--on-new-version", flags->on_new_version,
                                           "Whenever the dataset has a new version")
                                 ->excludes(cron);
  command
      .add_option("--quiet-period", flags->quiet_period,
                  "Versions that come this soon after each other are one run; default 0s")
      ->type_name("TIME")
      ->needs(new_version);
}

void AddPolicy(CLI::App& command, const std::shared_ptr<CreateFlags>& flags) {
  command
      .add_option("--overlap", flags->overlap,
                  "While the job before runs: skip, queue or replace; default skip")
      ->type_name("HOW");
  command
      .add_option("--catch-up", flags->catch_up,
                  "Make up for runs missed no longer ago than this; default 0s")
      ->type_name("TIME");
  command
      .add_option("--promote", flags->promotion,
                  "What the alias 'candidate' does: none, candidate, candidate-if-better")
      ->type_name("RULE");
  command
      .add_option("--promote-by", flags->promotion_metric,
                  "What candidate-if-better compares, such as roc-auc")
      ->type_name("METRIC");
  AddPriorityFlag(command, [flags](int priority) { flags->schedule.set_priority(priority); });
}

void CompleteTrigger(const CreateFlags& flags, v1::Schedule* schedule) {
  if (flags.cron.empty() == !flags.on_new_version) {
    throw CLI::ValidationError("give either --cron EXPRESSION or --on-new-version");
  }
  if (flags.on_new_version) {
    v1::NewVersionTrigger& trigger = *schedule->mutable_new_version();
    if (flags.quiet_period.empty()) return;
    *trigger.mutable_quiet_period() = ValueOrWrongUse(ParseDuration(flags.quiet_period));
    return;
  }
  schedule->mutable_cron()->set_expression(flags.cron);
  schedule->mutable_cron()->set_time_zone(flags.time_zone);
}

v1::Schedule ScheduleOf(const CreateFlags& flags) {
  v1::Schedule schedule = flags.schedule;
  *schedule.mutable_spec() = SpecOf(flags.training);
  CompleteTrigger(flags, &schedule);
  if (!flags.overlap.empty()) schedule.set_overlap(ValueOrWrongUse(ParseOverlap(flags.overlap)));
  if (!flags.catch_up.empty()) {
    *schedule.mutable_catch_up() = ValueOrWrongUse(ParseDuration(flags.catch_up));
  }
  if (!flags.promotion.empty()) {
    schedule.mutable_promotion()->set_rule(ValueOrWrongUse(ParsePromotion(flags.promotion)));
  }
  if (!flags.promotion_metric.empty()) {
    schedule.mutable_promotion()->set_metric(ValueOrWrongUse(ParseMetric(flags.promotion_metric)));
  }
  return schedule;
}

void AddCreate(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<CreateFlags>();
  CLI::App* command = noun.add_subcommand("create", "Train a model again and again");
  command->add_option("SCHEDULE", flags->id, "Name of the schedule")->type_name("")->required();
  command->add_option("MODEL", *flags->schedule.mutable_model(), "Model that gets the versions")
      ->type_name("")
      ->required();
  AddTrigger(*command, flags);
  AddTrainingFlags(*command, std::shared_ptr<TrainingFlags>(flags, &flags->training));
  AddPolicy(*command, flags);
  command->callback([flags, &action] {
    action = [id = flags->id, schedule = ScheduleOf(*flags)](const Session& session) {
      return Print(session.client.CreateSchedule(id, schedule), session);
    };
  });
}

// --- the rest -------------------------------------------------------------------------------

absl::Status List(const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::Schedule> schedules, session.client.ListSchedules());
  if (session.json()) {
    v1::ListSchedulesResponse all;
    all.mutable_schedules()->Assign(schedules.begin(), schedules.end());
    return session.PrintJson(all);
  }
  PrintScheduleList(schedules, session);
  return absl::OkStatus();
}

absl::Status Show(const std::string& name, const Session& session) {
  return Print(session.client.GetSchedule(name), session);
}

absl::Status Pause(const std::string& name, const Session& session) {
  return Print(session.client.PauseSchedule(name), session);
}

absl::Status Resume(const std::string& name, const Session& session) {
  return Print(session.client.ResumeSchedule(name), session);
}

absl::Status Run(const std::string& name, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::Job job, session.client.RunSchedule(name));
  if (session.json()) return session.PrintJson(job);
  session.console.out << job.name() << "\n";
  return absl::OkStatus();
}

absl::Status Delete(const std::string& name, const Session& session) {
  SERIN_RETURN_IF_ERROR(session.client.DeleteSchedule(name));
  session.console.err << "deleted " << name << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddScheduleCommands(CLI::App& app, Action& action) {
  CLI::App& noun = *app.add_subcommand("schedule", "Train at times, or on new data");
  noun.require_subcommand(1);
  AddCreate(noun, action);
  noun.add_subcommand("list", "List schedules")->callback([&action] { action = List; });
  AddNamedCommand(noun, action, "show", "Print a schedule and its last runs", kName, Show);
  AddNamedCommand(noun, action, "pause", "No runs until it is resumed", kName, Pause);
  AddNamedCommand(noun, action, "resume", "Run at its times again", kName, Resume);
  AddNamedCommand(noun, action, "run", "Run it now, once; print the job", kName, Run);
  AddNamedCommand(noun, action, "delete", "Delete a schedule; its jobs stay", kName, Delete);
}

}  // namespace serin
