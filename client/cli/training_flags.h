#ifndef SERIN_CLIENT_CLI_TRAINING_FLAGS_H_
#define SERIN_CLIENT_CLI_TRAINING_FLAGS_H_

#include <CLI/App.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "serin/v1/job.pb.h"

namespace serin {

// What `train start` and `schedule create` take to say what is trained.
struct TrainingFlags {
  v1::TrainingSpec spec;
  std::vector<std::string> features;
  std::vector<std::string> hyperparameters;
  std::vector<std::string> preprocessing;
  std::string task;
  std::string budget;
  std::string metric;
  std::string group_column;
  std::string time_column;
  std::optional<int> trials;
  std::optional<int> folds;
  bool tune = false;
};

void AddTrainingFlags(CLI::App& command, const std::shared_ptr<TrainingFlags>& flags);

// --priority, of jobs.
void AddPriorityFlag(CLI::App& command, const std::function<void(int)>& set);

// The specification that was asked for. For callbacks of commands: throws CLI::ValidationError.
v1::TrainingSpec SpecOf(const TrainingFlags& flags);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_TRAINING_FLAGS_H_
