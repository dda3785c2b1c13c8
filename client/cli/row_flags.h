#ifndef SERIN_CLIENT_CLI_ROW_FLAGS_H_
#define SERIN_CLIENT_CLI_ROW_FLAGS_H_

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/session.h"
#include "core/table/table.h"
#include "serin/v1/predict_service.pb.h"

namespace serin {

// The rows that `predict` and `explain` are asked about: one from arguments, or those of JSON or of
// a file.
struct RowFlags {
  std::vector<std::string> assignments;
  std::string file;
  std::optional<std::vector<v1::Row>> json;
  bool ignore_extra = false;
};

// `file_help` describes --file.
void AddRowFlags(CLI::App& command, const std::shared_ptr<RowFlags>& flags,
                 const std::string& file_help);

// For callbacks of commands: throws CLI::ValidationError unless there is one of the three.
void CheckOneInput(const RowFlags& flags);

// Rows that are in no file.
absl::StatusOr<std::vector<v1::Row>> FriendlyRows(const RowFlags& flags, const std::string& model,
                                                  const Session& session);

// The features of `model` from the file.
absl::StatusOr<Table> RowsOfFile(const RowFlags& flags, const std::string& model,
                                 const Session& session);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_ROW_FLAGS_H_
