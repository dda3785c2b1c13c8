#include "client/cli/dataset_commands.h"

#include <memory>

#include "client/cli/dataset_view.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

absl::Status List(const ListDatasetsOptions& options, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::Dataset> datasets,
                         session.client.ListDatasets(options));
  if (session.json()) {
    v1::ListDatasetsResponse all;
    all.mutable_datasets()->Assign(datasets.begin(), datasets.end());
    return session.PrintJson(all);
  }
  PrintDatasetList(datasets, session);
  return absl::OkStatus();
}

void AddList(CLI::App& noun, Action& action) {
  auto options = std::make_shared<ListDatasetsOptions>();
  CLI::App* command = noun.add_subcommand("list", "List datasets");
  command
      ->add_option("--filter", options->filter,
                   "Only these: name = \"iris*\", labels.team = \"fraud\", labels:team, live = "
                   "true, description:\"word\", joined by AND")
      ->type_name("FILTER");
  command->add_option("--limit", options->limit, "At most this many")
      ->type_name("COUNT")
      ->check(CLI::PositiveNumber);
  command->callback([options, &action] {
    action = [options](const Session& session) { return List(*options, session); };
  });
}

absl::Status Show(const std::string& name, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetVersion version, session.client.GetDatasetVersion(name));
  if (session.json()) return session.PrintJson(version);
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseDatasetRef("name", version.name()));
  SERIN_ASSIGN_OR_RETURN(const v1::Dataset dataset, session.client.GetDataset(DatasetName(ref.id)));
  PrintDataset(dataset, session);
  session.console.out << "\n";
  PrintDatasetVersion(version, session);
  return absl::OkStatus();
}

absl::Status Versions(const std::string& name, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::DatasetVersion> versions,
                         session.client.ListDatasetVersions(name));
  if (session.json()) {
    v1::ListDatasetVersionsResponse all;
    all.mutable_versions()->Assign(versions.begin(), versions.end());
    return session.PrintJson(all);
  }
  PrintVersionList(versions, session);
  return absl::OkStatus();
}

absl::Status Delete(const std::string& name, const Session& session) {
  const auto ref = ParseDatasetRef("name", name);
  const bool names_version = ref.ok() && ref->names_version();
  SERIN_RETURN_IF_ERROR(names_version ? session.client.DeleteDatasetVersion(name)
                                      : session.client.DeleteDataset(name));
  session.console.err << "deleted " << Printable(name) << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddDatasetCommands(CLI::App& app, Action& action) {
  CLI::App& noun =
      *app.add_subcommand("dataset", "Upload tables, look at them, clean them and ask them in SQL");
  noun.require_subcommand(1);
  AddDatasetUpload(noun, action);
  AddDatasetAppend(noun, action);
  AddList(noun, action);
  AddNamedCommand(noun, action, "show", "Print what is known of a dataset and its columns",
                  kVersionName, Show);
  AddNamedCommand(noun, action, "versions", "List a dataset's versions, newest first", kVersionName,
                  Versions);
  AddDatasetRows(noun, action);
  AddDatasetProfile(noun, action);
  AddDatasetTransform(noun, action);
  AddDatasetQuery(noun, action);
  AddDatasetDownload(noun, action);
  AddDatasetUpdate(noun, action);
  AddNamedCommand(noun, action, "delete", "Delete a dataset, or one version such as iris@2",
                  kVersionName, Delete);
}

}  // namespace serin
