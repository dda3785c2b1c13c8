#include <memory>
#include <optional>

#include "client/cli/dataset_commands.h"
#include "client/cli/dataset_view.h"
#include "client/cli/flags.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

struct UpdateFlags {
  std::string dataset;
  std::optional<std::string> description;
  std::vector<std::string> label_texts;
  Labels labels;
  std::vector<std::string> removed_labels;
  std::optional<v1::Retention> retention;
};

// The labels that there are, with the changes.
absl::StatusOr<Labels> ChangedLabels(const UpdateFlags& flags, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::Dataset dataset, session.client.GetDataset(flags.dataset));
  Labels labels(dataset.labels().begin(), dataset.labels().end());
  for (const auto& [key, value] : flags.labels) labels[key] = value;
  for (const std::string& key : flags.removed_labels) labels.erase(key);
  return labels;
}

absl::Status Update(const UpdateFlags& flags, const Session& session) {
  DatasetUpdate update{.description = flags.description, .retention = flags.retention};
  if (!flags.labels.empty() || !flags.removed_labels.empty()) {
    SERIN_ASSIGN_OR_RETURN(update.labels, ChangedLabels(flags, session));
  }
  SERIN_ASSIGN_OR_RETURN(const v1::Dataset dataset,
                         session.client.UpdateDataset(flags.dataset, update));
  if (session.json()) return session.PrintJson(dataset);
  PrintDataset(dataset, session);
  return absl::OkStatus();
}

void AddLabelFlags(CLI::App& command, UpdateFlags& flags) {
  command.add_option("--label", flags.label_texts, "Set a label (repeatable)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("--remove-label", flags.removed_labels, "Take a label away (repeatable)")
      ->type_name("KEY")
      ->allow_extra_args(false);
}

}  // namespace

void AddDatasetUpdate(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<UpdateFlags>();
  CLI::App* command =
      noun.add_subcommand("update", "Change a dataset's description, labels or retention");
  command->add_option("NAME", flags->dataset, "Dataset")->type_name("")->required();
  command->add_option("--description", flags->description, "Instead of the one it has")
      ->type_name("TEXT");
  AddLabelFlags(*command, *flags);
  AddRetentionFlag(*command, &flags->retention);
  command->callback([flags, &action] {
    flags->labels = ValueOrWrongUse(ParseAssignments(flags->label_texts));
    const bool changes = flags->description || !flags->labels.empty() ||
                         !flags->removed_labels.empty() || flags->retention;
    if (!changes) {
      throw CLI::ValidationError("give one of --description, --label, --remove-label and --keep");
    }
    action = [flags](const Session& session) { return Update(*flags, session); };
  });
}

}  // namespace serin
