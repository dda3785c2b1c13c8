#include <memory>

#include "client/cli/batch_flags.h"
#include "client/cli/commands.h"
#include "client/cli/training_flags.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

struct BatchCommandFlags : BatchFlags {
  int priority = 0;
  bool no_wait = false;
};

absl::Status Batch(const BatchCommandFlags& flags, const Session& session) {
  const v1::BatchPrediction prediction = PredictionOf(flags);
  v1::BatchPredictRequest request;
  request.set_model(prediction.model_version());
  request.set_dataset(prediction.dataset());
  request.set_output_dataset(prediction.output_dataset());
  *request.mutable_keep_columns() = prediction.keep_columns();
  request.set_priority(flags.priority);
  SERIN_ASSIGN_OR_RETURN(const v1::Job job, session.client.BatchPredict(request));
  return FollowJob(job, flags.no_wait, session);
}

}  // namespace

void AddBatchCommand(CLI::App& app, Action& action) {
  auto flags = std::make_shared<BatchCommandFlags>();
  CLI::App* command =
      app.add_subcommand("batch", "Predict for all rows of a dataset, into another dataset");
  AddBatchFlags(*command, flags);
  AddPriorityFlag(*command, [flags](int priority) { flags->priority = priority; });
  command->add_flag("--no-wait", flags->no_wait, "Print the job at once");
  command->callback([flags, &action] {
    action = [flags](const Session& session) { return Batch(*flags, session); };
  });
}

}  // namespace serin
