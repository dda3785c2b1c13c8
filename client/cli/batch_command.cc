#include <memory>
#include <string>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/training_flags.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

struct BatchFlags {
  v1::BatchPredictRequest request;
  std::vector<std::string> keep;
  bool no_wait = false;
};

absl::Status Batch(const BatchFlags& flags, const Session& session) {
  v1::BatchPredictRequest request = flags.request;
  request.mutable_keep_columns()->Assign(flags.keep.begin(), flags.keep.end());
  SERIN_ASSIGN_OR_RETURN(const v1::Job job, session.client.BatchPredict(request));
  if (!flags.no_wait) {
    session.console.err << job.name() << "\n";
    return WaitAndPrint(job.name(), session);
  }
  if (session.json()) return session.PrintJson(job);
  session.console.out << job.name() << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddBatchCommand(CLI::App& app, Action& action) {
  auto flags = std::make_shared<BatchFlags>();
  CLI::App* command =
      app.add_subcommand("batch", "Predict for all rows of a dataset, into another dataset");
  command
      ->add_option("MODEL", *flags->request.mutable_model(),
                   "Model, or a version: iris@2, iris@champion")
      ->type_name("")
      ->required();
  command
      ->add_option("--dataset", *flags->request.mutable_dataset(),
                   "Dataset that has the features as columns; a version: flowers@3")
      ->type_name("NAME")
      ->required();
  command
      ->add_option("--into", *flags->request.mutable_output_dataset(),
                   "Live dataset that gets the rows, made if it is new")
      ->type_name("NAME")
      ->required();
  command
      ->add_option("--keep", flags->keep,
                   "Columns to copy in front of the answers, separated by commas; '*' for all")
      ->type_name("COLUMNS")
      ->delimiter(',');
  AddPriorityFlag(*command, [flags](int priority) { flags->request.set_priority(priority); });
  command->add_flag("--no-wait", flags->no_wait, "Print the job at once");
  command->callback([flags, &action] {
    action = [flags](const Session& session) { return Batch(*flags, session); };
  });
}

}  // namespace serin
