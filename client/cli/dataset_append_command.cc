#include <fstream>
#include <memory>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "client/cli/append_rows.h"
#include "client/cli/dataset_arguments.h"
#include "client/cli/dataset_commands.h"
#include "client/cli/flags.h"
#include "client/cli/format.h"
#include "client/cli/input_file.h"
#include "core/base/status_macros.h"
#include "core/ingest/table_reader.h"

namespace serin {
namespace {

struct AppendFlags {
  std::string dataset;
  std::string file;
  std::string kind;
  bool header = true;
  std::string delimiter;
  std::vector<std::string> types;
  NewDatasetFlags dataset_flags;
  std::optional<v1::Retention> retention;
  IngestOptions ingest;
  v1::Schema types_given;
  AppendOptions options;
};

// Pushes all of the input through a reader.
absl::StatusOr<IngestResult> ReadTable(std::istream& input, const IngestOptions& options,
                                       const v1::Schema& schema, TableReader::Sink sink) {
  SERIN_ASSIGN_OR_RETURN(const auto reader,
                         TableReader::Create(options, schema, IngestLimits(), std::move(sink)));
  std::string piece(256 << 10, '\0');
  while (input.read(piece.data(), static_cast<std::streamsize>(piece.size())) ||
         input.gcount() > 0) {
    SERIN_RETURN_IF_ERROR(reader->Push(absl::string_view(piece.data(), input.gcount())));
  }
  if (input.bad()) return absl::DataLossError("the input cannot be read to its end");
  return reader->Finish();
}

// The columns of a dataset that is to be made follow from all rows: the input is read twice.
absl::StatusOr<v1::Schema> InferSchema(std::istream& input, const AppendFlags& flags) {
  SERIN_ASSIGN_OR_RETURN(const IngestResult result,
                         ReadTable(input, flags.ingest, flags.types_given,
                                   [](const Table&) { return absl::OkStatus(); }));
  input.clear();
  input.seekg(0);
  return result.schema;
}

absl::Status AppendTo(const absl::StatusOr<v1::DatasetVersion>& version, std::istream& input,
                      const AppendFlags& flags, const Session& session,
                      v1::AppendRowsResponse* appended) {
  AppendOptions options = flags.options;
  v1::Schema schema;
  if (version.ok()) {
    schema = version->schema();
  } else {
    SERIN_ASSIGN_OR_RETURN(schema, InferSchema(input, flags));
    options.schema = schema;
  }
  RowAppender appender(session.client, flags.dataset, options);
  absl::Status outcome = ReadTable(input, flags.ingest, schema, [&](const Table& batch) {
                           return appender.Add(batch);
                         }).status();
  if (outcome.ok()) outcome = appender.Finish();
  *appended = appender.appended();
  return appender.After(outcome);
}

// Standard input can be read once only: for a dataset that is new it is held.
absl::Status AppendInput(const absl::StatusOr<v1::DatasetVersion>& version,
                         const AppendFlags& flags, const Session& session,
                         v1::AppendRowsResponse* appended) {
  if (flags.file != "-") {
    std::ifstream input(flags.file, std::ios::binary);
    if (!input) return absl::NotFoundError(absl::StrCat(flags.file, ": ", std::strerror(errno)));
    return AppendTo(version, input, flags, session, appended);
  }
  if (version.ok()) return AppendTo(version, session.console.in, flags, session, appended);
  SERIN_ASSIGN_OR_RETURN(std::string text, ReadText("-", session.console));
  std::istringstream input(std::move(text));
  return AppendTo(version, input, flags, session, appended);
}

absl::Status Append(const AppendFlags& flags, const Session& session) {
  const auto version = session.client.GetDatasetVersion(flags.dataset);
  if (!version.ok() && !absl::IsNotFound(version.status())) return version.status();
  v1::AppendRowsResponse appended;
  SERIN_RETURN_IF_ERROR(AppendInput(version, flags, session, &appended));
  if (session.json()) return session.PrintJson(appended);
  session.console.out << "appended " << FormatCount(appended.row_count()) << " rows to "
                      << Printable(flags.dataset) << ", from row "
                      << FormatCount(appended.first_row()) << "\n";
  return absl::OkStatus();
}

void CheckFlags(AppendFlags& flags) {
  v1::FileFormat& format = flags.ingest.format;
  if (!flags.kind.empty()) format.set_kind(ValueOrWrongUse(ParseFileKind(flags.kind)));
  format.mutable_csv()->set_header(flags.header ? v1::CsvOptions::HEADER_PRESENT
                                                : v1::CsvOptions::HEADER_ABSENT);
  if (!flags.delimiter.empty()) {
    const char delimiter = ValueOrWrongUse(ParseCharacter("--delimiter", flags.delimiter));
    format.mutable_csv()->set_delimiter(std::string(1, delimiter));
  }
  for (const auto& [name, type] : ValueOrWrongUse(ParseColumnTypes(flags.types))) {
    v1::ColumnSchema* column = flags.types_given.add_columns();
    column->set_name(name);
    column->set_type(type);
  }
  flags.options.description = flags.dataset_flags.description;
  flags.options.labels = ValueOrWrongUse(ParseAssignments(flags.dataset_flags.labels));
  if (flags.retention) flags.options.retention = *flags.retention;
}

void AddInputFlags(CLI::App& command, AppendFlags& flags) {
  command.add_option("NAME", flags.dataset, "Live dataset, made if it is new")
      ->type_name("")
      ->required();
  command
      .add_option("FILE", flags.file,
                  "File with all columns of the dataset, or - for standard input")
      ->type_name("")
      ->required();
  command.add_option("--format", flags.kind, "csv, jsonl or libsvm, instead of what it looks like")
      ->type_name("FORMAT");
  command.add_flag("--header,!--no-header", flags.header,
                   "Whether the first line of a CSV file holds names");
  command
      .add_option("--delimiter", flags.delimiter,
                  "Between fields, \\t for a tab, instead of what it looks like")
      ->type_name("CHARACTER");
}

}  // namespace

void AddDatasetAppend(CLI::App& noun, Action& action) {
  auto flags = std::make_shared<AppendFlags>();
  CLI::App* command = noun.add_subcommand("append", "Append rows to a live dataset");
  AddInputFlags(*command, *flags);
  AddTypeFlag(*command, &flags->types);
  AddRetentionFlag(*command, &flags->retention);
  AddNewDatasetFlags(*command, &flags->dataset_flags);
  AddRequestIdFlag(*command, &flags->options.request_id);
  command->callback([flags, &action] {
    CheckFlags(*flags);
    action = [flags](const Session& session) { return Append(*flags, session); };
  });
}

}  // namespace serin
