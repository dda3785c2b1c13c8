#ifndef SERIN_CLIENT_CLI_BATCH_FLAGS_H_
#define SERIN_CLIENT_CLI_BATCH_FLAGS_H_

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <vector>

#include "serin/v1/job.pb.h"

namespace serin {

// What `batch` and `schedule create-batch` take to say what is predicted, and into what.
struct BatchFlags {
  v1::BatchPrediction prediction;
  std::vector<std::string> keep;
};

void AddBatchFlags(CLI::App& command, const std::shared_ptr<BatchFlags>& flags);

v1::BatchPrediction PredictionOf(const BatchFlags& flags);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_BATCH_FLAGS_H_
