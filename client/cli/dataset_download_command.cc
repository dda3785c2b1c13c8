#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cli/dataset_arguments.h"
#include "client/cli/dataset_commands.h"
#include "client/cli/transfer_display.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

struct DownloadFlags {
  std::string dataset;
  std::string file;
  std::string format = "as-uploaded";
  DownloadOptions options;
};

absl::Status ToOutput(const DownloadFlags& flags, const Session& session) {
  return session.client.DownloadDataset(
      flags.dataset, flags.options,
      [&](const v1::DownloadDatasetResponse& piece) { return WritePiece(piece.chunk(), session); });
}

absl::Status ToFile(const DownloadFlags& flags, const Session& session) {
  const absl::Time begin = absl::Now();
  TransferDisplay display(session.console.err, session.console.err_is_terminal,
                          absl::StrCat("downloading ", flags.dataset), begin);
  TransferProgress last;
  SERIN_RETURN_IF_ERROR(session.client.DownloadDatasetToFile(
      flags.dataset, flags.file, flags.options, [&](const TransferProgress& progress) {
        last = progress;
        display.Show(progress, absl::Now());
      }));
  session.console.err << Printable(flags.file) << ": "
                      << DescribeTransfer(last, absl::Now() - begin) << "\n";
  return absl::OkStatus();
}

absl::Status Download(const DownloadFlags& flags, const Session& session) {
  return flags.file == "-" ? ToOutput(flags, session) : ToFile(flags, session);
}

}  // namespace

void AddDatasetDownload(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<DownloadFlags>();
  CLI::App* command =
      noun.add_subcommand("download", "Write a version to a file, whole or not at all");
  AddVersionName(*command, &flags->dataset);
  AddOutFlag(*command, &flags->file);
  command
      ->add_option("--format", flags->format,
                   "as-uploaded (byte for byte, checked by SHA-256), csv or jsonl")
      ->type_name("FORMAT")
      ->capture_default_str();
  command->add_option("--column", flags->options.columns, "Only this column (repeatable)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command->callback([flags, &action] {
    flags->options.format = ValueOrWrongUse(ParseDownloadFormat(flags->format));
    action = [flags](const Session& session) { return Download(*flags, session); };
  });
}

}  // namespace serin
