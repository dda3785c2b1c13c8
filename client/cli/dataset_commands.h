#ifndef SERIN_CLIENT_CLI_DATASET_COMMANDS_H_
#define SERIN_CLIENT_CLI_DATASET_COMMANDS_H_

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/session.h"

// The verbs of `serin dataset` that have a file of their own; AddDatasetCommands adds all.

namespace serin {

void AddDatasetUpload(CLI::App& noun, Action& action);
void AddDatasetAppend(CLI::App& noun, Action& action);
void AddDatasetRows(CLI::App& noun, Action& action);
void AddDatasetProfile(CLI::App& noun, Action& action);
void AddDatasetTransform(CLI::App& noun, Action& action);
void AddDatasetQuery(CLI::App& noun, Action& action);
void AddDatasetDownload(CLI::App& noun, Action& action);
void AddDatasetUpdate(CLI::App& noun, Action& action);

// The argument of verbs that read a version.
inline constexpr Positional kVersionName = {"NAME", "Dataset, or a version such as iris@2"};
void AddVersionName(CLI::App& command, std::string* name);

// --description and --label, for verbs that may make a dataset.
struct NewDatasetFlags {
  std::string description;
  std::vector<std::string> labels;
};
void AddNewDatasetFlags(CLI::App& command, NewDatasetFlags* flags);

// --type, once for each column.
void AddTypeFlag(CLI::App& command, std::vector<std::string>* types);

// --keep.
void AddRetentionFlag(CLI::App& command, std::optional<v1::Retention>* retention);

// --request-id.
void AddRequestIdFlag(CLI::App& command, std::string* request_id);

// --output of verbs that print rows, which may be CSV too. Absent: as the program's --output says.
void AddRowOutputFlag(CLI::App& command, std::optional<OutputFormat>* format);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_DATASET_COMMANDS_H_
