#include <memory>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/dataset_view.h"
#include "client/cli/flags.h"
#include "client/cli/format.h"
#include "client/cli/progress_bar.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr Positional kName = {"NAME", "Dataset, or a version such as iris@2"};

// --- upload ---------------------------------------------------------------------------------

struct UploadFlags {
  std::string dataset;
  std::string file;
  bool header = true;
  std::string delimiter = ",";
  std::vector<std::string> types;
  UploadOptions options;
};

absl::StatusOr<v1::DatasetVersion> Send(const UploadFlags& flags, const Session& session) {
  ProgressBar bar(session.console.err, session.console.err_is_terminal);
  const bool piped = flags.file == "-";
  const auto show = [&](const TransferProgress& progress) {
    bar.Show(piped ? "standard input" : flags.file, progress);
  };
  if (piped) {
    return session.client.UploadDataset(flags.dataset, session.console.in, flags.options, show);
  }
  return session.client.UploadDataset(flags.dataset, flags.file, flags.options, show);
}

absl::Status Upload(const UploadFlags& flags, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetVersion version, Send(flags, session));
  if (session.json()) return session.PrintJson(version);
  PrintDatasetVersion(version, session);
  return absl::OkStatus();
}

void AddUpload(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<UploadFlags>();
  CLI::App* command = noun.add_subcommand("upload", "Make a new version from a CSV file");
  command->add_option("NAME", flags->dataset, "Dataset, made if it is new")
      ->type_name("")
      ->required();
  command->add_option("FILE", flags->file, "CSV file, or - for standard input")
      ->type_name("")
      ->required();
  command->add_flag("--header,!--no-header", flags->header, "Whether the first line holds names");
  command->add_option("--delimiter", flags->delimiter, "Between fields; \\t for a tab")
      ->type_name("CHARACTER")
      ->capture_default_str();
  command
      ->add_option("--type", flags->types,
                   "Instead of the type that would be inferred (repeatable)")
      ->type_name("COLUMN=TYPE")
      ->allow_extra_args(false);
  command->callback([flags, &action] {
    flags->options.has_header = flags->header;
    flags->options.delimiter = ValueOrWrongUse(ParseDelimiter(flags->delimiter));
    flags->options.types = ValueOrWrongUse(ParseColumnTypes(flags->types));
    action = [flags](const Session& session) { return Upload(*flags, session); };
  });
}

// --- rows -----------------------------------------------------------------------------------

struct RowsFlags {
  std::string dataset;
  ReadRowsOptions options{.limit = 10};
};

absl::Status Rows(const RowsFlags& flags, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetVersion version,
                         session.client.GetDatasetVersion(flags.dataset));
  RowPrinter printer(version.schema(), session);
  // By the version's own name: a newer one may be made between the two calls.
  SERIN_RETURN_IF_ERROR(session.client.ReadRows(version.name(), flags.options,
                                                [&](const v1::ReadRowsResponse& batch) {
                                                  printer.Add(batch);
                                                  return true;
                                                }));
  printer.Finish();
  return absl::OkStatus();
}

void AddRows(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<RowsFlags>();
  CLI::App* command = noun.add_subcommand("rows", "Print rows; as JSON, one object per line");
  command->add_option("NAME", flags->dataset, "Dataset, or a version such as iris@2")
      ->type_name("")
      ->required();
  command->add_option("--column", flags->options.columns, "Only this column (repeatable)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command->add_option("--offset", flags->options.offset, "Rows to skip")
      ->type_name("ROWS")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--limit", flags->options.limit, "At most this many rows; 0 for all")
      ->type_name("COUNT")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->callback([flags, &action] {
    action = [flags](const Session& session) { return Rows(*flags, session); };
  });
}

// --- the rest -------------------------------------------------------------------------------

absl::Status List(const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::Dataset> datasets, session.client.ListDatasets());
  if (session.json()) {
    v1::ListDatasetsResponse all;
    all.mutable_datasets()->Assign(datasets.begin(), datasets.end());
    return session.PrintJson(all);
  }
  TextTable table({{"NAME"},
                   {"LATEST", TextTable::Align::kRight},
                   {"VERSIONS", TextTable::Align::kRight},
                   {"UPDATED"}});
  for (const v1::Dataset& dataset : datasets) {
    table.AddRow({dataset.name(), FormatCount(dataset.latest_version()),
                  FormatCount(dataset.version_count()), FormatTime(dataset.update_time())});
  }
  session.Print(table);
  return absl::OkStatus();
}

absl::Status Show(const std::string& name, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetVersion version, session.client.GetDatasetVersion(name));
  if (session.json()) return session.PrintJson(version);
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

absl::Status Profile(const std::string& name, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetProfile profile, session.client.GetProfile(name));
  if (session.json()) return session.PrintJson(profile);
  PrintProfile(profile, session);
  return absl::OkStatus();
}

absl::Status Delete(const std::string& name, const Session& session) {
  SERIN_RETURN_IF_ERROR(session.client.DeleteDataset(name));
  session.console.err << "deleted " << Printable(name) << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddDatasetCommands(CLI::App& app, Action& action) {
  CLI::App& noun = *app.add_subcommand("dataset", "Upload and look at tables");
  noun.require_subcommand(1);
  AddUpload(noun, action);
  noun.add_subcommand("list", "List datasets")->callback([&action] { action = List; });
  AddNamedCommand(noun, action, "show", "Print a version's columns, size and checksum", kName,
                  Show);
  AddNamedCommand(noun, action, "versions", "List a dataset's versions, newest first", kName,
                  Versions);
  AddRows(noun, action);
  AddNamedCommand(noun, action, "profile", "Print statistics of each column", kName, Profile);
  AddNamedCommand(noun, action, "delete", "Delete a dataset with all its versions", kName, Delete);
}

}  // namespace serin
