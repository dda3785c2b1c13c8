#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "client/cli/dataset_arguments.h"
#include "client/cli/dataset_commands.h"
#include "client/cli/dataset_view.h"
#include "client/cli/flags.h"
#include "client/cli/format.h"
#include "client/cli/transfer_display.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

struct UploadFlags {
  std::string dataset;
  std::string file;
  std::string kind;
  bool header = true;
  std::string delimiter;
  std::string quote;
  std::vector<std::string> types;
  bool set_aside = false;
  NewDatasetFlags dataset_flags;
  UploadOptions options;
};

absl::StatusOr<v1::DatasetVersion> Send(const UploadFlags& flags, const Session& session) {
  const bool piped = flags.file == "-";
  TransferDisplay display(session.console.err, session.console.err_is_terminal,
                          absl::StrCat("uploading ", piped ? "standard input" : flags.file),
                          absl::Now());
  const auto show = [&](const TransferProgress& progress) { display.Show(progress, absl::Now()); };
  if (piped) {
    return session.client.UploadDataset(flags.dataset, session.console.in, flags.options, show);
  }
  return session.client.UploadDataset(flags.dataset, flags.file, flags.options, show);
}

// `150 rows, 3.7 kB in 0.02 s: 7,500 rows/s, 185.0 kB/s`.
std::string PaceOf(const v1::DatasetVersion& version, absl::Duration elapsed) {
  const double seconds = std::max(absl::ToDoubleSeconds(elapsed), 1e-6);
  const auto per_second = [&](int64_t count) { return static_cast<int64_t>(count / seconds); };
  return absl::StrFormat("%s rows, %s in %.2f s: %s rows/s, %s/s", FormatCount(version.row_count()),
                         FormatBytes(version.source_bytes()), seconds,
                         FormatCount(per_second(version.row_count())),
                         FormatBytes(per_second(version.source_bytes())));
}

absl::Status Upload(const UploadFlags& flags, const Session& session) {
  const absl::Time begin = absl::Now();
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetVersion version, Send(flags, session));
  session.console.err << PaceOf(version, absl::Now() - begin) << "\n";
  if (session.json()) return session.PrintJson(version);
  PrintDatasetVersion(version, session);
  return absl::OkStatus();
}

void CheckFlags(UploadFlags& flags) {
  UploadOptions& options = flags.options;
  options.has_header = flags.header;
  if (!flags.kind.empty()) options.kind = ValueOrWrongUse(ParseFileKind(flags.kind));
  if (!flags.delimiter.empty()) {
    options.delimiter = ValueOrWrongUse(ParseCharacter("--delimiter", flags.delimiter));
  }
  if (!flags.quote.empty()) options.quote = ValueOrWrongUse(ParseCharacter("--quote", flags.quote));
  options.types = ValueOrWrongUse(ParseColumnTypes(flags.types));
  if (flags.set_aside && !options.max_bad_rows) options.max_bad_rows = 0;
  options.description = flags.dataset_flags.description;
  options.labels = ValueOrWrongUse(ParseAssignments(flags.dataset_flags.labels));
}

void AddFormatFlags(CLI::App& command, UploadFlags& flags) {
  command.add_option("--format", flags.kind, "csv, jsonl or libsvm, instead of what it looks like")
      ->type_name("FORMAT");
  command.add_flag("--header,!--no-header", flags.header,
                   "Whether the first line of a CSV file holds names");
  command
      .add_option("--delimiter", flags.delimiter,
                  "Between fields, \\t for a tab, instead of what it looks like")
      ->type_name("CHARACTER");
  command
      .add_option("--quote", flags.quote,
                  "Around fields that hold delimiters, instead of what it looks like")
      ->type_name("CHARACTER");
}

void AddBadValueFlags(CLI::App& command, UploadFlags& flags) {
  command.add_flag("--set-aside", flags.set_aside,
                   "Leave out and report rows that cannot be read, at most 1,000; without, the "
                   "first one refuses the upload");
  command
      .add_option("--max-bad-rows", flags.options.max_bad_rows,
                  "Leave out and report at most this many")
      ->type_name("COUNT")
      ->check(CLI::PositiveNumber);
  command.add_flag("--missing-if-invalid", flags.options.missing_where_not_of_type,
                   "A value that is not of the --type of its column is missing, no error");
}

}  // namespace

void AddDatasetUpload(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<UploadFlags>();
  CLI::App* command = noun.add_subcommand(
      "upload",
      "Make a new version from a file: CSV or TSV, JSON Lines or LIBSVM, also compressed "
      "with gzip or zstd");
  command->add_option("NAME", flags->dataset, "Dataset, made if it is new")
      ->type_name("")
      ->required();
  command->add_option("FILE", flags->file, "File, or - for standard input")
      ->type_name("")
      ->required();
  AddFormatFlags(*command, *flags);
  AddTypeFlag(*command, &flags->types);
  AddBadValueFlags(*command, *flags);
  AddNewDatasetFlags(*command, &flags->dataset_flags);
  AddRequestIdFlag(*command, &flags->options.request_id);
  command->callback([flags, &action] {
    CheckFlags(*flags);
    action = [flags](const Session& session) { return Upload(*flags, session); };
  });
}

}  // namespace serin
