#include <memory>

#include "client/cli/batch_flags.h"
#include "client/cli/commands.h"
#include "client/cli/schedule_flags.h"
#include "client/cli/schedule_view.h"
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

struct CreateFlags : ScheduleFlags {
  std::string id;
  std::string model;
};

void AddCreate(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<CreateFlags>();
  CLI::App* command = noun.add_subcommand("create", "Train a model again and again");
  command->add_option("SCHEDULE", flags->id, "Name of the schedule")->type_name("")->required();
  command->add_option("MODEL", flags->model, "Model that gets the versions")
      ->type_name("")
      ->required();
  AddScheduleFlags(*command, flags);
  command->callback([flags, &action] {
    v1::Schedule schedule = ScheduleOf(*flags);
    schedule.set_model(flags->model);
    action = [id = flags->id, schedule](const Session& session) {
      return Print(session.client.CreateSchedule(id, schedule), session);
    };
  });
}

struct CreateBatchFlags : RunFlags, BatchFlags {
  std::string id;
};

void AddCreateBatch(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<CreateBatchFlags>();
  CLI::App* command = noun.add_subcommand(
      "create-batch", "Predict for a dataset again and again, into another dataset");
  command->add_option("SCHEDULE", flags->id, "Name of the schedule")->type_name("")->required();
  AddBatchFlags(*command, flags);
  AddRunFlags(*command, flags);
  command->callback([flags, &action] {
    CheckHasTrigger(*flags);
    v1::Schedule schedule;
    SetRuns(*flags, &schedule);
    *schedule.mutable_batch_prediction() = PredictionOf(*flags);
    action = [id = flags->id, schedule](const Session& session) {
      return Print(session.client.CreateSchedule(id, schedule), session);
    };
  });
}

struct UpdateFlags : ScheduleFlags {
  std::string name;
};

void AddUpdate(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<UpdateFlags>();
  CLI::App* command = noun.add_subcommand(
      "update", "Change a schedule; what is not given stays. What is trained is given as a whole");
  command->add_option("SCHEDULE", flags->name, kName.description)->type_name("")->required();
  AddScheduleChangeFlags(*command, flags);
  command->callback([flags, &action] {
    ScheduleChange change = ScheduleChangeOf(*flags);
    change.schedule.set_name(flags->name);
    action = [change](const Session& session) {
      return Print(session.client.UpdateSchedule(change.schedule, change.fields), session);
    };
  });
}

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
  CLI::App& noun = *app.add_subcommand("schedule", "Train or predict at times, or on new data");
  noun.require_subcommand(1);
  AddCreate(noun, action);
  AddCreateBatch(noun, action);
  AddUpdate(noun, action);
  noun.add_subcommand("list", "List schedules")->callback([&action] { action = List; });
  AddNamedCommand(noun, action, "show", "Print a schedule and its last runs", kName, Show);
  AddNamedCommand(noun, action, "pause", "No runs until it is resumed", kName, Pause);
  AddNamedCommand(noun, action, "resume", "Run at its times again", kName, Resume);
  AddNamedCommand(noun, action, "run", "Run it now, once; print the job", kName, Run);
  AddNamedCommand(noun, action, "delete", "Delete a schedule; its jobs stay", kName, Delete);
}

}  // namespace serin
