#include <memory>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/evaluation_view.h"
#include "client/cli/flags.h"
#include "client/cli/progress_bar.h"
#include "client/cli/train_view.h"
#include "core/base/status_macros.h"
#include "serin/v1/train_service.pb.h"

namespace serin {
namespace {

constexpr Positional kName = {"JOB", "As printed by start and list"};

// Waits for a job with its progress on `err`, then prints the model version that it made.
absl::Status WaitAndPrint(const std::string& job, const Session& session) {
  absl::StatusOr<v1::Job> done = [&] {
    ProgressBar bar(session.console.err, session.console.err_is_terminal);
    return session.client.WaitForJob(job, [&](const v1::Job& now) { bar.Show(now); });
  }();
  SERIN_RETURN_IF_ERROR(done.status());
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion version,
                         session.client.GetModelVersion(done->model_version()));
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
  std::string model;
  v1::TrainingSpec spec;
  std::vector<std::string> features;
  std::vector<std::string> settings;
  std::string task;
  bool no_wait = false;
};

absl::Status Start(const StartFlags& flags, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::Job job, session.client.Train(flags.model, flags.spec));
  if (!flags.no_wait) {
    session.console.err << job.name() << "\n";
    return WaitAndPrint(job.name(), session);
  }
  if (session.json()) return session.PrintJson(job);
  session.console.out << job.name() << "\n";
  return absl::OkStatus();
}

void CompleteSpec(StartFlags& flags) {
  flags.spec.mutable_features()->Assign(flags.features.begin(), flags.features.end());
  for (const auto& [name, value] : ValueOrWrongUse(ParseHyperparameters(flags.settings))) {
    SetHyperparameter(flags.spec, name, value);
  }
  if (!flags.task.empty()) flags.spec.set_task(ValueOrWrongUse(ParseTask(flags.task)));
}

void AddSpecOptions(CLI::App& command, const std::shared_ptr<StartFlags>& flags) {
  command.add_option("--dataset", *flags->spec.mutable_dataset(), "Dataset, or iris@2")
      ->type_name("NAME")
      ->required();
  command.add_option("--target", *flags->spec.mutable_target(), "Column to predict")
      ->type_name("COLUMN")
      ->required();
  command
      .add_option("--algorithm", *flags->spec.mutable_algorithm(),
                  "One of 'serin train algorithms'")
      ->type_name("NAME")
      ->required();
  command.add_option("--feature", flags->features, "Use only this column (repeatable)")
      ->type_name("COLUMN")
      ->allow_extra_args(false);
  command.add_option("--set", flags->settings, "A hyperparameter (repeatable)")
      ->type_name("NAME=NUMBER")
      ->allow_extra_args(false);
  command
      .add_option_function<double>(
          "--holdout", [flags](double share) { flags->spec.set_holdout_fraction(share); },
          "Share of rows kept for the evaluation; default 0.2")
      ->type_name("SHARE");
  command
      .add_option_function<uint64_t>(
          "--seed", [flags](uint64_t seed) { flags->spec.set_seed(seed); },
          "Decides the split and all that is random; default 0")
      ->type_name("NUMBER");
  command.add_option("--task", flags->task, "classification or regression; default by the target")
      ->type_name("TASK");
}

void AddStart(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<StartFlags>();
  CLI::App* command = noun.add_subcommand("start", "Train a new version of a model");
  command->add_option("MODEL", flags->model, "Model, made if it is new")->type_name("")->required();
  AddSpecOptions(*command, flags);
  command->add_flag("--no-wait", flags->no_wait,
                    "Print the job at once, do not wait for its evaluation");
  command->callback([flags, &action] {
    CompleteSpec(*flags);
    action = [flags](const Session& session) { return Start(*flags, session); };
  });
}

// --- the rest -------------------------------------------------------------------------------

absl::Status List(int limit, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::Job> jobs, session.client.ListJobs(limit));
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
  auto limit = std::make_shared<int>(20);
  CLI::App* command = noun.add_subcommand("list", "List jobs, newest first");
  command->add_option("--limit", *limit, "At most this many")
      ->type_name("COUNT")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->callback([limit, &action] {
    action = [limit](const Session& session) { return List(*limit, session); };
  });
}

}  // namespace

void AddTrainCommands(CLI::App& app, Action& action) {
  CLI::App& noun = *app.add_subcommand("train", "Make models from datasets");
  noun.require_subcommand(1);
  AddStart(noun, action);
  AddList(noun, action);
  AddNamedCommand(noun, action, "show", "Print a job", kName, Show);
  AddNamedCommand(noun, action, "watch", "Wait for a job and print the evaluation", kName, Watch);
  noun.add_subcommand("algorithms", "List algorithms and their hyperparameters")
      ->callback([&action] { action = Algorithms; });
}

}  // namespace serin
