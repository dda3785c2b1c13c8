#include <memory>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/evaluation_view.h"
#include "client/cli/interrupt.h"
#include "client/cli/job_display.h"
#include "client/cli/train_view.h"
#include "client/cli/training_flags.h"
#include "core/base/status_macros.h"
#include "serin/v1/train_service.pb.h"

namespace serin {
namespace {

constexpr Positional kName = {"JOB", "As printed by start and list"};

// An error where the version is not what is made of the same now, so that scripts see it.
absl::Status PrintOutcome(const v1::Verification& verification, const Session& session) {
  if (session.json()) {
    SERIN_RETURN_IF_ERROR(session.PrintJson(verification));
  } else {
    PrintVerification(verification, session);
  }
  if (verification.identical()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(verification.model_version(), " is not what training it again makes"));
}

// What is printed of a job that has succeeded.
absl::Status PrintResult(const v1::Job& job, const Session& session) {
  if (job.type() == v1::JOB_TYPE_VERIFY) return PrintOutcome(job.verification(), session);
  if (job.type() == v1::JOB_TYPE_BATCH_PREDICT) {
    if (session.json()) return session.PrintJson(job);
    PrintJob(job, session);
    return absl::OkStatus();
  }
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion version,
                         session.client.GetModelVersion(job.model_version()));
  if (session.json()) return session.PrintJson(version);
  PrintModelVersion(version, session);
  return absl::OkStatus();
}

// Fails at once, and not after the patience of a wait, where there is no such job or no server.
absl::Status Watch(const std::string& job, const Session& session) {
  SERIN_RETURN_IF_ERROR(session.client.GetJob(job).status());
  return WaitAndPrint(job, session);
}

// --- start ----------------------------------------------------------------------------------

struct StartFlags {
  TrainingFlags training;
  v1::TrainRequest request;
  bool no_wait = false;
  bool dry_run = false;
};

absl::Status DryRun(const v1::TrainingSpec& spec, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::TrainingSpec resolved, session.client.ResolveTraining(spec));
  if (session.json()) return session.PrintJson(resolved);
  PrintSpec(resolved, session);
  return absl::OkStatus();
}

absl::Status Start(const StartFlags& flags, const Session& session) {
  if (flags.dry_run) return DryRun(flags.request.spec(), session);
  SERIN_ASSIGN_OR_RETURN(const v1::Job job, session.client.Train(flags.request));
  return FollowJob(job, flags.no_wait, session);
}

void AddStart(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<StartFlags>();
  CLI::App* command = noun.add_subcommand("start", "Train a new version of a model");
  command->add_option("MODEL", *flags->request.mutable_model(), "Model, made if it is new")
      ->type_name("")
      ->required();
  AddTrainingFlags(*command, std::shared_ptr<TrainingFlags>(flags, &flags->training));
  AddPriorityFlag(*command, [flags](int priority) { flags->request.set_priority(priority); });
  command->add_flag("--no-wait", flags->no_wait,
                    "Print the job at once, do not wait for its evaluation");
  command->add_flag("--dry-run", flags->dry_run,
                    "Train nothing; print what would be done, with all defaults");
  command->callback([flags, &action] {
    *flags->request.mutable_spec() = SpecOf(flags->training);
    action = [flags](const Session& session) { return Start(*flags, session); };
  });
}

// --- the rest -------------------------------------------------------------------------------

struct ListFlags {
  int limit = 20;
  std::string parent;
};

absl::Status List(const ListFlags& flags, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::Job> jobs,
                         session.client.ListJobs(flags.limit, flags.parent));
  if (session.json()) {
    v1::ListJobsResponse all;
    all.mutable_jobs()->Assign(jobs.begin(), jobs.end());
    return session.PrintJson(all);
  }
  PrintJobList(jobs, session);
  return absl::OkStatus();
}

absl::Status Show(const std::string& name, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::Job job, session.client.GetJob(name));
  if (session.json()) return session.PrintJson(job);
  PrintJob(job, session);
  return absl::OkStatus();
}

struct CancelFlags {
  std::string job;
  bool keep_best = false;
};

absl::Status Cancel(const CancelFlags& flags, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::Job job, session.client.CancelJob(flags.job, flags.keep_best));
  if (session.json()) return session.PrintJson(job);
  PrintJob(job, session);
  return absl::OkStatus();
}

absl::Status Algorithms(const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::Algorithm> algorithms,
                         session.client.ListAlgorithms());
  if (session.json()) {
    v1::ListAlgorithmsResponse all;
    all.mutable_algorithms()->Assign(algorithms.begin(), algorithms.end());
    return session.PrintJson(all);
  }
  PrintAlgorithms(algorithms, session);
  return absl::OkStatus();
}

void AddList(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<ListFlags>();
  CLI::App* command = noun.add_subcommand("list", "List jobs, newest first");
  command->add_option("--limit", flags->limit, "At most this many")
      ->type_name("COUNT")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--of", flags->parent, "Only those for models/NAME or schedules/NAME")
      ->type_name("PARENT");
  command->callback([flags, &action] {
    action = [flags](const Session& session) { return List(*flags, session); };
  });
}

void AddCancel(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<CancelFlags>();
  CLI::App* command = noun.add_subcommand("cancel", "End a job");
  command->add_option("JOB", flags->job, kName.description)->type_name("")->required();
  command->add_flag("--keep-best", flags->keep_best,
                    "Of a search: end the search, and train the best that it has found");
  command->callback([flags, &action] {
    action = [flags](const Session& session) { return Cancel(*flags, session); };
  });
}

}  // namespace

absl::Status WaitAndPrint(const std::string& job, const Session& session) {
  absl::StatusOr<v1::Job> done = [&] {
    const LeaveOnInterrupt leave(absl::StrCat("\n", job, " goes on; 'serin train watch ", job,
                                              "' watches it again, 'serin train cancel ", job,
                                              "' ends it\n"));
    JobDisplay display(session.console.err, session.console.err_is_terminal);
    return session.client.WaitForJob(job, [&](const v1::Job& now) { display.Show(now); });
  }();
  SERIN_RETURN_IF_ERROR(done.status());
  return PrintResult(*done, session);
}

absl::Status FollowJob(const v1::Job& job, bool no_wait, const Session& session) {
  if (!no_wait) {
    session.console.err << job.name() << "\n";
    return WaitAndPrint(job.name(), session);
  }
  if (session.json()) return session.PrintJson(job);
  session.console.out << job.name() << "\n";
  return absl::OkStatus();
}

void AddTrainCommands(CLI::App& app, Action& action) {
  CLI::App& noun = *app.add_subcommand("train", "Make models from datasets");
  noun.require_subcommand(1);
  AddStart(noun, action);
  AddList(noun, action);
  AddNamedCommand(noun, action, "show", "Print a job", kName, Show);
  AddNamedCommand(noun, action, "watch", "Wait for a job and print what it made", kName, Watch);
  AddCancel(noun, action);
  noun.add_subcommand("algorithms", "List algorithms and their hyperparameters")
      ->callback([&action] { action = Algorithms; });
}

}  // namespace serin
