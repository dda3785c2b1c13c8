#ifndef SERIN_CLIENT_CLI_TRAINING_ARGUMENTS_H_
#define SERIN_CLIENT_CLI_TRAINING_ARGUMENTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/struct.pb.h"
#include "serin/v1/algorithm.pb.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/schedule.pb.h"

// Parsers of what people type as arguments of `serin train` and `serin schedule`. Each error is
// INVALID_ARGUMENT and quotes the argument.

namespace serin {

// NAME=VALUE, each name once. VALUE is JSON (0.1, true, [64, 32], {"income": 1}); what is no JSON
// is text: penalty=l1.
absl::StatusOr<google::protobuf::Struct> ParseHyperparameters(
    const std::vector<std::string>& texts);

// COLUMN=WORD,WORD,...: an encoding (numeric, standardised, min-max, one-hot, category-code,
// target-mean), what becomes of missing values (keep, mean, median, most-frequent, or a number),
// and any of indicator and clip. Each column once.
absl::StatusOr<std::vector<v1::Preprocessing>> ParsePreprocessing(
    const std::vector<std::string>& texts);

// 60s, 10m, 1h30m.
absl::StatusOr<google::protobuf::Duration> ParseDuration(absl::string_view text);

// log-loss, accuracy, balanced-accuracy, macro-f1, roc-auc, rmse, mae, r2.
absl::StatusOr<v1::Search::Metric> ParseMetric(absl::string_view text);

absl::StatusOr<v1::Task> ParseTask(absl::string_view text);

// skip, queue, replace.
absl::StatusOr<v1::Schedule::Overlap> ParseOverlap(absl::string_view text);

// none, candidate, candidate-if-better.
absl::StatusOr<v1::Promotion::Rule> ParsePromotion(absl::string_view text);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_TRAINING_ARGUMENTS_H_
