#ifndef SERIN_CLIENT_CLI_MODEL_ARGUMENTS_H_
#define SERIN_CLIENT_CLI_MODEL_ARGUMENTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/v1/model_service.pb.h"

// Parsers of what people type as arguments of `serin model`. Each error is INVALID_ARGUMENT and
// quotes the argument.

namespace serin {

// bundle, xgboost, lightgbm, onnx.
absl::StatusOr<v1::ModelFormat> ParseModelFormat(absl::string_view text);

// NAME or NAME=TYPE each, where TYPE is number, category, boolean or timestamp; without, the type
// is the file's.
absl::StatusOr<v1::Schema> ParseFeatures(const std::vector<std::string>& texts);

// FEATURE=A,B,... : its categories in order of their codes.
absl::StatusOr<v1::FeatureCategories> ParseFeatureCategories(absl::string_view text);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_MODEL_ARGUMENTS_H_
